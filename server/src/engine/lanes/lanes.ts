import type { Database, Row } from '@patchbay/prisma/database.ts'
import type { LiveHub } from '../live/contract.ts'
import type { Lane, Lanes } from './contract.ts'
import { createLaneWriter } from './write.ts'

export interface LanesOptions {
  readonly database: Pick<Database, 'system'>
  readonly live: Pick<LiveHub, 'append' | 'follow'>
  readonly now: () => Date
  /** Told about failed reads; they are repeated by themselves. */
  readonly onFault?: (error: unknown) => void
}

/** Columns of a lane, each with its model's type. */
export const laneColumns = `"seq", "connectionId", "organizationId", "breaker"::text as "breaker", "breakerSince", "reason",
  "retryAt", "quietUntil", "cacheEpoch", "changedAt"`

const presentText = `
select ${laneColumns} from "ConnectionLane"
where "breaker" <> 'CLOSED' or "quietUntil" > $1::timestamptz`
const oneText = `select ${laneColumns} from "ConnectionLane" where "connectionId" = $1::uuid`

/** Lanes as this process knows them. */
export function createLanes({ database, live, now, onFault = () => {} }: LanesOptions): Lanes {
  const { sql } = database.system
  const known = new Map<string, Lane>()
  const listeners = new Set<(lane: Lane) => void>()
  let unfollow = (): void => {}

  function learn(lane: Lane): void {
    const before = known.get(lane.connectionId)
    if (before !== undefined && before.seq >= lane.seq) return
    known.set(lane.connectionId, lane)
    for (const listener of listeners) listener(lane)
  }

  async function learnFrom(text: string, values: readonly unknown[]): Promise<void> {
    for (const row of await sql.query<Lane & Row>(text, values)) learn(row)
  }

  return {
    ...createLaneWriter({ live, now }),
    of: (connectionId) => known.get(connectionId) ?? null,
    heard(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    learn,
    async refresh(connectionId) {
      // The row is there anyway: whoever follows the stream hears of it a moment later.
      await learnFrom(oneText, [connectionId]).catch(onFault)
    },
    async start() {
      unfollow = await live.follow('lanes', learn)
      await learnFrom(presentText, [now().toISOString()])
    },
    async close() {
      unfollow()
      listeners.clear()
    },
  }
}
