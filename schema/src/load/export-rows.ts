import type { Reach } from './reach.ts'
import type { Where } from './where.ts'

/** How a log is read from its beginning to its end. */
export interface ExportedLog {
  readonly table: string
  /** The number rows are walked by; absent for a walk by `at` and id. */
  readonly number?: { readonly column: string; readonly type: 'int8' | 'int4' }
  readonly columns: readonly string[]
  /** Columns that only an export with bodies has. */
  readonly bodies?: readonly string[]
}

type Row = Record<string, unknown>

/** Rows one statement looks through, so that none takes long however few of them fit the filter. */
const numbersAtOnce = 50_000n
const dayMs = 86_400_000

/**
 * Every row that fits, oldest first, in batches: each its own short statement, none holding a transaction open. What is
 * written after the first batch was asked for does not come. `conditions` makes the filter anew for every statement.
 */
export async function* exportRows(
  reach: Reach,
  log: ExportedLog,
  read: {
    readonly conditions: () => Where
    readonly bodies: boolean
    readonly batch: number
    /** Span of the filter, where it has one. */
    readonly since?: Date | null | undefined
    readonly until?: Date | null | undefined
  },
): AsyncGenerator<readonly Row[], void, undefined> {
  const names = [...log.columns, ...(read.bodies ? (log.bodies ?? []) : [])]
  const list = names.map((name) => `"${name}"`).join(', ')
  const rows =
    log.number === undefined ? byInstant(reach, log, list, read) : byNumber(reach, log, log.number, list, read)
  yield* rows
}

async function* byNumber(
  reach: Reach,
  { table }: ExportedLog,
  { column, type }: { readonly column: string; readonly type: string },
  list: string,
  { conditions, batch }: { readonly conditions: () => Where; readonly batch: number },
): AsyncGenerator<readonly Row[], void, undefined> {
  const { sql, organizationId } = reach.tenant
  const [bounds] = await sql.query<{ first: bigint | number | null; last: bigint | number | null }>(
    `select min("${column}") as "first", max("${column}") as "last" from "${table}" where "organizationId" = $1::uuid`,
    [organizationId],
  )
  if (bounds?.first == null || bounds.last == null) return
  const last = BigInt(bounds.last)
  let after = BigInt(bounds.first) - 1n
  while (after < last) {
    const end = after + numbersAtOnce < last ? after + numbersAtOnce : last
    const where = conditions()
    where.and(`"${column}" > ${where.param(after)}::${type} and "${column}" <= ${where.param(end)}::${type}`)
    const rows = await sql.query(
      `select ${list}, "${column}" as "$place" from "${table}" ${where} order by "${column}" limit ${batch}`,
      where.params,
    )
    if (rows.length > 0) yield rows
    after = rows.length === batch ? BigInt(rows.at(-1)?.['$place'] as bigint | number) : end
  }
}

async function* byInstant(
  reach: Reach,
  { table }: ExportedLog,
  list: string,
  read: {
    readonly conditions: () => Where
    readonly batch: number
    readonly since?: Date | null | undefined
    readonly until?: Date | null | undefined
  },
): AsyncGenerator<readonly Row[], void, undefined> {
  const { conditions, batch } = read
  const { sql, organizationId } = reach.tenant
  const now = reach.now().getTime()
  const until = Math.min(read.until?.getTime() ?? Infinity, now + 1)
  const [bounds] = await sql.query<{ first: Date | null }>(
    `select min("at") as "first" from "${table}" where "organizationId" = $1::uuid`,
    [organizationId],
  )
  if (bounds?.first == null) return
  let from = Math.max(bounds.first.getTime(), read.since?.getTime() ?? -Infinity)
  while (from < until) {
    const to = Math.min(from + dayMs, until)
    let place: { readonly at: Date; readonly id: string } | null = null
    for (;;) {
      const where = conditions()
      where.and(
        `"at" >= ${where.param(new Date(from))}::timestamptz and "at" < ${where.param(new Date(to))}::timestamptz`,
      )
      if (place !== null)
        where.and(`("at", "id") > (${where.param(place.at)}::timestamptz, ${where.param(place.id)}::uuid)`)
      const rows: readonly Row[] = await sql.query(
        `select ${list}, "at" as "$at", "id" as "$id" from "${table}" ${where} order by "at", "id" limit ${batch}`,
        where.params,
      )
      if (rows.length > 0) yield rows
      const last = rows.at(-1)
      if (rows.length < batch || last === undefined) break
      place = { at: last['$at'] as Date, id: last['$id'] as string }
    }
    from = to
  }
}
