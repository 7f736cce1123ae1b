import { within, type Reach } from '../reach.ts'
import { Where } from '../where.ts'
import { groupingOf, type AnalyticsFilter } from './groups.ts'
import { middleMs } from './pieces.ts'
import { beginningOf, nextOf, rangeOf, type RangeInput } from './range.ts'

/** Failures of one kind: class, connection, operation and status. */
export interface ErrorKind {
  readonly errorClass: string
  readonly connectionId: string
  readonly operation: string
  /** Vendor's HTTP status; null when no answer came. */
  readonly status: number | null
  readonly errors: number
  readonly firstAt: Date
  readonly lastAt: Date
  /** The latest call that failed so. */
  readonly sampleId: string
  readonly sampleMessage: string | null
}

export interface ErrorDay {
  readonly at: Date
  readonly errors: number
}

export interface ErrorClass {
  readonly errorClass: string
  readonly errors: number
  /** Of all failures of the span, 0 to 1. */
  readonly share: number
  readonly firstAt: Date
  readonly lastAt: Date
  /** Most frequent first. */
  readonly kinds: readonly ErrorKind[]
  /** By day, without gaps. */
  readonly days: readonly ErrorDay[]
}

interface Row extends Record<string, unknown> {
  readonly middle: Date
  readonly errorClass: string
  readonly connectionId: string
  readonly operation: string
  readonly status: number
  readonly errors: number
  readonly firstAt: Date
  readonly lastAt: Date
  readonly sampleId: string
  readonly sampleMessage: string | null
}

/** Kinds of one class that are listed at most. */
const mostKinds = 50

/** Failures of whole days by class, the most frequent first. */
export async function errorClasses(
  reach: Reach,
  input: RangeInput,
  filter: AnalyticsFilter,
  timeZone: string,
): Promise<readonly ErrorClass[]> {
  const { since, until } = rangeOf(input, 'AUTO', { now: reach.now(), timeZone })
  const { whole } = await groupingOf(reach, 'NONE', filter)
  if (whole.connectionIds?.length === 0) return []
  const days: Date[] = []
  for (let at = beginningOf('DAY', since, timeZone); at < until; at = nextOf('DAY', at, timeZone)) days.push(at)
  const where = within(new Where(), reach, '"connectionId"').oneOf('"connectionId"', whole.connectionIds, 'uuid')
  const shifted = (at: Date) => new Date(at.getTime() - middleMs.DAY)
  where.and(`"day" >= ${where.param(shifted(days[0] ?? since))}::timestamptz`)
  where.and(`"day" < ${where.param(shifted(nextOf('DAY', days.at(-1) ?? since, timeZone)))}::timestamptz`)
  const rows = await reach.tenant.sql.query<Row>(
    `select "day" + interval '12 hours' as "middle", "errorClass", "connectionId"::text as "connectionId", "operation", "status",
       "errors", "firstAt", "lastAt", "sampleId"::text as "sampleId", "sampleMessage"
     from "ErrorRollup" ${where}`,
    where.params,
  )
  const total = rows.reduce((sum, row) => sum + row.errors, 0)
  return [...Map.groupBy(rows, (row) => row.errorClass)]
    .map(([errorClass, found]) => classOf(errorClass, found, days, total))
    .sort((a, b) => b.errors - a.errors || (a.errorClass < b.errorClass ? -1 : 1))
}

function classOf(errorClass: string, rows: readonly Row[], days: readonly Date[], total: number): ErrorClass {
  const kinds = [...Map.groupBy(rows, (row) => `${row.connectionId} ${row.status} ${row.operation}`).values()]
    .map(kindOf)
    .sort((a, b) => b.errors - a.errors || b.lastAt.getTime() - a.lastAt.getTime())
  const errors = kinds.reduce((sum, kind) => sum + kind.errors, 0)
  const counts = days.map((at) => ({ at, errors: 0 }))
  for (const row of rows) {
    const place = counts.findLastIndex(({ at }) => at <= row.middle)
    const day = counts[Math.max(0, place)]
    if (day !== undefined) day.errors += row.errors
  }
  return {
    errorClass,
    errors,
    share: total === 0 ? 0 : errors / total,
    firstAt: new Date(Math.min(...kinds.map(({ firstAt }) => firstAt.getTime()))),
    lastAt: new Date(Math.max(...kinds.map(({ lastAt }) => lastAt.getTime()))),
    kinds: kinds.slice(0, mostKinds),
    days: counts,
  }
}

function kindOf(rows: readonly Row[]): ErrorKind {
  const sorted = rows.toSorted((a, b) => a.lastAt.getTime() - b.lastAt.getTime())
  const { errorClass, connectionId, operation, status, lastAt, sampleId, sampleMessage } = sorted.at(-1) as Row
  return {
    ...{ errorClass, connectionId, operation, status: status === 0 ? null : status, lastAt, sampleId, sampleMessage },
    errors: rows.reduce((sum, row) => sum + row.errors, 0),
    firstAt: new Date(Math.min(...rows.map(({ firstAt }) => firstAt.getTime()))),
  }
}
