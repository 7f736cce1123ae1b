import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Router } from './contract.ts'
import { isAway, isRetryable } from './faults.ts'
import type { DueEvent } from './normalise.ts'
import {
  countOutcomes,
  failed,
  makeMappings,
  routeBatch,
  type Mapped,
  type RouteOptions,
  type WantedMapping,
} from './route-batch.ts'
import { claimDue, claimOne, settle, type ClaimSize } from './route-rows.ts'
import { inboundChannel } from './store.ts'

export interface RouterOptions extends RouteOptions {
  readonly database: Pick<Database, 'system' | 'listen'>
  readonly onFault?: (error: unknown) => void
  /** Rows per transaction at most. Default 200, with 8 MiB of bodies. */
  readonly claim?: Partial<ClaimSize>
  /** Looks for what nobody rang for, in milliseconds: what waits for its next attempt, and lost rings. Default 2,000. */
  readonly pollMs?: number
  /** Pause while the database is away, in milliseconds. Default 1,000. */
  readonly retryMs?: number
}

const none: Mapped = new Map()

/**
 * Turns stored requests into events. The rows themselves are the queue: claimed, routed and settled in one transaction,
 * so that a kill leaves them as they were. docs/webhooks-inbound.md says why they are no jobs.
 */
export function createRouter(options: RouterOptions): Router {
  const { database, payloads, now, onFault = () => {}, pollMs = 2_000, retryMs = 1_000 } = options
  const size: ClaimSize = { rows: 200, bytes: 8 << 20, ...options.claim }
  const { sql } = database.system
  let stopListening: (() => Promise<void>) | null = null
  let poll: NodeJS.Timeout | null = null
  let wanted = false
  let stopped = true
  let running: Promise<void> | null = null

  function kick(): void {
    wanted = true
    if (stopped || running !== null) return
    running = run().finally(() => {
      running = null
      if (wanted) kick()
    })
  }

  async function run(): Promise<void> {
    while (wanted && !stopped) {
      wanted = false
      try {
        while (!stopped && (await pass()));
      } catch (error) {
        onFault(error)
        wanted = true
        await pause(retryMs)
      }
    }
  }

  /** One batch; whether there may be more. */
  async function pass(): Promise<boolean> {
    let claimed: readonly DueEvent[] = []
    let waitFor: readonly WantedMapping[]
    try {
      const routed = await sql.transaction(async (tx) => {
        claimed = await claimDue(tx, now(), size)
        return claimed.length === 0 ? null : routeBatch(tx, claimed, none, options)
      })
      if (routed === null) return false
      waitFor = routed.wanted
    } catch (error) {
      if (isAway(error)) throw error
      onFault(error)
      // One of them cannot be stored, or two routers were in each other's way: alone, each fails or succeeds for itself.
      for (const due of claimed) if (!stopped) await alone(due, none)
      return claimed.length > 0
    }
    await routeMapped(waitFor)
    return claimed.length > 0
  }

  /** Mappings are made while no transaction is open, then their rows are claimed again: whoever changed one meanwhile wins. */
  async function routeMapped(waitFor: readonly WantedMapping[]): Promise<void> {
    for (const one of waitFor) {
      if (stopped) return
      await alone(one.due, await makeMappings(payloads, [one]))
    }
  }

  async function alone(due: DueEvent, mapped: Mapped): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const routed = await sql.transaction(async (tx) => {
          const row = await claimOne(tx, due)
          // Taken by another router, or changed by a person: theirs is the newer word.
          if (row === null || row.seq !== due.seq) return null
          return routeBatch(tx, [row], mapped, options)
        })
        if (routed !== null) await routeMapped(routed.wanted)
        return
      } catch (error) {
        if (isAway(error)) throw error
        if (isRetryable(error) && attempt < 3) continue
        onFault(error)
        return postpone(due)
      }
    }
  }

  /** What could not even be tried comes back later, and ends in the inbox like any other failure. */
  async function postpone(due: DueEvent): Promise<void> {
    await sql.transaction(async (tx) => {
      const row = await claimOne(tx, due)
      if (row === null || row.seq !== due.seq) return
      const words = 'The hub could not store what it means. The hub’s log says why.'
      const outcome = failed(row, words, options)
      await options.live.append(tx, 'inbound')
      await settle(tx, [outcome], now())
      await countOutcomes(tx, [outcome], now())
    })
  }

  return {
    kick,
    async start() {
      stopped = false
      stopListening = await database.listen(inboundChannel, kick, kick)
      poll = setInterval(kick, pollMs)
      poll.unref()
      kick()
    },
    async stop(timeoutMs) {
      stopped = true
      if (poll !== null) clearInterval(poll)
      await stopListening?.()
      const late = pause(timeoutMs, undefined, { ref: false })
      if (running !== null) await Promise.race([running, late])
    },
  }
}
