import { quoted } from '@patchbay/prisma/array-text.ts'
import type { Sql } from '@patchbay/prisma/database.ts'
import type { CallModel } from '@patchbay/prisma/generated/models.ts'
import type { LiveWriter } from '../live/contract.ts'
import type { StepTime } from './steps.ts'
import { errorColumns, errorsText, figureColumns, figuresText } from './figures.ts'

export type { StepTime } from './steps.ts'

/** A call as the pipeline hands it to the log: redacted, truncated, and with an id that survives a repeated write. */
export type CallRow = Omit<CallModel, 'seq' | 'requestHead' | 'responseHead' | 'steps'> & {
  readonly requestHead: Readonly<Record<string, string>>
  readonly responseHead: Readonly<Record<string, string>> | null
  readonly steps: readonly StepTime[]
}

/** What figures need to know of a call. */
export type CountedCall = Pick<
  CallRow,
  | 'id'
  | 'at'
  | 'organizationId'
  | 'connectionId'
  | 'provider'
  | 'operation'
  | 'status'
  | 'ok'
  | 'errorClass'
  | 'errorMessage'
  | 'latencyMs'
  | 'attempts'
  | 'requestBytes'
  | 'responseBytes'
  | 'actorKind'
  | 'actorId'
  | 'cache'
  | 'costMicros'
>

/** A row on its way to the table. Written out at once: what waits is then a few texts instead of a tree of objects. */
export interface LogEntry {
  /** One for each column, as it stands inside an array. */
  readonly cells: readonly string[]
  readonly counted: CountedCall
}

interface Column {
  readonly type: string
  /** As it stands inside an array; each its own function, because one for all would look every name up. */
  readonly cell: (row: CallRow) => string
}

const nothing = 'NULL'
const text = (value: string | null): string => (value === null ? nothing : quoted(value))
const json = (value: object | null): string => (value === null ? nothing : quoted(JSON.stringify(value)))
// Values of these need no quotes.
const plain = (value: string | number | bigint | boolean | null): string => (value === null ? nothing : String(value))

const stepNames = new Map<string, string>()

/** A step's name, with what stands before and after it: there are a dozen of them. */
function stepName(name: string): string {
  let text = stepNames.get(name)
  if (text === undefined) {
    text = quoted(`{"step":${JSON.stringify(name)},"ms":`).slice(1, -1)
    if (stepNames.size < 100) stepNames.set(name, text)
  }
  return text
}

/** Steps as JSON inside an array. By hand, because every call has a dozen, and each number is one the engine has at hand as text. */
function stepsText(steps: readonly StepTime[]): string {
  let list = ''
  for (const { step, ms, at, attempt } of steps) {
    if (list !== '') list += ','
    list += stepName(step) + numberText(ms)
    if (at !== undefined) list += `,\\"at\\":${numberText(at)}`
    if (attempt !== undefined) list += `,\\"attempt\\":${numberText(attempt)}`
    list += '}'
  }
  return `"[${list}]"`
}

const numberText = (value: number): string => (Number.isFinite(value) ? String(value) : 'null')

/** In the order of the statement's parameters. */
const columns: Readonly<Record<keyof CallRow, Column>> = {
  id: { type: 'uuid', cell: (row) => row.id },
  at: { type: 'timestamptz', cell: (row) => row.at.toISOString() },
  organizationId: { type: 'uuid', cell: (row) => row.organizationId },
  connectionId: { type: 'uuid', cell: (row) => row.connectionId },
  provider: { type: 'text', cell: (row) => text(row.provider) },
  environment: { type: 'text', cell: (row) => row.environment },
  purpose: { type: 'text', cell: (row) => row.purpose },
  operation: { type: 'text', cell: (row) => text(row.operation) },
  method: { type: 'text', cell: (row) => text(row.method) },
  host: { type: 'text', cell: (row) => text(row.host) },
  path: { type: 'text', cell: (row) => text(row.path) },
  status: { type: 'int', cell: (row) => plain(row.status) },
  ok: { type: 'bool', cell: (row) => plain(row.ok) },
  errorClass: { type: 'text', cell: (row) => text(row.errorClass) },
  errorMessage: { type: 'text', cell: (row) => text(row.errorMessage) },
  latencyMs: { type: 'int', cell: (row) => plain(row.latencyMs) },
  attempts: { type: 'int', cell: (row) => plain(row.attempts) },
  requestBytes: { type: 'int', cell: (row) => plain(row.requestBytes) },
  responseBytes: { type: 'int', cell: (row) => plain(row.responseBytes) },
  requestHead: { type: 'text', cell: (row) => json(row.requestHead) },
  requestBody: { type: 'text', cell: (row) => text(row.requestBody) },
  responseHead: { type: 'text', cell: (row) => json(row.responseHead) },
  responseBody: { type: 'text', cell: (row) => text(row.responseBody) },
  steps: { type: 'text', cell: (row) => stepsText(row.steps) },
  actorKind: { type: 'text', cell: (row) => text(row.actorKind) },
  actorId: { type: 'text', cell: (row) => text(row.actorId) },
  actorName: { type: 'text', cell: (row) => text(row.actorName) },
  ipAddress: { type: 'text', cell: (row) => text(row.ipAddress) },
  correlationId: { type: 'text', cell: (row) => text(row.correlationId) },
  cache: { type: 'text', cell: (row) => text(row.cache) },
  costMicros: { type: 'bigint', cell: (row) => plain(row.costMicros) },
}

