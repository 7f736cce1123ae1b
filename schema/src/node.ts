import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from './context.ts'
import { builder } from './builder.ts'
import { InvalidInputError, NotFoundError } from './errors.ts'
import { allows, type Scope } from './scopes.ts'

/** Nouns that can be fetched by their global id. */
export type NodeName =
  | 'Connection'
  | 'Call'
  | 'Incident'
  | 'Provider'
  | 'Organization'
  | 'Member'
  | 'Invitation'
  | 'AuditEntry'
  | 'Source'
  | 'InboundEvent'
  | 'Event'
  | 'Endpoint'
  | 'Delivery'
  | 'Attempt'
  | 'Replay'
  | 'Alert'
  | 'AlertRule'
  | 'AlertChannel'
  | 'Silence'
  | 'ApiKey'
  | 'SystemEvent'
  | 'Erasure'
  | 'Price'
  | 'Budget'
  | 'SavedDashboard'

interface NodeSource {
  readonly scope: Scope
  /** `info` is of the field the row answers: what is asked of it can be read from there. */
  readonly load: (ctx: Context, id: string, info: GraphQLResolveInfo) => PromiseLike<object | null>
}
const sources = new Map<string, NodeSource>()
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The opaque id of a row, unique over all nouns. */
export const globalId = (name: NodeName, id: string): string => Buffer.from(`${name}:${id}`).toString('base64')

/** The row id inside a global id, or null when it is no id of `name`. */
export function readGlobalId(name: NodeName, id: string): string | null {
  const [noun, row] = split(id)
  return noun === name && row !== undefined && (name === 'Provider' || uuid.test(row)) ? row.toLowerCase() : null
}

/** Like readGlobalId; throws NotFoundError, since a wrong id and an unknown one deserve the same answer. */
export function rowId(name: NodeName, id: string): string {
  const row = readGlobalId(name, id)
  if (row === null) throw new NotFoundError(name.replace(/\B[A-Z]/g, ' $&').toLowerCase(), id)
  return row
}

/** Id of a thing that is no node, as it was sent; throws NotFoundError for what cannot be one. */
export function plainId(noun: string, id: string): string {
  if (!uuid.test(id)) throw new NotFoundError(noun, id)
  return id.toLowerCase()
}

/** Slug behind a provider's global id, or the slug itself; null when there is no such provider. */
export function providerSlug({ catalog }: Pick<Context, 'catalog'>, id: string): string | null {
  const slug = readGlobalId('Provider', id) ?? id
  return catalog.get(slug) === undefined ? null : slug
}

/** Declares how rows of a noun are fetched by id; `load` answers null for what the viewer cannot see. */
export function defineNode(name: NodeName, source: NodeSource): void {
  sources.set(name, source)
}

function split(id: string): [string?, string?] {
  const text = Buffer.from(id, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 1 ? [] : [text.slice(0, colon), text.slice(colon + 1)]
}

const names = new WeakMap<object, string>()

async function fetchNode(ctx: Context, id: string, info: GraphQLResolveInfo): Promise<object | null> {
  const [name = '', row = ''] = split(id)
  const source = sources.get(name)
  if (source === undefined || readGlobalId(name as NodeName, id) === null) return null
  if (ctx.viewer === null || !allows(ctx.viewer.role, ctx.viewer.scopes, source.scope)) return null
  const found = await source.load(ctx, row.toLowerCase(), info)
  if (found === null) return null
  names.set(found, name)
  return found
}

builder.interfaceType('Node', {
  description: 'Anything with a global id (Relay object identification).',
  resolveType: (row) => names.get(row),
  fields: (t) => ({
    id: t.id({
      description: 'Global id, unique over all nouns.',
      resolve: () => {
        throw new Error('Every noun resolves its own id.')
      },
    }),
  }),
})

builder.queryFields((t) => ({
  node: t.field({
    type: 'Node',
    nullable: true,
    description: 'Anything by its global id; null when there is no such thing or the viewer may not see it.',
    authScopes: { signedIn: true },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, ctx, info) => fetchNode(ctx, id, info),
  }),
  nodes: t.field({
    type: ['Node'],
    nullable: { list: false, items: true },
    description: 'Several things by their global ids, in the order asked, with null for each that is not there.',
    authScopes: { signedIn: true },
    complexity: ({ ids }) => ({ field: 1, multiplier: ids.length }),
    args: { ids: t.arg.idList({ required: true, description: 'Global ids, 100 at most.' }) },
    resolve: (_root, { ids }, ctx, info) => {
      if (ids.length > 100)
        throw new InvalidInputError([{ path: 'ids', message: `At most 100 ids, not ${ids.length}.` }])
      return Promise.all(ids.map((id) => fetchNode(ctx, id, info)))
    },
  }),
}))
