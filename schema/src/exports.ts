import { alertFilterOf } from './alert.ts'
import { attemptFilterOf } from './attempt.ts'
import { auditConditions, auditWithin, type AuditFilter } from './load/audit.ts'
import { callFilterOf } from './call.ts'
import type { Context } from './context.ts'
import { deliveryFilterOf } from './delivery.ts'
import { eventFilterOf } from './event.ts'
import { inboundFilterOf } from './inbound-event.ts'
import { alertConditions } from './load/alerts.ts'
import { attemptConditions } from './load/attempts.ts'
import { callConditions } from './load/call-filter.ts'
import { deliveryConditions } from './load/delivery-filter.ts'
import { eventConditions } from './load/events.ts'
import type { ExportedLog } from './load/export-rows.ts'
import { inboundConditions } from './load/inbound-filter.ts'
import { reachOf, within } from './load/reach.ts'
import { systemEventConditions, type SystemEventFilter } from './load/system-events.ts'
import { Where } from './load/where.ts'
import { globalId, type NodeName } from './node.ts'
import type { Scope } from './scopes.ts'

/** What an export asked for, once its filter is understood. */
export interface Selection {
  /** The conditions, made anew for every statement. */
  readonly conditions: () => Where
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

/** A log that can be exported: under what name, who may, with which filter, and what of a row goes out. */
export interface LogExport {
  readonly log: ExportedLog
  /** Besides `log:export`. */
  readonly scope: Scope
  /** Input type its filter is of, the same as its list's. */
  readonly filterType: string
  readonly searches: boolean
  /** Throws what the list throws. */
  readonly select: (ctx: Context, filter: never, search: string | null) => Selection | Promise<Selection>
  /** Noun of its global ids. */
  readonly noun: NodeName
  /** Columns with ids of other nouns, as global ids. */
  readonly references: Readonly<Record<string, NodeName>>
}

const mine = (ctx: Context, connectionColumn: string | null) => () =>
  within(new Where(), reachOf(ctx), connectionColumn)
type Input<F extends (...args: never[]) => unknown, N extends number> = Parameters<F>[N]

const calls: LogExport = {
  log: {
    table: 'Call',
    number: { column: 'seq', type: 'int8' },
    columns: [
      'id',
      'at',
      'connectionId',
      'provider',
      'environment',
      'purpose',
      'operation',
      'method',
      'host',
      'path',
      'status',
      'ok',
      'errorClass',
      'errorMessage',
      'latencyMs',
      'attempts',
      'requestBytes',
      'responseBytes',
      'cache',
      'costMicros',
      'actorKind',
      'actorId',
      'actorName',
      'ipAddress',
      'correlationId',
      'steps',
    ],
    bodies: ['requestHead', 'requestBody', 'responseHead', 'responseBody'],
  },
  scope: 'call:read',
  filterType: 'CallFilter',
  searches: true,
  noun: 'Call',
  references: { connectionId: 'Connection' },
  select(ctx, input: Input<typeof callFilterOf, 0>, search) {
    const filter = callFilterOf(input)
    return { ...spanOf(filter), conditions: () => callConditions(mine(ctx, '"connectionId"')(), filter, search) }
  },
}

const inboundEvents: LogExport = {
  log: {
    table: 'InboundEvent',
    columns: [
      'id',
      'at',
      'sourceId',
      'connectionId',
      'provider',
      'vendorEventId',
      'vendorType',
      'occurredAt',
      'state',
      'verdict',
      'verdictText',
      'method',
      'bytes',
      'ipAddress',
      'correlationId',
      'attempts',
      'nextAttemptAt',
      'error',
      'run',
      'assignedType',
      'events',
      'routedAt',
    ],
    bodies: ['query', 'head', 'body'],
  },
  scope: 'inbound:read',
  filterType: 'InboundEventFilter',
  searches: true,
  noun: 'InboundEvent',
  references: { sourceId: 'Source', connectionId: 'Connection' },
  select(ctx, input: Input<typeof inboundFilterOf, 1>, search) {
    const filter = inboundFilterOf(ctx, input)
    const now = ctx.now()
    return {
      ...spanOf(filter),
      conditions: () => inboundConditions(mine(ctx, '"connectionId"')(), filter, search, now),
    }
  },
}

const events: LogExport = {
  log: {
    table: 'Event',
    columns: [
      'id',
      'at',
      'type',
      'version',
      'occurredAt',
      'connectionId',
      'provider',
      'inboundEventId',
      'ordinal',
      'run',
      'orderKey',
      'test',
    ],
    bodies: ['data', 'source'],
  },
  scope: 'event:read',
  filterType: 'EventFilter',
  searches: true,
  noun: 'Event',
  references: { connectionId: 'Connection', inboundEventId: 'InboundEvent' },
  select(ctx, input: Input<typeof eventFilterOf, 1>, search) {
    const filter = eventFilterOf(ctx, input)
    return { ...spanOf(filter), conditions: () => eventConditions(mine(ctx, '"connectionId"')(), filter, search) }
  },
}

const deliveries: LogExport = {
  log: {
    table: 'Delivery',
    columns: [
      'id',
      'at',
      'eventId',
      'endpointId',
      'eventType',
      'connectionId',
      'orderKey',
      'state',
      'reason',
      'round',
      'roundAt',
      'attempts',
      'nextAttemptAt',
      'lastAttemptAt',
      'lastStatus',
      'lastErrorClass',
      'lastLatencyMs',
      'deliveredAt',
      'replayId',
      'test',
    ],
  },
  scope: 'endpoint:read',
  filterType: 'DeliveryFilter',
  searches: true,
  noun: 'Delivery',
  references: { eventId: 'Event', endpointId: 'Endpoint', connectionId: 'Connection', replayId: 'Replay' },
  async select(ctx, input: Input<typeof deliveryFilterOf, 1>, search) {
    const filter = await deliveryFilterOf(ctx, input)
    return { ...spanOf(filter), conditions: () => deliveryConditions(mine(ctx, '"connectionId"')(), filter, search) }
  },
}

const attempts: LogExport = {
  log: {
    table: 'Attempt',
    columns: [
      'id',
      'at',
      'deliveryId',
      'endpointId',
      'eventId',
      'round',
      'number',
      'outcome',
      'finishedAt',
      'status',
      'errorClass',
      'message',
      'latencyMs',
      'requestBytes',
      'nextAttemptAt',
    ],
    bodies: ['requestHead', 'responseHead', 'responseBody'],
  },
  scope: 'endpoint:read',
  filterType: 'AttemptFilter',
  searches: false,
  noun: 'Attempt',
  references: { deliveryId: 'Delivery', endpointId: 'Endpoint', eventId: 'Event' },
  select(ctx, input: Input<typeof attemptFilterOf, 0>) {
    const filter = attemptFilterOf(input)
    // Refused here rather than in the middle of an answer.
    attemptConditions(reachOf(ctx), filter)
    return { ...spanOf(filter), conditions: () => attemptConditions(reachOf(ctx), filter) }
  },
}

const alerts: LogExport = {
  log: {
    table: 'Alert',
    columns: [
      'id',
      'at',
      'kind',
      'severity',
      'state',
      'title',
      'text',
      'subjectType',
      'subjectId',
      'connectionId',
      'count',
      'lastAt',
      'acknowledgedAt',
      'acknowledgedBy',
      'resolvedAt',
    ],
  },
  scope: 'alert:read',
  filterType: 'AlertFilter',
  searches: true,
  noun: 'Alert',
  references: { connectionId: 'Connection' },
  select(ctx, input: Input<typeof alertFilterOf, 0>, search) {
    const filter = alertFilterOf(input)
    return { conditions: () => alertConditions(reachOf(ctx), filter, search) }
  },
}

const audit: LogExport = {
  log: {
    table: 'AuditEntry',
    number: { column: 'position', type: 'int4' },
    columns: [
      'id',
      'position',
      'at',
      'actorKind',
      'actorId',
      'actorName',
      'ipAddress',
      'action',
      'subjectType',
      'subjectId',
      'before',
      'after',
      'correlationId',
      'previousHash',
      'hash',
    ],
  },
  scope: 'audit:read',
  filterType: 'AuditFilter',
  searches: false,
  noun: 'AuditEntry',
  references: {},
  select: (ctx, filter: AuditFilter | null) => ({
    ...spanOf(filter ?? {}),
    conditions: () => auditConditions(auditWithin(mine(ctx, null)(), ctx), filter ?? {}),
  }),
}

const systemEvents: LogExport = {
  log: {
    table: 'SystemEvent',
    number: { column: 'seq', type: 'int8' },
    columns: ['id', 'at', 'kind', 'severity', 'text', 'facts'],
  },
  scope: 'system:read',
  filterType: 'SystemEventFilter',
  searches: true,
  noun: 'SystemEvent',
  references: {},
  select: (ctx, filter: SystemEventFilter | null, search) => ({
    ...spanOf(filter ?? {}),
    conditions: () => systemEventConditions(mine(ctx, null)(), filter ?? {}, search),
  }),
}

/** Every log that can be exported, by the name its address has. */
export const logExports: ReadonlyMap<string, LogExport> = new Map(
  Object.entries({
    calls,
    'inbound-events': inboundEvents,
    events,
    deliveries,
    attempts,
    alerts,
    audit,
    'system-events': systemEvents,
  }),
)

/** Columns of a row as it goes out, in order. */
export function exportedColumns({ log }: LogExport, bodies: boolean): readonly string[] {
  const [, ...others] = log.columns
  return ['id', 'uuid', ...others, ...(bodies ? (log.bodies ?? []) : [])]
}

/** A row as it goes out: `id` is the global one, `uuid` the one of logs and database, and ids of other nouns are global. */
export function exported(
  { noun, references }: LogExport,
  row: Readonly<Record<string, unknown>>,
  { readers }: Pick<Context, 'readers'>,
): Record<string, unknown> {
  const { id, ...rest } = row
  const out: Record<string, unknown> = { id: globalId(noun, String(id)), uuid: id }
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith('$')) continue
    const other = references[name]
    out[name] = other === undefined || value == null ? value : globalId(other, String(value))
  }
  // Exact bytes are for whoever checks a signature; an export shows what the API shows, secrets taken out.
  if (row['body'] instanceof Uint8Array) {
    const head = (row['head'] ?? {}) as Readonly<Record<string, string>>
    out['body'] = readers.inboundText(row['body'], head['content-type'])
  }
  return out
}

const spanOf = ({
  since,
  until,
}: {
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}) => ({
  since,
  until,
})
