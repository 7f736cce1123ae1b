import type { Sql } from '@patchbay/prisma/database.ts'
import { RateLimitedError } from '@patchbay/schema/errors.ts'
import { LRUCache } from 'lru-cache'

const minuteMs = 60_000
const mostKeys = 10_000
/** A key's minute is leased from the shared window in this many blocks: fewer statements, and at most one block unused. */
const blocks = 50

interface Lease {
  readonly minute: number
  left: number
  /** The shared window has no more. */
  full: boolean
  asking: Promise<void> | null
}

const statement = `
insert into "RateWindow" ("key", "points", "expire") values ($1, $2, $3)
on conflict ("key") do update set "points" = "RateWindow"."points" + excluded."points" returning "points"`

/**
 * Rates of keys, over all replicas: never more requests in a minute of the clock than a key may make. Each replica leases
 * blocks, so a key that moves between replicas may get up to a fiftieth less from each that holds on to a block.
 */
export class KeyRate {
  readonly #sql: Sql
  readonly #now: () => number
  readonly #leases = new LRUCache<string, Lease>({ max: mostKeys })

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql
    this.#now = now
  }

  /** Takes one request. @throws RateLimitedError until the next minute when there is none left */
  async take(id: string, ratePerMinute: number): Promise<void> {
    const now = this.#now()
    const minute = Math.floor(now / minuteMs)
    let lease = this.#leases.get(id)
    if (lease === undefined || lease.minute !== minute) {
      lease = { minute, left: 0, full: false, asking: null }
      this.#leases.set(id, lease)
    }
    while (lease.left === 0) {
      if (lease.full) throw new RateLimitedError(Math.max(1, Math.ceil(((minute + 1) * minuteMs - now) / 1000)))
      const mine: Lease = lease
      mine.asking ??= this.#lease(id, mine, ratePerMinute).finally(() => (mine.asking = null))
      await mine.asking
    }
    lease.left -= 1
  }

  async #lease(id: string, lease: Lease, rate: number): Promise<void> {
    const block = Math.max(1, Math.floor(rate / blocks))
    const [row] = await this.#sql.query<{ points: number }>(statement, [
      `key:${id}:${lease.minute}`,
      block,
      (lease.minute + 1) * minuteMs,
    ])
    const granted = Math.min(block, Math.max(0, rate - ((row?.points ?? block) - block)))
    lease.left += granted
    lease.full = granted < block
  }
}
