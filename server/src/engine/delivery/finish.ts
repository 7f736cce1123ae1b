import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { AlertInput, Alerts } from '../alerts/contract.ts'
import type { Audit } from '../audit/contract.ts'
import type { LiveWriter } from '../live/contract.ts'
import { deadAlarm, downAlarm, downKey, goneAlarm, recoveredAlarm } from './alarms.ts'
import type { Result } from './attempt.ts'
import { judgeLane } from './breaker.ts'
import { awaitLanes, lookAtLanes, writeLanes, type Lane } from './lane.ts'
import { conclude, evidenceOf, goneWords, type Outcome } from './outcome.ts'
import { closeAttempts, holdDeliveries, updateDeliveries } from './finish-rows.ts'
import { ringEndpoint } from './ring.ts'
import { rollUp } from './rollup.ts'

export interface FinishTools {
  readonly database: Pick<Database, 'system'>
  readonly live: Pick<LiveWriter, 'append'>
  readonly alerts: Alerts
  readonly audit: Pick<Audit, 'append'>
  readonly newId: () => string
  readonly now: () => Date
  readonly random: () => number
}

/** A result whose claim still held, and what follows from it. */
export interface Concluded {
  readonly result: Result
  readonly outcome: Outcome
}

export interface Finished {
  /** Endpoints to look at, and when. */
  readonly again: readonly { readonly endpointId: string; readonly at: Date }[]
}

/**
 * Commits many results together. A result changes its delivery only while the claim it came from holds: same round, same
 * attempt. One that came too late closes its own attempt with what happened, and changes nothing else.
 */
export async function finish(tools: FinishTools, results: readonly Result[]): Promise<Finished> {
  return tools.database.system.sql.transaction(async (sql) => {
    const lanes = await lanesOf(sql, results)
    const held = await holdDeliveries(sql, results)
    const concluded: Concluded[] = []
    const late: Result[] = []
    for (const result of results) {
      const lane = lanes.get(result.job.endpointId)
      if (lane === undefined || !held.has(result.job.attemptId)) late.push(result)
      else concluded.push({ result, outcome: outcomeOf(result, lane, tools.random) })
    }
    const { after, alarms, recovered } = judgeAll(lanes, concluded)
    await closeAttempts(sql, concluded, late)
    await rollUp(
      sql,
      concluded.map(({ result, outcome }) => countOf(result, outcome)),
    )
    await writeLanes(
      sql,
      after.filter((lane) => isChanged(lanes.get(lane.endpointId), lane)),
    )
    const off = await switchOff(sql, concluded, tools.now())
    if (concluded.length > 0) {
      await tools.live.append(sql, 'deliveries')
      await updateDeliveries(sql, concluded)
    }
    await tools.alerts.raise(sql, alarms)
    for (const { organizationId, subjectId } of recovered)
      await tools.alerts.settle(sql, organizationId, [downKey(subjectId)], 'A trial succeeded.')
    await tools.alerts.raise(sql, recovered)
    for (const endpoint of off) await noteOff(sql, tools, endpoint)
    return { again: lookAgain(concluded, after, tools.now()) }
  })
}

/**
 * Lanes of these results, locked where a result may change them. A success of an endpoint that is well changes nothing,
 * and most results are that: they must not wait for claims of the same endpoint.
 */
async function lanesOf(sql: Sql, results: readonly Result[]): Promise<Map<string, Lane>> {
  const byEndpoint = Map.groupBy(results, ({ job }) => job.endpointId)
  const seen = await lookAtLanes(sql, [...byEndpoint.keys()])
  const moving = seen.filter(
    ({ endpointId, breaker, failuresInRow }) =>
      breaker !== 'CLOSED' ||
      failuresInRow > 0 ||
      byEndpoint.get(endpointId)?.some(({ verdict }) => verdict.kind !== 'DELIVERED'),
  )
  const ids = moving.map(({ endpointId }) => endpointId)
  const locked = ids.length === 0 ? [] : await awaitLanes(sql, ids)
  return new Map([...seen, ...locked].map((lane) => [lane.endpointId, lane]))
}

const outcomeOf = ({ job, verdict, finishedAt }: Result, lane: Lane, random: () => number) =>
  conclude({ verdict, number: job.number, schedule: lane.schedule, finishedAt, random })

