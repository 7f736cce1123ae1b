import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import ErrorsPlugin from '@pothos/plugin-errors'
import PrismaPlugin from '@pothos/plugin-prisma'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin, { AuthScopeFailureType, type AuthFailure } from '@pothos/plugin-scope-auth'
import { getDatamodel } from '@patchbay/prisma/generated/pothos.ts'
import type {
  AlertModel,
  AlertRuleModel,
  ApiKeyRefusalModel,
  BudgetModel,
  DeliveryModel,
  EndpointModel,
  PriceModel,
  ReplayModel,
  SavedDashboardModel,
  SilenceModel,
  SourceModel,
  SystemEventModel,
} from '@patchbay/prisma/generated/models.ts'
import type PrismaTypes from '@patchbay/prisma/generated/pothos.ts'
import type { ProviderEntry } from './catalog.ts'
import type { Context, Membership, Viewer } from './context.ts'
import { ForbiddenError, UnauthenticatedError } from './errors.ts'
import type { EventType } from './event-types/form.ts'
import type { LiveCall, LiveInboundEvent } from './events.ts'
import type { ApiKeyRow, AttemptRow, ConnectionRow, EventRow } from './loaders.ts'
import type { ChannelRow } from './load/alert-rules.ts'
import type { ErasureRow } from './load/erasures.ts'
import { allows, type Scope } from './scopes.ts'

/** What is behind the nouns that are not models of Prisma. Named by string, so that noun files need not import each other. */
interface Nouns {
  Call: LiveCall
  Connection: ConnectionRow
  Membership: Membership
  Provider: ProviderEntry
  Viewer: Viewer
  Source: SourceModel
  InboundEvent: LiveInboundEvent
  Event: EventRow
  Endpoint: EndpointModel
  Delivery: DeliveryModel
  Attempt: AttemptRow
  Replay: ReplayModel
  Alert: AlertModel
  AlertRule: AlertRuleModel
  AlertChannel: ChannelRow
  Silence: SilenceModel
  EventType: EventType
  ApiKey: ApiKeyRow
  FailedAuthentication: ApiKeyRefusalModel
  SystemEvent: SystemEventModel
  Erasure: ErasureRow
  Price: PriceModel
  Budget: BudgetModel
  SavedDashboard: SavedDashboardModel
}

/** Most rows one page may hold; more is refused, not clamped. */
export const maxPage = 100
/** Rows of a page when the query does not say. */
export const defaultPage = 20

/** The permission a refusal is about. */
function scopeOf(failure: AuthFailure): string | undefined {
  if ('failures' in failure) return failure.failures.map(scopeOf).find((scope) => scope !== undefined)
  return failure.kind === AuthScopeFailureType.AuthScope ? String(failure.parameter) : undefined
}

const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1)

/**
 * Nouns that are a model of Prisma are defined on it: the Prisma plugin reads of a row what the query asks of it.
 * Connection, Call and everything a webhook goes through are not. Their lists are asked most and carry most, and load/
 * reads them with plain SQL, of which one statement answers a page of connections with the latest calls of each (LATERAL,
 * which Prisma does not write). Either way a page of parents costs one statement per level and never one per row.
 *
 * The Node interface is written in node.ts: the relay plugin's id field answers asynchronously, which costs a promise per row.
 */
export const builder = new SchemaBuilder<{
  Context: Context
  Objects: Nouns
  PrismaTypes: PrismaTypes
  Interfaces: { Node: object; Error: Error & { readonly code: string } }
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    BigInt: { Input: bigint; Output: bigint }
    JSON: { Input: unknown; Output: unknown }
  }
  AuthScopes: { may: Scope; signedIn: true }
  /** What a page may carry besides its rows: a count, taken only when asked for. */
  Connection: { readonly count?: () => Promise<number> }
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
}>({
  // The first plugin wraps the others: a refused scope becomes a typed error of the mutation.
  plugins: [ErrorsPlugin, ScopeAuthPlugin, PrismaPlugin, RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  errors: {
    defaultResultOptions: { name: ({ fieldName }) => `${capital(fieldName)}Success` },
    defaultUnionOptions: { name: ({ fieldName }) => `${capital(fieldName)}Result` },
  },
  scopeAuth: {
    authScopes: ({ viewer }) => ({
      may: (scope) => viewer !== null && allows(viewer.role, viewer.scopes, scope),
      signedIn: viewer !== null,
    }),
    unauthorizedError: (_parent, { viewer, refused }, _info, { failure }) => {
      if (viewer === null) return new UnauthenticatedError('Sign in, or send an API key, to do this.')
      refused()
      return new ForbiddenError(scopeOf(failure) ?? 'owner')
    },
  },
  prisma: {
    // The organization's own client: row level security holds whatever the plugin asks.
    client: ({ tenant }) => tenant().prisma,
    dmmf: getDatamodel(),
    filterConnectionTotalCount: true,
    onUnusedQuery: null,
  },
  relay: {
    cursorType: 'String',
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'Rows of the page, each with its cursor.',
      complexity: { field: 0, multiplier: 1 },
    },
    nodeFieldOptions: { nullable: false, description: 'The row.', complexity: 1 },
    cursorFieldOptions: { description: 'Position of the row, for `after` and `before`.', complexity: 0 },
    pageInfoFieldOptions: { description: 'Whether there is more, and where.', complexity: 0 },
    pageInfoTypeOptions: { description: 'Where a page ends and whether more follows (Relay cursor connections).' },
    hasNextPageFieldOptions: { description: 'More rows follow after `endCursor`.', complexity: 0 },
    hasPreviousPageFieldOptions: { description: 'Rows exist before `startCursor`.', complexity: 0 },
    startCursorFieldOptions: { description: 'Cursor of the first row; null on an empty page.', complexity: 0 },
    endCursorFieldOptions: { description: 'Cursor of the last row; null on an empty page.', complexity: 0 },
    firstArgOptions: { description: `Rows from the start, 1 to ${maxPage}. Default ${defaultPage}.` },
    lastArgOptions: { description: `Rows from the end, 1 to ${maxPage}. Not together with \`first\`.` },
    afterArgOptions: { description: 'Only rows after this cursor.' },
    beforeArgOptions: { description: 'Only rows before this cursor.' },
  },
  // Counted and refused once, before execution, by server/src/http; the plugin only holds each field's cost.
  complexity: { disabled: true, defaultComplexity: 1, defaultListMultiplier: 10 },
})

builder.queryType({ description: 'Everything that can be read.' })
builder.mutationType({
  description: 'Everything that can be changed or triggered. Each answers with a success or a typed error.',
})
builder.subscriptionType({
  description: 'What happens, as it happens. Every stream resumes from a cursor without gap or repeat.',
})
