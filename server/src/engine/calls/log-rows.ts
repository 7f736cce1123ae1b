import type { Sql } from '@patchbay/prisma/database.ts'
import type { CallModel } from '@patchbay/prisma/generated/models.ts'
import type { LiveWriter } from '../live/contract.ts'

/** Time one step of the pipeline took; a step appears once per attempt. */
export interface StepTime {
  readonly step: string
  readonly ms: number
}

/** A call as the pipeline hands it to the log: redacted, truncated, and with an id that survives a repeated write. */
export type CallRow = Omit<CallModel, 'seq' | 'requestHead' | 'responseHead' | 'steps'> & {
  readonly requestHead: Readonly<Record<string, string>>
  readonly responseHead: Readonly<Record<string, string>> | null
  readonly steps: readonly StepTime[]
}

/** Column and array type, in the order of the statement's parameters. */
const columns = {
  id: 'uuid',
  at: 'timestamptz',
  organizationId: 'uuid',
  connectionId: 'uuid',
  provider: 'text',
  environment: 'text',
  purpose: 'text',
  operation: 'text',
  method: 'text',
  host: 'text',
  path: 'text',
  status: 'int',
  ok: 'bool',
  errorClass: 'text',
  errorMessage: 'text',
  latencyMs: 'int',
  attempts: 'int',
  requestBytes: 'int',
  responseBytes: 'int',
  requestHead: 'text',
  requestBody: 'text',
  responseHead: 'text',
  responseBody: 'text',
  steps: 'text',
  actorKind: 'text',
  actorId: 'text',
  actorName: 'text',
  ipAddress: 'text',
  correlationId: 'text',
  cache: 'text',
  costMinor: 'bigint',
} as const satisfies Record<keyof CallRow, string>

const casts: Partial<Record<keyof CallRow, string>> = {
  environment: '"Environment"',
  purpose: '"CallPurpose"',
  requestHead: 'jsonb',
  responseHead: 'jsonb',
  steps: 'jsonb',
}

const names = Object.keys(columns) as (keyof CallRow)[]
const rollupTypes = ['uuid', 'uuid', 'timestamptz', 'int', 'int', 'bigint', 'bigint', 'bigint', 'text']
const arrays = (types: readonly string[], from: number) => types.map((type, n) => `$${from + n}::${type}[]`).join(', ')
const quoted = names.map((name) => `"${name}"`).join(', ')
const selected = names.map((name) => (casts[name] ? `"${name}"::${casts[name]}` : `"${name}"`)).join(', ')

// One statement for rows and roll-up: a repeated batch finds its rows there and then adds nothing to the roll-up either.
// The order of unnest is kept, so that seq follows the order in which calls ended.
const statement = `
with added as (
  insert into "Call" (${quoted})
  select ${selected} from unnest(${arrays(Object.values(columns), 1)}) as given(${quoted})
  on conflict do nothing
  returning 1
)
insert into "CallRollup" as kept
  ("organizationId", "connectionId", "minute", "calls", "errors", "latencyTotalMs", "requestBytes", "responseBytes", "buckets")
select o, c, m, calls, errors, latency, sent, received, buckets::int[]
from unnest(${arrays(rollupTypes, names.length + 1)}) as sums(o, c, m, calls, errors, latency, sent, received, buckets)
where exists (select from added)
on conflict ("organizationId", "connectionId", "minute") do update set
  "calls" = kept."calls" + excluded."calls",
  "errors" = kept."errors" + excluded."errors",
  "latencyTotalMs" = kept."latencyTotalMs" + excluded."latencyTotalMs",
  "requestBytes" = kept."requestBytes" + excluded."requestBytes",
  "responseBytes" = kept."responseBytes" + excluded."responseBytes",
  "buckets" = hub_add_buckets(kept."buckets", excluded."buckets")`

/** Writes rows and roll-up in the caller's transaction. All of a batch's rows are there afterwards, or none. */
export async function insertCalls(sql: Sql, live: Pick<LiveWriter, 'append'>, rows: readonly CallRow[]): Promise<void> {
  const values = names.map((name) => rows.map((row) => toText(row[name])))
  const sums = sumUp(rows)
  await live.append(sql, 'calls')
  await sql.query(statement, [...values, ...sums])
}

function toText(value: CallRow[keyof CallRow]): string | number | boolean | null {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : value
}

/** Highest bucket: 2^(40/2) ms are 17 minutes, longer than any call may take. */
const lastBucket = 40

/** Bucket of a latency: bucket n holds calls up to 2^(n/2) ms. */
export function bucketOf(latencyMs: number): number {
  return latencyMs <= 1 ? 0 : Math.min(lastBucket, Math.ceil(2 * Math.log2(latencyMs)))
}

/** Columns of the roll-up rows, one array each, in a fixed order of rows. */
function sumUp(rows: readonly CallRow[]): (string | number)[][] {
  const groups = Map.groupBy(rows, (row) => `${row.organizationId} ${row.connectionId} ${minuteOf(row.at)}`)
  const total = (group: readonly CallRow[], of: (row: CallRow) => number) =>
    group.reduce((sum, row) => sum + of(row), 0)
  const keys = [...groups.keys()].sort()
  const column = (of: (group: readonly CallRow[], key: string) => string | number) =>
    keys.map((key) => of(groups.get(key) ?? [], key))
  const part = (n: number) => column((_group, key) => key.split(' ')[n] ?? '')
  return [
    part(0),
    part(1),
    part(2),
    column((group) => group.length),
    column((group) => total(group, (row) => (row.ok ? 0 : 1))),
    column((group) => total(group, (row) => row.latencyMs)),
    column((group) => total(group, (row) => row.requestBytes)),
    column((group) => total(group, (row) => row.responseBytes)),
    column((group) => histogram(group)),
  ]
}

function minuteOf(at: Date): string {
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString()
}

function histogram(group: readonly CallRow[]): string {
  const counts: number[] = []
  for (const { latencyMs } of group) {
    const bucket = bucketOf(latencyMs)
    counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  return `{${Array.from(counts, (count) => count ?? 0).join(',')}}`
}
