import { createHash } from 'node:crypto'
import { startChild } from './children.ts'
import { bounds, hub } from './files.ts'
import { compare, round, type Comparison, type Target } from './measure.ts'
import { benchKey, organizationId } from './seed.ts'

const headers = { authorization: `Bearer ${benchKey}` }

const nested = /* GraphQL */ `
  {
    connections(first: 20) {
      edges {
        node {
          id
          name
          provider {
            name
          }
          recentCalls(first: 5) {
            id
            path
            status
          }
        }
      }
    }
  }
`
// A provider is a row of our catalog, not of a table: the column stands for it. Same organization, same rows, same order.
const nestedOfPostgraphile = /* GraphQL */ `
  {
    allConnections(first: 20, orderBy: CREATED_AT_DESC, condition: { organizationId: "${organizationId}" }) {
      edges { node { id name provider callsByConnectionId(first: 5, orderBy: SEQ_DESC) { nodes { id path status } } } }
    }
  }
`

const perSecond = async (target: Target): Promise<number> => (await round(target)).perSecond

/** GraphQL over HTTP: hello against a bare server, a nested page against PostGraphile. */
export async function compareQueries(databaseUrl: string): Promise<Comparison[]> {
  await using ours = await startChild(hub, [databaseUrl])
  await using echo = await startChild(bounds.echo)
  await using postgraphile = await startChild(bounds.postgraphile, [databaseUrl])
  const ask = (query: string, expect: string): Target => ({
    url: `${ours.url}/graphql`,
    headers,
    body: JSON.stringify({ query }),
    expect,
  })
  const askEcho = (query: string): Target => ({ url: echo.url, body: JSON.stringify({ query }), expect: '{"data":' })
  await sameRows(`${ours.url}/graphql`, postgraphile.url)
  const hello = await compare(
    'hello: { __typename }',
    () => perSecond(ask('{ __typename }', '"__typename":"Query"')),
    () => perSecond(askEcho('{ __typename }')),
    'requests/s',
    'bare Node HTTP echo that parses and answers JSON',
  )
  const version = await compare(
    'hello: { hub { version } }',
    () => perSecond(ask('{ hub { version } }', '"version":"')),
    () => perSecond(askEcho('{ hub { version } }')),
    'requests/s',
    'the same echo',
  )
  const page = await compare(
    'nested: 20 connections, provider, last 5 calls',
    () => perSecond(ask(nested, '"recentCalls"')),
    () =>
      perSecond({
        url: postgraphile.url,
        body: JSON.stringify({ query: nestedOfPostgraphile }),
        expect: '"callsByConnectionId"',
      }),
    'requests/s',
    'PostGraphile 5 on the same rows, without authentication, tenants or limits',
  )
  return [hello, version, page]
}

/** Both servers answer with the same calls, or the comparison is none. */
async function sameRows(ours: string, theirs: string): Promise<void> {
  const [mine, other] = await Promise.all([paths(ours, nested, headers), paths(theirs, nestedOfPostgraphile, {})])
  if (mine !== other) throw new Error(`the nested query found other rows: ${mine} and ${other}`)
}

async function paths(url: string, query: string, more: Record<string, string>): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...more },
    body: JSON.stringify({ query }),
  })
  const text = await response.text()
  const found = [...text.matchAll(/"(?:name|path)":"(Connection \d+|\/v1\/[^"]*)"/g)].map((match) => match[1])
  if (found.length !== 120) throw new Error(`the nested query answered ${text.slice(0, 500)}`)
  return createHash('sha256').update(found.join()).digest('hex')
}
