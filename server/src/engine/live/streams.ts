import type { Row, Sql } from '@patchbay/prisma/database.ts'
import type { StreamName, StreamRows } from '@patchbay/schema/events.ts'

/** How a column comes out of the driver and has to be turned. */
type Column = 'bigint' | 'date' | 'plain'
type Columns<N extends StreamName> = Readonly<Record<keyof StreamRows[N], Column>>

// Every column by name and no other: a forgotten one does not compile, and bodies of calls are never read here.
const columns: { readonly [N in StreamName]: Columns<N> } = {
  calls: {
    seq: 'bigint',
    id: 'plain',
    at: 'date',
    organizationId: 'plain',
    connectionId: 'plain',
    provider: 'plain',
    environment: 'plain',
    purpose: 'plain',
    operation: 'plain',
    method: 'plain',
    host: 'plain',
    path: 'plain',
    status: 'plain',
    ok: 'plain',
    errorClass: 'plain',
    errorMessage: 'plain',
    latencyMs: 'plain',
    attempts: 'plain',
    requestBytes: 'plain',
    responseBytes: 'plain',
    steps: 'plain',
    actorKind: 'plain',
    actorId: 'plain',
    actorName: 'plain',
    ipAddress: 'plain',
    correlationId: 'plain',
    costMinor: 'bigint',
  },
  health: {
    seq: 'bigint',
    id: 'plain',
    organizationId: 'plain',
    connectionId: 'plain',
    at: 'date',
    from: 'plain',
    to: 'plain',
    reason: 'plain',
  },
  incidents: {
    seq: 'bigint',
    id: 'plain',
    organizationId: 'plain',
    incidentId: 'plain',
    at: 'date',
    kind: 'plain',
    text: 'plain',
    actorName: 'plain',
  },
}

const tables: Readonly<Record<StreamName, { table: string; sequence: string }>> = {
  calls: { table: 'Call', sequence: 'hub_calls_seq' },
  health: { table: 'HealthTransition', sequence: 'hub_health_seq' },
  incidents: { table: 'IncidentEntry', sequence: 'hub_incidents_seq' },
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
  const kinds = Object.entries<Column>(columns[stream])
  const { table, sequence } = tables[stream]
  // int8 as text: drivers differ in what they make of it, and a number would round above 2^53.
  const list = kinds.map(([name, kind]) => (kind === 'bigint' ? `"${name}"::text` : `"${name}"`)).join(', ')
  const turned = kinds.filter(([, kind]) => kind !== 'plain')

  function read(row: Row): StreamRows[N] {
    for (const [name, kind] of turned) {
      const value = row[name]
      if (kind === 'bigint') row[name] = value === null ? null : BigInt(value as string)
      else if (!(value instanceof Date)) row[name] = new Date(value as string)
    }
    return row as unknown as StreamRows[N]
  }

  return {
    async tail(sql, after, limit) {
      const text = `select ${list} from "${table}" where "${table}"."seq" > $1::bigint order by "${table}"."seq" limit $2::int`
      return (await sql.query(text, [String(after), limit])).map(read)
    },
    async page(sql, span, limit) {
      const text = `select ${list} from "${table}"
        where "organizationId" = $1::uuid and "${table}"."seq" > $2::bigint and "${table}"."seq" <= $3::bigint
        order by "${table}"."seq" limit $4::int`
      const params = [span.organizationId, String(span.after), String(span.upTo), limit]
      return (await sql.query(text, params)).map(read)
    },
    async head(sql) {
      const [row] = await sql.query<{ head: string }>(`select coalesce(max("seq"), 0)::text as head from "${table}"`)
      return BigInt(row?.head ?? 0)
    },
    async taken(sql) {
      const [row] = await sql.query<{ taken: string }>(
        `select (case when is_called then last_value else 0 end)::text as taken from ${sequence}`,
      )
      return BigInt(row?.taken ?? 0)
    },
  }
}
