import { readSpan } from './span-of.ts'
import type { Reach } from './reach.ts'
import type { Where } from './where.ts'

/** One bar of a log's strip. */
export interface LogBar {
  readonly at: Date
  readonly rows: number
  readonly troubled: number
}

export interface LogStatistics {
  readonly since: Date
  readonly until: Date
  readonly rows: number
  readonly troubled: number
  /** Most first. */
  readonly states: readonly { readonly state: string; readonly rows: number }[]
  readonly barSeconds: number
  /** Without gaps, oldest first. */
  readonly bars: readonly LogBar[]
}

/** How a log is counted: its table, the column that says how a row stands, and which values mean trouble. */
export interface CountedLog {
  readonly table: 'InboundEvent' | 'Delivery' | 'SystemEvent'
  readonly column: 'state' | 'severity'
  readonly trouble: readonly string[]
}

export const countedLogs = {
  inbound: { table: 'InboundEvent', column: 'state', trouble: ['QUARANTINED', 'FAILED'] },
  deliveries: { table: 'Delivery', column: 'state', trouble: ['WAITING', 'DEAD'] },
  system: { table: 'SystemEvent', column: 'severity', trouble: ['WARNING', 'CRITICAL'] },
} as const satisfies Record<string, CountedLog>

/**
 * Figures of the rows of a log that a filter finds; the span defaults to the last hour and may be 92 days at most.
 * `conditions` must hold the span it is handed. Throws InvalidInputError for a span that is none.
 */
export async function logStatistics(
  reach: Reach,
  log: CountedLog,
  span: { readonly since?: Date | null | undefined; readonly until?: Date | null | undefined },
  conditions: (span: { readonly since: Date; readonly until: Date }) => Where,
): Promise<LogStatistics> {
  const { since, until, barSeconds, origin } = readSpan(span, reach.now())
  const where = conditions({ since, until })
  const bin = `date_bin(${where.param(`${barSeconds} seconds`)}::interval, "at", ${where.param(origin)}::timestamptz)`
  const found = await reach.tenant.sql.query<{ at: Date; state: string; rows: number }>(
    `select ${bin} as "at", "${log.column}"::text as "state", count(*)::int as "rows"
     from "${log.table}" ${where} group by 1, 2`,
    where.params,
  )
  const states = new Map<string, number>()
  const bars = new Map<number, { rows: number; troubled: number }>()
  for (const { at, state, rows } of found) {
    states.set(state, (states.get(state) ?? 0) + rows)
    const bar = bars.get(at.getTime()) ?? { rows: 0, troubled: 0 }
    bar.rows += rows
    if (log.trouble.includes(state)) bar.troubled += rows
    bars.set(at.getTime(), bar)
  }
  const strip: LogBar[] = []
  for (let at = origin.getTime(); at < until.getTime(); at += barSeconds * 1000)
    strip.push({ at: new Date(at), ...(bars.get(at) ?? { rows: 0, troubled: 0 }) })
  return {
    since,
    until,
    barSeconds,
    bars: strip,
    states: [...states].map(([state, rows]) => ({ state, rows })).toSorted((a, b) => b.rows - a.rows),
    rows: strip.reduce((sum, bar) => sum + bar.rows, 0),
    troubled: strip.reduce((sum, bar) => sum + bar.troubled, 0),
  }
}
