import type { Row, Sql } from '@patchbay/prisma/database.ts'
import { RateLimiterPostgres } from 'rate-limiter-flexible'

/** Points of windows, shared by all replicas. Every method rejects when the database is away. */
export interface WindowStore {
  /** Adds points to a window and answers how many it has then; atomic over all replicas. */
  add(key: string, points: number, endsInMs: number): Promise<number>
  /** Takes back what was added and not used. */
  giveBack(key: string, points: number, endsInMs: number): Promise<void>
  points(key: string): Promise<number>
  /** Of several windows at once; one that nobody used is absent. */
  pointsOf(keys: readonly string[]): Promise<ReadonlyMap<string, number>>
}

/** Rows outlive their window by this, so that clocks that differ a little cannot begin it anew. */
const marginMs = 120_000

/** Windows in the table RateWindow, by rate-limiter-flexible. */
export function createWindowStore(sql: Sql): WindowStore {
  const limiter = new RateLimiterPostgres({
    storeClient: clientOf(sql),
    storeType: 'pool',
    tableName: 'RateWindow',
    tableCreated: true,
    // What is over is swept with the rest of the house.
    clearExpiredByTimeout: false,
    keyPrefix: '',
    // Limits are kept by those who lease: one limiter serves them all, and only counts.
    points: Number.MAX_SAFE_INTEGER,
    duration: 0,
  })
  const lasting = (endsInMs: number) => ({ customDuration: Math.ceil((Math.max(0, endsInMs) + marginMs) / 1000) })

  return {
    add: async (key, points, endsInMs) => (await limiter.penalty(key, points, lasting(endsInMs))).consumedPoints,
    giveBack: async (key, points, endsInMs) => void (await limiter.reward(key, points, lasting(endsInMs))),
    points: async (key) => (await limiter.get(key))?.consumedPoints ?? 0,
    async pointsOf(keys) {
      if (keys.length === 0) return new Map()
      const text = `select "key", "points" from "RateWindow" where "key" = any($1::text[])`
      const rows = await sql.query<{ key: string; points: number }>(text, [keys])
      return new Map(rows.map(({ key, points }) => [key, points]))
    },
  }
}

/** Our handle as the library wants a pool. It reckons with `expire` as a number. */
function clientOf(sql: Sql) {
  return {
    async query({ text, values }: { readonly text: string; readonly values: readonly unknown[] }) {
      const found = await sql.query<Row & { expire?: bigint | null }>(text, values)
      const rows = found.map((row) => ({ ...row, expire: row.expire == null ? null : Number(row.expire) }))
      return { rows, rowCount: rows.length }
    },
  }
}
