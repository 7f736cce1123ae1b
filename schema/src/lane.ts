import DataLoader from 'dataloader'
import type { ConnectionLaneModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { CalendarWindow } from './calendar.ts'
import type { Context, LimitedRow } from './context.ts'
import type { StreamBatch } from './events.ts'
import type { BreakerView, CacheFigures, LimitUse } from './lane-views.ts'
import { rowId } from './node.ts'
import { reachOf, reaches } from './load/reach.ts'

// A connection's way out: how many calls it may make, whether they are held back, what is answered from memory.

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export const LimitWindowEnum = builder.enumType('LimitWindow', {
  description: 'A span of the calendar in the organization’s time zone.',
  values: {
    MINUTE: { description: 'From second 0 on.' },
    HOUR: { description: 'From minute 0 on.' },
    DAY: { description: 'From midnight on; 23 to 25 hours where clocks change.' },
    MONTH: { description: 'From midnight of the first on.' },
  } satisfies Record<CalendarWindow, object>,
})

const LimitSourceEnum = builder.enumType('LimitSource', {
  description: 'Whose limit holds.',
  values: {
    VENDOR: { description: 'The vendor’s, as documented.' },
    OWN: { description: 'The one set here.' },
    BOTH: { description: 'Both name the same number.' },
  },
})

const LimitUseType = builder.objectRef<LimitUse>('LimitUse').implement({
  description: 'A limit of calls and how much of its present window is used, over all processes of the hub.',
  fields: (t) => ({
    window: t.expose('window', {
      type: LimitWindowEnum,
      nullable: true,
      description: 'Its window; null for a span of the vendor that no calendar knows: then look at `seconds`.',
    }),
    seconds: t.exposeInt('seconds', {
      nullable: true,
      description: 'Length of such a span; null for windows of the calendar.',
    }),
    limit: t.exposeInt('limit', { description: 'Calls allowed in a window.' }),
    used: t.exposeInt('used', {
      description: 'Calls made in the present window, with the few that processes have set aside for themselves.',
    }),
    remaining: t.exposeInt('remaining', { description: 'Calls left in the present window.' }),
    resetsAt: t.expose('resetsAt', { type: 'DateTime', description: 'When the next window begins.' }),
    source: t.expose('source', { type: LimitSourceEnum, description: 'Whose limit holds.' }),
    vendorLimit: t.exposeInt('vendorLimit', {
      nullable: true,
      description: 'What the vendor documents for this window; null when nothing.',
    }),
    ownLimit: t.exposeInt('ownLimit', {
      nullable: true,
      description: 'What was set here for this window; null when nothing.',
    }),
    replacesVendor: t.exposeBoolean('replacesVendor', {
      description: 'The own limit holds also when it is higher than the vendor’s.',
    }),
    note: t.exposeString('note', {
      nullable: true,
      description: 'What the vendor’s limit counts, in words; null when there is none.',
    }),
  }),
})

const BreakerStateEnum = builder.enumType('BreakerState', {
  description: 'Whether the circuit breaker lets calls through.',
  values: {
    CLOSED: { description: 'Calls pass.' },
    OPEN: { description: 'Calls are held back: the vendor kept failing.' },
    HALF_OPEN: { description: 'One call passes to see whether the vendor is back.' },
  },
})

export const BreakerType = builder.objectRef<BreakerView>('Breaker').implement({
  description: 'Circuit breaker of a connection, the same for every process of the hub.',
  fields: (t) => ({
    state: t.expose('state', { type: BreakerStateEnum, description: 'Whether calls pass.' }),
    openedAt: t.expose('openedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it opened; null when closed.',
    }),
    since: t.expose('since', {
      type: 'DateTime',
      nullable: true,
      description: 'When it opened, or was closed after that; null when it never opened.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it opened, or what closed it, in words; null when it never opened.',
    }),
    retryAt: t.expose('retryAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next call may try; null when closed.',
    }),
  }),
})

interface CacheParts extends CacheFigures {
  readonly ttlSeconds: number | null
  readonly staleSeconds: number
  readonly epoch: number
}

const CacheViewType = builder.objectRef<CacheParts>('CacheView').implement({
  description: 'Answers to reads kept for a connection. Figures are those of the answering process since it started.',
  fields: (t) => ({
    ttlSeconds: t.exposeInt('ttlSeconds', {
      nullable: true,
      description: 'How long an answer is used again: 0 never; null as the vendor’s headers say.',
    }),
    staleSeconds: t.exposeInt('staleSeconds', {
      description: 'How long after that it may stand in while the vendor fails.',
    }),
    epoch: t.exposeInt('epoch', { description: 'Raised by each purge: answers of an earlier epoch are not used.' }),
    entries: t.exposeInt('entries', { description: 'Answers kept.' }),
    bytes: t.exposeFloat('bytes', { description: 'What they take in memory.' }),
    hits: t.exposeInt('hits', { description: 'Calls answered without asking the vendor.' }),
    misses: t.exposeInt('misses', { description: 'Calls the vendor answered because nothing fitting was kept.' }),
    stale: t.exposeInt('stale', { description: 'Calls answered with something old because the vendor failed.' }),
    revalidated: t.exposeInt('revalidated', { description: 'Kept answers the vendor said still hold.' }),
  }),
})

