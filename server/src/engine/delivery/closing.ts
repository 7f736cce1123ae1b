import type { Sql } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../alerts/contract.ts'
import type { LiveWriter } from '../live/contract.ts'
import { deadAlarm } from './alarms.ts'
import { offWords } from './fan-out.ts'
import type { Lane } from './lane.ts'
import { inWords } from './judge.ts'
import { horizonMs } from './plan.ts'
import { rollUp } from './rollup.ts'

/** Deliveries that end without an attempt: their endpoint is off, deleted, or was down for longer than its schedule. */
export interface Closing {
  readonly lane: Lane
  readonly state: 'SKIPPED' | 'DEAD'
  readonly reason: string
  readonly ids: readonly { readonly id: string; readonly at: Date }[]
}

interface Found extends Record<string, unknown> {
  readonly id: string
  readonly at: Date
}

const offText = `
select "id", "at" from "Delivery"
where "endpointId" = $1::uuid and "nextAttemptAt" is not null
  and ("state" in ('QUEUED', 'WAITING') or "nextAttemptAt" <= $2::timestamptz)
order by "at", "id" limit $3::int
for no key update skip locked`

const expiredText = `
select "id", "at" from "Delivery"
where "endpointId" = $1::uuid and "nextAttemptAt" is not null
  and "state" in ('QUEUED', 'WAITING') and "nextAttemptAt" <= $2::timestamptz and "roundAt" < $4::timestamptz
order by "at", "id" limit $3::int
for no key update skip locked`

/** What of this lane is to be closed now, at most `limit`; its rows are locked. */
export async function findClosing(sql: Sql, lane: Lane, now: Date, limit: number): Promise<Closing | null> {
  const instant = now.toISOString()
  if (lane.deletedAt !== null || !lane.enabled) {
    const ids = await sql.query<Found>(offText, [lane.endpointId, instant, limit])
    const reason = lane.deletedAt === null ? offWords(lane.disabledReason) : 'The endpoint was deleted.'
    return ids.length === 0 ? null : { lane, state: 'SKIPPED', reason, ids }
  }
  // Only while it rests after a trial that failed: an endpoint that was not asked yet is not known to be down.
  if (lane.breaker !== 'OPEN' || lane.probeAt === null || lane.probeAt <= now) return null
  const horizon = horizonMs(lane.schedule)
  const before = new Date(now.getTime() - horizon).toISOString()
  const ids = await sql.query<Found>(expiredText, [lane.endpointId, instant, limit, before])
  const reason = `The endpoint was down for longer than its schedule waits (${inWords(horizon)}): given up.`
  return ids.length === 0 ? null : { lane, state: 'DEAD', reason, ids }
}

const closeText = `
update "Delivery" delivery
set "state" = given."state"::"DeliveryState", "reason" = given."reason", "nextAttemptAt" = null,
  "seq" = nextval('hub_deliveries_seq')
from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::text[]) as given("at", "id", "state", "reason")
where delivery."at" = given."at" and delivery."id" = given."id"`

/** Closes what was found. Takes the streams' locks: call it last. */
export async function close(
  sql: Sql,
  tools: { readonly live: Pick<LiveWriter, 'append'>; readonly alerts: Alerts },
  closings: readonly Closing[],
  now: Date,
): Promise<void> {
  if (closings.length === 0) return
  const rows = closings.flatMap(({ ids, state, reason }) => ids.map(({ id, at }) => ({ id, at, state, reason })))
  const dead = closings.filter((closing) => closing.state === 'DEAD')
  const counted = dead.flatMap(({ lane: { organizationId, endpointId }, ids }) =>
    ids.map(() => ({
      organizationId,
      endpointId,
      at: now,
      latencyMs: null,
      delivered: false,
      dead: true,
      queuedMs: null,
    })),
  )
  await rollUp(sql, counted)
  const subjects = dead.map(({ lane, ids, reason }) => ({ ...lane, count: ids.length, reason }))
  await tools.live.append(sql, 'deliveries')
  await sql.query(closeText, [
    rows.map((row) => row.at.toISOString()),
    rows.map((row) => row.id),
    rows.map((row) => row.state),
    rows.map((row) => row.reason),
  ])
  await tools.alerts.raise(
    sql,
    subjects.map((subject) => deadAlarm(subject, subject.count, subject.reason)),
  )
}
