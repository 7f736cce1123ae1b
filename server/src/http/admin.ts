import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import sirv from 'sirv'
import { refuse, type Door } from './exchange.ts'
import { adminPolicy, setSecurityHeaders } from './security-headers.ts'

/** Files below here carry a hash of their content in their name: they never change. */
const immutablePath = '/_app/immutable/'

/** Serves the built admin from `folder`: one page for every path, hashed files for ever, everything else fresh. */
export function adminDoor(folder: string): Door {
  const page = ['index.html', '200.html'].find((name) => existsSync(join(folder, name)))
  if (page === undefined) return notBuilt
  const policy = adminPolicy(inlineScriptHashes(readFileSync(join(folder, page), 'utf8')))
  const serve = sirv(folder, {
    single: page,
    etag: true,
    gzip: true,
    brotli: true,
    dotfiles: false,
    // A missing file of an older build is a 404, not the page: the browser would run HTML as a script.
    ignores: [/^\/_app\//, /\.[a-z0-9]{2,5}$/i],
    setHeaders(response, path) {
      const immutable = path.startsWith(immutablePath)
      response.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
      response.setHeader('content-security-policy', policy)
    },
  })
  return (request, response) => {
    setSecurityHeaders(response)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'METHOD_NOT_ALLOWED', 'Pages are read with GET.', { allow: 'GET, HEAD' })
    // The files were listed at the start. One that has gone since must not end the process: sirv hears no errors.
    response.once('pipe', (file: Readable) => file.once('error', () => response.destroy()))
    serve(request, response, () => refuse(response, 404, 'NOT_FOUND', 'There is nothing at this address.'))
  }
}

/** CSP sources for the page's inline scripts (SvelteKit starts the app with one). */
function inlineScriptHashes(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    (match) =>
      `sha256-${createHash('sha256')
        .update(match[1] ?? '')
        .digest('base64')}`,
  )
}

const notBuilt: Door = (_request, response) => {
  setSecurityHeaders(response)
  response.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
  })
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Patchbay</title>
<h1>The admin is not built</h1>
<p>The API works at <a href="/graphql">/graphql</a>. To build the admin, stop the hub and run <code>npm start</code> in the project folder.</p></html>`)
}
