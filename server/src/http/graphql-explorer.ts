import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { setSecurityHeaders } from './security-headers.ts'

const firstQuery = `# Welcome to Patchbay. Press Ctrl-Enter to run a query; everything is documented in the sidebar.
{
  connections(first: 10) {
    totalCount
    edges {
      node {
        name
        provider { name category }
        environment
        health
        recentCalls(first: 3) { at method path status latencyMs }
      }
    }
  }
}
`

// Its scripts and editor workers are inline and blobs; nothing is fetched from elsewhere.
const policy =
  "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"

/** GraphiQL, shipped with the hub: works without the internet. Built and packed when first asked for (it is 9 MB of text). */
export function createExplorer(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let page: Promise<Buffer> | null = null
  const build = async (): Promise<Buffer> => {
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
    return promisify(gzip)(renderGraphiQL({ title: 'Patchbay GraphiQL', defaultQuery: firstQuery }))
  }
  return async (_request, response) => {
    page ??= build()
    const packed = await page
    setSecurityHeaders(response)
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
      'content-security-policy': policy,
      'cache-control': 'private, no-cache',
    })
    response.end(packed)
  }
}

/** Whether a browser navigates here, rather than a program asking. */
export const wantsPage = (request: IncomingMessage): boolean =>
  request.method === 'GET' && request.headers.accept?.includes('text/html') === true && !request.url?.includes('query=')
