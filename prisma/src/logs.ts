import type { Database, Sql } from './database.ts'

/** The logs that are partitioned by month. */
export const logs = ['Call', 'InboundEvent', 'Event', 'Delivery', 'Attempt'] as const
export type LogName = (typeof logs)[number]

export interface Partition {
  readonly name: string
  /** First moment of it and first after it; null for the default partition. */
  readonly since: Date | null
  readonly until: Date | null
}

/** Partitions of a log, oldest first, the default one last. */
export async function partitionsOf(sql: Sql, log: LogName): Promise<Partition[]> {
  return sql.query<Partition & Record<string, unknown>>(
    `select child.relname::text as name,
       substring(pg_get_expr(child.relpartbound, child.oid) from 'FROM \\(''([^'']+)''\\)')::timestamptz as since,
       substring(pg_get_expr(child.relpartbound, child.oid) from 'TO \\(''([^'']+)''\\)')::timestamptz as until
     from pg_inherits
     join pg_class child on child.oid = inhrelid
     where inhparent = $1::regclass
     order by until nulls last, name`,
    [`"${log}"`],
  )
}

/** What a log takes on disk, by the database's own estimates: nothing is scanned. */
export interface LogSize {
  readonly log: LogName
  /** With indexes. */
  readonly bytes: number
  readonly rows: number
  /** Rows a day since the beginning of last month, or since the first row that is younger. */
  readonly rowsPerDay: number
}

const dayMs = 86_400_000

/** Size of the whole database and of every log. */
export async function measureLogs(
  { system: { sql } }: Pick<Database, 'system'>,
  now: Date,
): Promise<{ readonly bytes: number; readonly logs: readonly LogSize[] }> {
  const lastMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
  // Where nobody analyzed yet, the counters of the statistics know how many rows came in.
  const rows = await sql.query<{ log: LogName; bytes: number; rows: number; late: number; total: number }>(
    `select parent.relname::text as log, sum(pg_total_relation_size(child.oid))::float8 as bytes,
       sum(estimate.rows)::float8 as rows,
       coalesce(sum(estimate.rows) filter (where bound.until is null or bound.until > $2::timestamptz), 0)::float8 as late,
       pg_database_size(current_database())::float8 as total
     from pg_inherits
     join pg_class parent on parent.oid = inhparent
     join pg_class child on child.oid = inhrelid
     cross join lateral (select greatest(child.reltuples, pg_stat_get_live_tuples(child.oid), 0)::float8 as rows) as estimate
     cross join lateral (select substring(pg_get_expr(child.relpartbound, child.oid) from 'TO \\(''([^'']+)''\\)')::timestamptz as until) as bound
     where parent.relname = any($1::text[])
     group by parent.relname`,
    [[...logs], lastMonth],
  )
  const sizes = await Promise.all(
    rows.map(async ({ log, bytes, rows: count, late }): Promise<LogSize> => {
      const [first] = await sql.query<{ at: Date }>(
        `select "at" from "${log}" where "at" >= $1 order by "at" limit 1`,
        [lastMonth],
      )
      const days = first === undefined ? 1 : Math.max((now.getTime() - first.at.getTime()) / dayMs, 1 / 24)
      return { log, bytes, rows: count, rowsPerDay: late / days }
    }),
  )
  return { bytes: rows[0]?.total ?? 0, logs: sizes.toSorted((a, b) => logs.indexOf(a.log) - logs.indexOf(b.log)) }
}