const closed: BreakerView = { state: 'CLOSED', openedAt: null, since: null, reason: null, retryAt: null }

/** A lane's breaker as people see it. */
export function breakerOf(lane: ConnectionLaneModel | null): BreakerView {
  if (lane === null || (lane.breaker === 'CLOSED' && lane.reason === null)) return closed
  const { breaker: state, breakerSince: since, reason, retryAt } = lane
  return state === 'CLOSED' ? { ...closed, since, reason } : { state, openedAt: since, since, reason, retryAt }
}

/** A silence that is over is none. */
const quietOf = (lane: ConnectionLaneModel | null, { now }: Context): Date | null =>
  lane?.quietUntil != null && lane.quietUntil > now() ? lane.quietUntil : null

const batches = new WeakMap<object, DataLoader<LimitedRow, readonly LimitUse[]>>()

/** Limits of the rows of an operation, read together. Counted windows are not rows of an organization, so the hub reads them. */
function limitsOf(row: LimitedRow, { loaders, readers }: Context): Promise<readonly LimitUse[]> {
  const batch =
    batches.get(loaders) ??
    new DataLoader<LimitedRow, readonly LimitUse[]>((rows) => readers.limits(rows).then((all) => [...all]), {
      cache: false,
    })
  batches.set(loaders, batch)
  return batch.load(row)
}

builder.objectFields('Connection', (t) => ({
  limits: t.field({
    extensions: { columns: ['organizationId', 'provider', 'environment', 'name', 'version'] },
    type: [LimitUseType],
    description: 'Limits of calls that hold, and what of them is used.',
    complexity: { field: 2, multiplier: 4 },
    resolve: async (row, _args, ctx) => [...(await limitsOf(row, ctx))],
  }),
  breaker: t.field({
    type: BreakerType,
    description: 'Whether calls are held back.',
    resolve: async (row, _args, { loaders }) => breakerOf(await loaders.lane.load(row.id)),
  }),
  quietUntil: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'The vendor asked for silence until then; null when it did not.',
    resolve: async (row, _args, ctx) => quietOf(await ctx.loaders.lane.load(row.id), ctx),
  }),
  cache: t.field({
    extensions: { columns: ['cacheTtlSeconds', 'cacheStaleSeconds'] },
    type: CacheViewType,
    description: 'Answers to reads that are kept.',
    resolve: async (row, _args, { loaders, readers }) => ({
      ...readers.cache(row.id),
      ttlSeconds: row.cacheTtlSeconds,
      staleSeconds: row.cacheStaleSeconds,
      epoch: (await loaders.lane.load(row.id))?.cacheEpoch ?? 0,
    }),
  }),
}))

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const LaneChangeType = builder.objectRef<ConnectionLaneModel>('ConnectionLaneChange').implement({
  description: 'A connection’s breaker, silence, limits or cache changed.',
  fields: (t) => ({
    at: t.expose('changedAt', { type: 'DateTime', description: 'When.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection as it is now; null when it was deleted meanwhile.',
      resolve: (row, _args, { loaders }) => loaders.connection.load(row.connectionId),
    }),
    breaker: t.field({
      type: BreakerType,
      description: 'Its circuit breaker since then.',
      resolve: (row) => breakerOf(row),
    }),
    quietUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The vendor asked for silence until then; null when it did not.',
      resolve: (row, _args, ctx) => quietOf(row, ctx),
    }),
    cacheEpoch: t.exposeInt('cacheEpoch', { description: 'Raised by each purge of its cache.' }),
  }),
})

const LaneBatchType = builder.objectRef<StreamBatch<ConnectionLaneModel>>('ConnectionLaneBatch').implement({
  description: 'Changes that happened together, of each connection the latest.',
  fields: (t) => ({
    changes: t.field({
      type: [LaneChangeType],
      description: 'Changes in the order they happened.',
      resolve: (batch) => [...batch.rows],
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes right after this batch.' }),
    catchingUp: t.exposeBoolean('catchingUp', {
      description: 'You read slower than changes arrive: nothing is lost, it is late.',
    }),
  }),
})

builder.subscriptionField('connectionLaneChanged', (t) =>
  t.field({
    type: LaneBatchType,
    description: 'Breakers that open and close, silences vendors ask for, limits set, caches purged, as it happens.',
    authScopes: { may: 'connection:read' },
    args: {
      after: t.arg.string({
        description: 'Cursor of an earlier batch: continue without gap or repeat. Default from now on.',
      }),
      connectionId: t.arg.id({ description: 'Only this connection. Default all.' }),
    },
    subscribe: (_root, { after, connectionId }, ctx) => {
      const only = connectionId == null ? null : rowId('Connection', connectionId)
      const reach = reachOf(ctx)
      return ctx.live.subscribe('lanes', {
        organizationId: reach.tenant.organizationId,
        after: after ?? null,
        filter: (row) => (only === null || row.connectionId === only) && reaches(reach, row.connectionId),
      })
    },
    resolve: (batch, _args, ctx) => {
      ctx.refresh()
      return batch
    },
  }),
)
