import { plainArray, textArray } from '@patchbay/prisma/array-text.ts'
import type { Sql } from '@patchbay/prisma/database.ts'
import type { CallModel } from '@patchbay/prisma/generated/models.ts'
import type { LiveWriter } from '../live/contract.ts'
import { errorColumns, errorsText, figureColumns, figuresText } from './figures.ts'

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
  costMicros: 'bigint',
} as const satisfies Record<keyof CallRow, string>

const casts: Partial<Record<keyof CallRow, string>> = {
  environment: '"Environment"',
  purpose: '"CallPurpose"',
  requestHead: 'jsonb',
  responseHead: 'jsonb',
  steps: 'jsonb',
}

const names = Object.keys(columns) as (keyof CallRow)[]
const arrays = (types: readonly string[], from: number) => types.map((type, n) => `$${from + n}::${type}[]`).join(', ')
const quoted = names.map((name) => `"${name}"`).join(', ')
const selected = names.map((name) => (casts[name] ? `"${name}"::${casts[name]}` : `"${name}"`)).join(', ')

// One statement for rows and figures: a repeated batch finds its rows there and then adds nothing to the figures either.
// The order of unnest is kept, so that seq follows the order in which calls ended.
const figuresFrom = names.length + 1
const errorsFrom = figuresFrom + figureColumns([]).length
const statement = `
with added as (
  insert into "Call" (${quoted})
  select ${selected} from unnest(${arrays(Object.values(columns), 1)}) as given(${quoted})
  on conflict do nothing
  returning 1
), figures as (
  ${figuresText(figuresFrom)}
), errors as (
  ${errorsText(errorsFrom)}
)
select`

/** Writes rows and figures in the caller's transaction. All of a batch's rows are there afterwards, or none. */
export async function insertCalls(sql: Sql, live: Pick<LiveWriter, 'append'>, rows: readonly CallRow[]): Promise<void> {
  const values = names.map((name) => arrayOf(rows, name))
  const figures = [...figureColumns(rows), ...errorColumns(rows)]
  await live.append(sql, 'calls')
  await sql.query(statement, [...values, ...figures])
}

/** One column of all rows. Written here: the driver would look at every character of every value several times. */
function arrayOf(rows: readonly CallRow[], name: keyof CallRow): string {
  const isPlain = plainTypes.has(columns[name])
  const values = rows.map((row) => toText(row[name]))
  return isPlain ? plainArray(values) : textArray(values)
}

/** Types whose values need no quotes inside an array. */
const plainTypes: ReadonlySet<string> = new Set(['uuid', 'int', 'bool', 'bigint', 'timestamptz'])

function toText(value: CallRow[keyof CallRow]): string | null {
  if (value === null || typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
