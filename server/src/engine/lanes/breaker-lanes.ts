import type { Database, Row, Sql } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../alerts/contract.ts'
import type { LiveWriter } from '../live/contract.ts'
import type { BreakerLanes, Lane, Lanes } from './contract.ts'
import { laneColumns } from './lanes.ts'

export interface BreakerLanesOptions {
  readonly database: Pick<Database, 'system'>
  readonly live: Pick<LiveWriter, 'append'>
  readonly alerts: Alerts
  /** Where this process remembers lanes. */
  readonly lanes: Pick<Lanes, 'learn'>
  readonly now: () => Date
}

type LaneRow = Lane & Row

// Read from the connection: one that was deleted meanwhile gets no lane.
const openText = `
insert into "ConnectionLane" as lane
  ("connectionId", "organizationId", "breaker", "breakerSince", "reason", "retryAt", "changedAt")
select "id", "organizationId", 'OPEN', $2::timestamptz, $3::text, $4::timestamptz, $2::timestamptz
from "Connection" where "id" = $1::uuid
on conflict ("connectionId") do update set "seq" = excluded."seq", "breaker" = 'OPEN',
  "breakerSince" = excluded."breakerSince", "reason" = excluded."reason", "retryAt" = excluded."retryAt",
  "changedAt" = excluded."changedAt"
where lane."breaker" = 'CLOSED'
returning ${laneColumns}`

const moving = `"seq" = nextval('hub_lanes_seq'), "changedAt" = $2::timestamptz`

const claimText = `
update "ConnectionLane" set ${moving}, "breaker" = 'HALF_OPEN', "retryAt" = $3::timestamptz
where "connectionId" = $1::uuid and "breaker" <> 'CLOSED' and ("retryAt" is null or "retryAt" <= $2::timestamptz)
returning ${laneColumns}`

// Not told to anybody: whoever believes that the trial died asks for it, and finds that it lives.
const renewText = `
update "ConnectionLane" set "retryAt" = $3::timestamptz
where "connectionId" = $1::uuid and "breaker" = 'HALF_OPEN' and "retryAt" = $2::timestamptz returning 1 as "held"`

const reopenText = `
update "ConnectionLane" set ${moving}, "breaker" = 'OPEN', "retryAt" = $4::timestamptz
where "connectionId" = $1::uuid and "breaker" = 'HALF_OPEN' and "retryAt" = $3::timestamptz returning ${laneColumns}`

const closeText = `
update "ConnectionLane" set ${moving}, "breaker" = 'CLOSED', "breakerSince" = $2::timestamptz, "reason" = $3::text,
  "retryAt" = null
where "connectionId" = $1::uuid and "breaker" <> 'CLOSED' returning ${laneColumns}`

const readText = `select ${laneColumns} from "ConnectionLane" where "connectionId" = $1::uuid`

const key = (connectionId: string) => `breaker.open:${connectionId}`

/** Transitions of breakers on the shared rows. */
export function createBreakerLanes(options: BreakerLanesOptions): BreakerLanes {
  const { database, live, alerts, lanes, now } = options
  const { sql } = database.system

  /** Changes a lane under the stream's lock. `then` runs in the same transaction when it did change. */
  async function move(
    text: string,
    values: readonly unknown[],
    then: (tx: Sql, lane: Lane) => Promise<void> = async () => {},
  ): Promise<Lane | null> {
    const moved = await sql.transaction(async (tx) => {
      await live.append(tx, 'lanes')
      const [lane] = await tx.query<LaneRow>(text, values)
      if (lane === undefined) return null
      await then(tx, lane)
      return lane
    })
    if (moved !== null) lanes.learn(moved)
    return moved
  }

  const at = () => now().toISOString()
  const read = async (connectionId: string): Promise<Lane | null> =>
    (await sql.query<LaneRow>(readText, [connectionId]))[0] ?? null

  return {
    async open(connectionId, { reason, retryAt }) {
      const values = [connectionId, at(), reason, retryAt.toISOString()]
      const opened = await move(openText, values, async (tx, lane) => {
        const named = `select "name" from "Connection" where "id" = $1::uuid`
        const [row] = await tx.query<{ name: string }>(named, [connectionId])
        await alerts.raise(tx, [openAlert(lane, row?.name ?? 'a connection')])
      })
      return opened ?? read(connectionId)
    },

    async claim(connectionId, until) {
      const lane = await move(claimText, [connectionId, at(), until.toISOString()])
      return lane === null ? { mine: false, lane: await read(connectionId) } : { mine: true, lane }
    },

    async renew(connectionId, held, until) {
      const values = [connectionId, held.toISOString(), until.toISOString()]
      return (await sql.query(renewText, values)).length > 0
    },

    async reopen(connectionId, held, retryAt) {
      await move(reopenText, [connectionId, at(), held.toISOString(), retryAt.toISOString()])
    },

    async close(connectionId, reason) {
      await move(closeText, [connectionId, at(), reason], (tx, { organizationId }) =>
        alerts.settle(tx, organizationId, [key(connectionId)], reason),
      )
    },
  }
}

function openAlert({ organizationId, connectionId, reason }: Lane, name: string) {
  return {
    organizationId,
    kind: 'breaker.open',
    severity: 'CRITICAL',
    subjectType: 'Connection',
    subjectId: connectionId,
    connectionId,
    dedupeKey: key(connectionId),
    title: `Calls of ${name} are held back`,
    text: `${reason ?? 'The vendor kept failing.'} Every 30 seconds one call may try, and once it succeeds all pass again. Look at the failed calls in the log and at the vendor’s status page; close the breaker by hand if you know that the cause is gone.`,
  } as const
}