/** Passes every result by its lane, in the order they ended. */
function judgeAll(
  lanes: ReadonlyMap<string, Lane>,
  concluded: readonly Concluded[],
): { after: Lane[]; alarms: AlertInput[]; recovered: AlertInput[] } {
  const after: Lane[] = []
  const alarms: AlertInput[] = []
  const recovered: AlertInput[] = []
  for (const [endpointId, group] of Map.groupBy(concluded, ({ result }) => result.job.endpointId)) {
    const before = lanes.get(endpointId)
    if (before === undefined) continue
    let lane = before
    // The last of an endpoint's news is what holds.
    let back: AlertInput | null = null
    for (const { result } of group.toSorted((a, b) => a.result.finishedAt.getTime() - b.result.finishedAt.getTime())) {
      const { job, verdict, finishedAt } = result
      // A first try fails for its event, a later one for what happens from now on.
      const since = job.number === 1 ? job.at : job.startedAt
      const step = judgeLane(lane, evidenceOf(verdict, { startedAt: job.startedAt, finishedAt, since }))
      if (step.news === 'DOWN') {
        alarms.push(downAlarm(lane, step.lane, verdict.words))
        back = null
      }
      if (step.news === 'RECOVERED') back = recoveredAlarm(lane, lane.failingSince)
      lane = step.lane
    }
    after.push(lane)
    if (back !== null) recovered.push(back)
    if (lane.enabled && group.some(({ result }) => result.verdict.kind === 'GONE')) alarms.push(goneAlarm(lane))
    const lost = group.filter(({ outcome }) => outcome.state === 'DEAD')
    const [first] = lost
    if (first !== undefined) alarms.push(deadAlarm(lane, lost.length, first.outcome.message))
  }
  return { after, alarms, recovered }
}

/** Most answers are successes of endpoints that are well: their lanes stay as they are. */
function isChanged(before: Lane | undefined, after: Lane): boolean {
  const names = Object.keys(after) as (keyof Lane)[]
  return before === undefined || names.some((name) => before[name]?.valueOf() !== after[name]?.valueOf())
}

function countOf({ job, latencyMs, verdict, finishedAt }: Result, { state }: Outcome) {
  const { organizationId, endpointId } = job
  const dead = state === 'DEAD'
  const delivered = verdict.kind === 'DELIVERED'
  const queuedMs = job.round === 1 && job.number === 1 ? job.startedAt.getTime() - job.at.getTime() : null
  return { organizationId, endpointId, at: finishedAt, latencyMs, delivered, dead, queuedMs }
}

const offText = `
update "Endpoint"
set "enabled" = false, "disabledReason" = $2, "disabledAt" = $3::timestamptz, "updatedAt" = $3::timestamptz,
  "version" = "version" + 1
where "id" = any($1::uuid[]) and "enabled"
returning "id", "organizationId"`

interface SwitchedOff extends Record<string, unknown> {
  readonly id: string
  readonly organizationId: string
}

/** Endpoints that answered 410 get nothing more; what waits for them is skipped by the next claim. */
async function switchOff(sql: Sql, concluded: readonly Concluded[], now: Date): Promise<SwitchedOff[]> {
  const gone = concluded.filter(({ result }) => result.verdict.kind === 'GONE')
  if (gone.length === 0) return []
  const ids = [...new Set(gone.map(({ result }) => result.job.endpointId))]
  const off = await sql.query<SwitchedOff>(offText, [ids, goneWords, now.toISOString()])
  for (const id of ids) await ringEndpoint(sql, id)
  // The order in which everybody takes the chains of several organizations.
  return off.toSorted((a, b) => (a.organizationId < b.organizationId ? -1 : 1))
}

/** Nobody did it but the endpoint itself; who looks for why it is off finds it where changes of people are. */
async function noteOff(sql: Sql, tools: FinishTools, { id, organizationId }: SwitchedOff): Promise<void> {
  const actor: Actor = {
    kind: 'SYSTEM',
    id: null,
    name: 'Dispatcher',
    organizationId,
    ipAddress: null,
    correlationId: tools.newId(),
    connectionIds: [],
  }
  await tools.audit.append(sql, actor, {
    action: 'endpoint.disabled',
    subjectType: 'Endpoint',
    subjectId: id,
    before: { enabled: true },
    after: { enabled: false, disabledReason: goneWords },
  })
}

function lookAgain(concluded: readonly Concluded[], lanes: readonly Lane[], now: Date): Finished['again'] {
  const planned = concluded.flatMap(({ result, outcome }) =>
    outcome.nextAttemptAt === null ? [] : [{ endpointId: result.job.endpointId, at: outcome.nextAttemptAt }],
  )
  // Now as well: a place came free, the next of a key may go, or the breaker moved.
  return [...planned, ...lanes.map(({ endpointId }) => ({ endpointId, at: now }))]
}
