import type { Database } from '@patchbay/prisma/database.ts'
import { bucketOf } from '@patchbay/schema/load/histogram.ts'
import { noConnection } from '@patchbay/server/engine/calls/figures.ts'
import { latencyOf, numbers } from '../support/call-history.ts'
import { organizationId } from './seed.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Rows of one statement. */
const batchRows = 4_000

/** One row of figures on its way. */
class Sum {
  calls = 0
  errors = 0
  latency = 0
  cost = 0
  readonly buckets = new Map<number, number>()

  add(latencyMs: number, ok: boolean, cost: number, weight: number): void {
    this.calls += weight
    if (!ok) this.errors += weight
    this.latency += latencyMs * weight
    this.cost += cost * weight
    const bucket = bucketOf(latencyMs)
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + weight)
  }

  text(): string {
    const [first, last] = [Math.min(...this.buckets.keys()), Math.max(...this.buckets.keys())]
    const row = Array.from({ length: last - first + 1 }, (_, n) => this.buckets.get(first + n) ?? 0)
    return `[${first + 1}:${last + 1}]={${row.join(',')}}`
  }
}

type Place = readonly [grain: string, dimension: string, at: number, connectionId: string, name: string]

/**
 * Figures of `calls` calls over 400 days, row by row as the log would have left them: minutes of the last eight days, hours,
 * days and months, of everything, of forty connections, of three operations each and of five API keys.
 */
export async function writeFigures(database: Database, calls: number, now: Date): Promise<void> {
  const { sql } = database.system
  const found = await sql.query<{ id: string }>(
    `select "id"::text as "id" from "Connection" where "organizationId" = $1::uuid order by 1`,
    [organizationId],
  )
  const connections = found.map(({ id }) => id)
  const keys = (
    await sql.query<{ id: string }>(`select gen_random_uuid()::text as "id" from generate_series(1, 5)`)
  ).map(({ id }) => id)
  const random = numbers(11)
  const days = 400
  // Beyond two million draws each stands for several calls: there are no more rows to fill.
  const weight = Math.max(1, Math.round(calls / 2_000_000))
  const perHour = calls / weight / (days * 24)
  const open = new Map<string, { place: Place; sum: Sum }>()
  let waiting: { place: Place; sum: Sum }[] = []

  const flush = async (rows: typeof waiting) => {
    for (let n = 0; n < rows.length; n += batchRows) await insert(database, rows.slice(n, n + batchRows))
  }
  const close = async (isOver: (place: Place) => boolean) => {
    for (const [key, row] of open)
      if (isOver(row.place)) {
        waiting.push(row)
        open.delete(key)
      }
    if (waiting.length < batchRows) return
    await flush(waiting)
    waiting = []
  }
  const count = (place: Place, latencyMs: number, ok: boolean, cost: number) => {
    const key = place.join(' ')
    const row = open.get(key) ?? { place, sum: new Sum() }
    open.set(key, row)
    row.sum.add(latencyMs, ok, cost, weight)
  }

  const last = Math.floor(now.getTime() / hourMs) * hourMs
  for (let hour = last - days * dayMs; hour < last; hour += hourMs) {
    const day = Math.floor(hour / dayMs) * dayMs
    const date = new Date(hour)
    const month = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
    // Busy by day, quiet by night.
    const some = Math.round(perHour * (0.4 + 1.2 * Math.sin((Math.PI * date.getUTCHours()) / 24) ** 2))
    for (let n = 0; n < some; n++) {
      const connection = connections[Math.floor(random() ** 2 * connections.length)] ?? ''
      const [latencyMs, ok, cost] = [latencyOf(random), random() > 0.03, Math.floor(random() * 5000)]
      const operation = ['payment.create', 'payment.get', 'refund.create'][Math.floor(random() * 3)] ?? ''
      const key = keys[Math.floor(random() * keys.length)] ?? ''
      for (const [grain, at] of [
        ['HOUR', hour],
        ['DAY', day],
        ['MONTH', month],
      ] as const) {
        count([grain, 'ALL', at, noConnection, ''], latencyMs, ok, cost)
        count([grain, 'CONNECTION', at, connection, ''], latencyMs, ok, cost)
        count([grain, 'OPERATION', at, connection, operation], latencyMs, ok, cost)
        count([grain, 'API_KEY', at, noConnection, key], latencyMs, ok, cost)
      }
      if (hour < last - 8 * dayMs) continue
      const minute = hour + Math.floor(random() * 60) * 60_000
      count(['MINUTE', 'ALL', minute, noConnection, ''], latencyMs, ok, cost)
      count(['MINUTE', 'CONNECTION', minute, connection, ''], latencyMs, ok, cost)
    }
    await close(([grain, , at]) =>
      grain === 'HOUR' || grain === 'MINUTE' ? true : grain === 'DAY' ? at < day : at < month,
    )
  }
  await flush([...waiting, ...open.values()])
  await sql.script('vacuum analyze "CallRollup"')
}

async function insert(database: Database, rows: readonly { place: Place; sum: Sum }[]): Promise<void> {
  await database.system.sql.query(
    `insert into "CallRollup" ("organizationId", "grain", "dimension", "at", "connectionId", "name", "calls", "errors",
       "latencyTotalMs", "requestBytes", "responseBytes", "costMicros", "buckets")
     select '${organizationId}', g::"RollupGrain", d::"CallDimension", a, c, n, calls, errors, latency, calls * 400, calls * 2000, cost, b::int[]
     from unnest($1::text[], $2::text[], $3::timestamptz[], $4::uuid[], $5::text[], $6::int[], $7::int[], $8::bigint[], $9::bigint[], $10::text[])
       as r(g, d, a, c, n, calls, errors, latency, cost, b)`,
    [
      ...([0, 1] as const).map((part) => rows.map(({ place }) => place[part])),
      rows.map(({ place }) => new Date(place[2]).toISOString()),
      ...([3, 4] as const).map((part) => rows.map(({ place }) => place[part])),
      rows.map(({ sum }) => sum.calls),
      rows.map(({ sum }) => sum.errors),
      rows.map(({ sum }) => sum.latency),
      rows.map(({ sum }) => sum.cost),
      rows.map(({ sum }) => sum.text()),
    ],
  )
}
