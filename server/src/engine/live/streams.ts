import type { Sql } from '@patchbay/prisma/database.ts'
import type { StreamName, StreamRows } from '@patchbay/schema/events.ts'

type Columns<N extends StreamName> = Readonly<Record<keyof StreamRows[N], true>>

// Every column by name and no other: a forgotten one does not compile, and bodies of calls are never read here.
const columns: { readonly [N in StreamName]: Columns<N> } = {
  calls: {
    seq: true,
    id: true,
    at: true,
    organizationId: true,
    connectionId: true,
    provider: true,
    environment: true,
    purpose: true,
    operation: true,
    method: true,
    host: true,
    path: true,
    status: true,
    ok: true,
    errorClass: true,
    errorMessage: true,
    latencyMs: true,
    attempts: true,
    requestBytes: true,
    responseBytes: true,
    steps: true,
    actorKind: true,
    actorId: true,
    actorName: true,
    ipAddress: true,
    correlationId: true,
    cache: true,
    costMicros: true,
  },
  health: {
    seq: true,
    id: true,
    organizationId: true,
    connectionId: true,
    at: true,
    from: true,
    to: true,
    reason: true,
  },
  incidents: {
    seq: true,
    id: true,
    organizationId: true,
    incidentId: true,
    at: true,
    kind: true,
    text: true,
    actorName: true,
  },
  inbound: {
    seq: true,
    id: true,
    at: true,
    organizationId: true,
    sourceId: true,
    connectionId: true,
    provider: true,
    vendorEventId: true,
    vendorType: true,
    occurredAt: true,
    state: true,
    verdict: true,
    verdictText: true,
    method: true,
    bytes: true,
    ipAddress: true,
    correlationId: true,
    attempts: true,
    nextAttemptAt: true,
    error: true,
    run: true,
    assignedType: true,
    events: true,
    routedAt: true,
  },
  deliveries: {
    seq: true,
    id: true,
    at: true,
    organizationId: true,
    eventId: true,
    endpointId: true,
    eventType: true,
    connectionId: true,
    orderKey: true,
    state: true,
    reason: true,
    round: true,
    roundAt: true,
    attempts: true,
    nextAttemptAt: true,
    lastAttemptAt: true,
    lastStatus: true,
    lastErrorClass: true,
    lastLatencyMs: true,
    deliveredAt: true,
    replayId: true,
    test: true,
  },
  replays: {
    seq: true,
    id: true,
    organizationId: true,
    createdAt: true,
    createdById: true,
    createdByName: true,
    state: true,
    filter: true,
    total: true,
    queued: true,
    skipped: true,
    skips: true,
    position: true,
    finishedAt: true,
  },
  alerts: {
    seq: true,
    id: true,
    organizationId: true,
    at: true,
    kind: true,
    severity: true,
    subjectType: true,
    subjectId: true,
    title: true,
    text: true,
    dedupeKey: true,
    state: true,
    count: true,
    lastAt: true,
    connectionId: true,
    silenceId: true,
    escalateAt: true,
    acknowledgedAt: true,
    acknowledgedBy: true,
    resolvedAt: true,
    unrouted: true,
  },
  lanes: {
    seq: true,
    connectionId: true,
    organizationId: true,
    breaker: true,
    breakerSince: true,
    reason: true,
    retryAt: true,
    quietUntil: true,
    cacheEpoch: true,
    changedAt: true,
  },
  system: {
    seq: true,
    id: true,
    organizationId: true,
    at: true,
    kind: true,
    severity: true,
    text: true,
    facts: true,
  },
}

const tables: Readonly<Record<StreamName, { table: string; sequence: string }>> = {
  calls: { table: 'Call', sequence: 'hub_calls_seq' },
  health: { table: 'HealthTransition', sequence: 'hub_health_seq' },
  incidents: { table: 'IncidentEntry', sequence: 'hub_incidents_seq' },
  inbound: { table: 'InboundEvent', sequence: 'hub_inbound_seq' },
  deliveries: { table: 'Delivery', sequence: 'hub_deliveries_seq' },
  replays: { table: 'Replay', sequence: 'hub_replays_seq' },
  alerts: { table: 'Alert', sequence: 'hub_alerts_seq' },
  lanes: { table: 'ConnectionLane', sequence: 'hub_lanes_seq' },
  system: { table: 'SystemEvent', sequence: 'hub_system_seq' },
}

export const streamNames = Object.keys(tables) as StreamName[]

/** Reads of one stream's table. Which rows are visible is up to the `sql` handed in: owner's or an organization's. */
export interface StreamReader<N extends StreamName> {
  /** Rows of everyone after `after`, in order. */
  tail(sql: Sql, after: bigint, limit: number): Promise<StreamRows[N][]>
  /** Rows of one organization in (after, upTo], in order. */
  page(sql: Sql, span: { organizationId: string; after: bigint; upTo: bigint }, limit: number): Promise<StreamRows[N][]>
  /** Number of the newest committed row, 0 for an empty table. */
  head(sql: Sql): Promise<bigint>
  /** Highest number ever taken, also by rows since deleted or not yet committed. */
  taken(sql: Sql): Promise<bigint>
}

export function streamReader<N extends StreamName>(stream: N): StreamReader<N> {
  const { table, sequence } = tables[stream]
  const list = Object.keys(columns[stream])
    .map((name) => `"${name}"`)
    .join(', ')
  const tailText = `select ${list} from "${table}" where "seq" > $1::bigint order by "seq" limit $2::int`
  const pageText = `select ${list} from "${table}"
    where "organizationId" = $1::uuid and "seq" > $2::bigint and "seq" <= $3::bigint order by "seq" limit $4::int`

  return {
    // The driver gives each column the type Prisma gives it (see Sql.query), so a row is a row of the model.
    async tail(sql, after, limit) {
      return (await sql.query(tailText, [after, limit])) as unknown as StreamRows[N][]
    },
    async page(sql, { organizationId, after, upTo }, limit) {
      return (await sql.query(pageText, [organizationId, after, upTo, limit])) as unknown as StreamRows[N][]
    },
    async head(sql) {
      const [row] = await sql.query<{ head: bigint | null }>(`select max("seq") as head from "${table}"`)
      return row?.head ?? 0n
    },
    async taken(sql) {
      const [row] = await sql.query<{ taken: bigint }>(
        `select case when is_called then last_value else 0 end as taken from ${sequence}`,
      )
      return row?.taken ?? 0n
    },
  }
}
