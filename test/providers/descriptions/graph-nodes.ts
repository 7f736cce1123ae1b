import { readFileSync } from 'node:fs'
import qs from 'qs'
import type { Exchange, Judge, Verdict } from './exchange.ts'

interface Edge {
  readonly method: string
  /** Absent for the node itself. */
  readonly endpoint?: string
  readonly return?: string
  readonly params?: readonly { readonly name: string; readonly required?: boolean }[]
}

interface Node {
  readonly apis: readonly Edge[]
  readonly fields: readonly { readonly name: string }[]
}

/** Parameters every request of the Graph API may carry. */
const usual = new Set(['access_token', 'appsecret_proof', 'fields', 'limit', 'after', 'before', 'summary'])

/** Meta's description of its graph: nodes with their fields, edges with their parameters. It says nothing of a node's type. */
export class GraphNodes implements Judge {
  readonly #nodes: Readonly<Record<string, Node>>

  constructor(file: string) {
    this.#nodes = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Node>>
  }

  judge(exchange: Exchange): Verdict | null {
    const { method, url } = exchange
    const [, id, edge] = /^\/v[\d.]+\/([^/]+)(?:\/([^/]+))?$/.exec(url.pathname) ?? []
    if (id === undefined) return null
    // Which kind of node an id is only the vendor knows: the one that fits best is meant.
    const verdicts = Object.entries(this.#nodes).flatMap(([type, node]) =>
      node.apis
        .filter((api) => api.method === method && (api.endpoint ?? '').replace(/^\//, '') === (edge ?? ''))
        .map((api) => this.#verdict(exchange, api, type)),
    )
    return (
      verdicts.toSorted((a, b) => a.faults.length - b.faults.length || a.surplus.length - b.surplus.length)[0] ?? null
    )
  }

  #verdict({ method, url, body, headers, status, answer }: Exchange, api: Edge, type: string): Verdict {
    const said = {
      ...qs.parse(url.search, { ignoreQueryPrefix: true }),
      ...bodyOf(body, headers['content-type'] ?? ''),
    }
    const known = new Set(api.params?.map(({ name }) => name))
    const fields = fieldsOf(String(said['fields'] ?? ''))
    const node = this.#nodes[api.endpoint === undefined ? type : (api.return ?? '')]
    // What a node leads to can be read along with it.
    const read = node && [...node.fields.map(({ name }) => name), ...node.apis.map(({ endpoint }) => endpoint)]
    const faults = [
      ...Object.keys(said)
        .filter((name) => !usual.has(name) && !known.has(name))
        .map((name) => `request: ${name} is not described`),
      ...(api.params ?? [])
        .filter(({ name, required }) => required === true && !(name in said))
        .map(({ name }) => `request: ${name} must be there`),
      ...fields
        .filter((name) => read !== undefined && !read.includes(name))
        .map((name) => `fields: ${name} is not described`),
    ]
    const given = status < 400 && method === 'GET' ? membersOf(answer) : []
    return {
      operation: `${method} /{${type}}${api.endpoint === undefined ? '' : `/${api.endpoint.replace(/^\//, '')}`}`,
      faults: status >= 400 ? [] : faults,
      surplus: given.filter((name) => fields.length > 0 && name !== 'id' && !fields.includes(name)),
    }
  }
}

function bodyOf(body: string, type: string): Readonly<Record<string, unknown>> {
  if (body === '') return {}
  return /json/.test(type) ? (JSON.parse(body) as Readonly<Record<string, unknown>>) : qs.parse(body)
}

/** Names of `id,comments.summary(true){message,from},name`, without what is asked of each. */
const fieldsOf = (text: string): readonly string[] =>
  text
    .replace(/\([^)]*\)/g, '')
    .replace(/\{[^}]*\}/g, '')
    .split(',')
    .map((name) => name.split('.')[0] ?? '')
    .filter((name) => name !== '')

/** Members of the node, or of the nodes of a page. */
function membersOf(answer: string): readonly string[] {
  const body = JSON.parse(answer) as Readonly<Record<string, unknown>>
  const nodes = Array.isArray(body['data']) ? (body['data'] as readonly object[]) : [body]
  return [...new Set(nodes.flatMap((node) => Object.keys(node)))]
}