const casts: Partial<Record<keyof CallRow, string>> = {
  environment: '"Environment"',
  purpose: '"CallPurpose"',
  requestHead: 'jsonb',
  responseHead: 'jsonb',
  steps: 'jsonb',
}

const names = Object.keys(columns) as (keyof CallRow)[]
const writers = Object.values(columns).map(({ cell }) => cell)
const types = Object.values(columns).map(({ type }) => type)
const arrays = (types: readonly string[], from: number) => types.map((type, n) => `$${from + n}::${type}[]`).join(', ')
const listed = names.map((name) => `"${name}"`).join(', ')
const selected = names.map((name) => (casts[name] ? `"${name}"::${casts[name]}` : `"${name}"`)).join(', ')

// One statement for rows and figures: a repeated batch finds its rows there and then adds nothing to the figures either.
// The order of unnest is kept, so that seq follows the order in which calls ended.
const figuresFrom = names.length + 1
const errorsFrom = figuresFrom + figureColumns([]).length
const statement = `
with added as (
  insert into "Call" (${listed})
  select ${selected} from unnest(${arrays(types, 1)}) as given(${listed})
  on conflict do nothing
  returning 1
), figures as (
  ${figuresText(figuresFrom)}
), errors as (
  ${errorsText(errorsFrom)}
)
select`

/** What a row comes to in the table and in the figures. */
export function entryOf(row: CallRow): LogEntry {
  const cells: string[] = []
  for (const cell of writers) cells.push(cell(row))
  return { cells, counted: countedOf(row) }
}

const countedOf = (row: CallRow): CountedCall => ({
  id: row.id,
  at: row.at,
  organizationId: row.organizationId,
  connectionId: row.connectionId,
  provider: row.provider,
  operation: row.operation,
  status: row.status,
  ok: row.ok,
  errorClass: row.errorClass,
  errorMessage: row.errorMessage,
  latencyMs: row.latencyMs,
  attempts: row.attempts,
  requestBytes: row.requestBytes,
  responseBytes: row.responseBytes,
  actorKind: row.actorKind,
  actorId: row.actorId,
  cache: row.cache,
  costMicros: row.costMicros,
})

/** Writes rows and figures in the caller's transaction. All of a batch's rows are there afterwards, or none. */
export async function insertEntries(
  sql: Sql,
  live: Pick<LiveWriter, 'append'>,
  entries: readonly LogEntry[],
): Promise<void> {
  const values = names.map((_, column) => arrayOf(entries, column))
  const counted = entries.map((entry) => entry.counted)
  const figures = [...figureColumns(counted), ...errorColumns(counted)]
  await live.append(sql, 'calls')
  await sql.query(statement, [...values, ...figures])
}

/** The same for rows as they are. */
export const insertCalls = (sql: Sql, live: Pick<LiveWriter, 'append'>, rows: readonly CallRow[]): Promise<void> =>
  insertEntries(sql, live, rows.map(entryOf))

/** One column of all rows. Written here: the driver would look at every character of every value several times. */
function arrayOf(entries: readonly LogEntry[], column: number): string {
  const cells: string[] = []
  for (const entry of entries) cells.push(entry.cells[column] ?? nothing)
  // The braces go in with the first and the last, so that the column is joined once and in one piece.
  const last = cells.length - 1
  if (last < 0) return '{}'
  cells[0] = `{${cells[0]}`
  cells[last] = `${cells[last]}}`
  return cells.join(',')
}
