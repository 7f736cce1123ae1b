import type { Sql } from '@patchbay/prisma/database.ts'
import type { AlertInput } from '../alerts/contract.ts'
import type { LaneState } from './breaker.ts'
import { atWords } from './outcome.ts'

/** Whom an alert is about. */
export interface AlarmSubject {
  readonly endpointId: string
  readonly organizationId: string
  readonly url: string
}

const about = ({ endpointId, organizationId }: AlarmSubject) => ({
  organizationId,
  subjectType: 'Endpoint',
  subjectId: endpointId,
})

/** Path and query may hold what identifies a consumer; the host names it well enough. */
const hostOf = ({ url }: AlarmSubject) => (URL.canParse(url) ? new URL(url).host : 'an endpoint')

export function downAlarm(subject: AlarmSubject, lane: LaneState, words: string): AlertInput {
  const next = lane.probeAt === null ? '' : ` The next trial is at ${atWords(lane.probeAt)}.`
  return {
    ...about(subject),
    kind: 'endpoint.down',
    severity: 'CRITICAL',
    title: `${hostOf(subject)} is down`,
    text: `${lane.failuresInRow} requests in a row failed; the last: ${words}${next} Deliveries wait meanwhile, and go out by themselves, oldest first, once a trial succeeds.`,
  }
}

export function recoveredAlarm(subject: AlarmSubject, failingSince: Date | null): AlertInput {
  const since = failingSince === null ? '' : ` It had failed since ${atWords(failingSince)}.`
  return {
    ...about(subject),
    kind: 'endpoint.recovered',
    severity: 'INFO',
    title: `${hostOf(subject)} works again`,
    text: `A trial succeeded.${since} What waited is being sent at a growing pace, oldest first. Nothing is to be done.`,
  }
}

export function goneAlarm(subject: AlarmSubject): AlertInput {
  return {
    ...about(subject),
    kind: 'endpoint.gone',
    severity: 'WARNING',
    title: `${hostOf(subject)} wants no more events`,
    text: 'It answered 410 Gone, so the endpoint was switched off and what waited for it is skipped. Switch it on again if that was a mistake; skipped deliveries can be replayed.',
  }
}

export function deadAlarm(subject: AlarmSubject, dead: number, words: string): AlertInput {
  return {
    ...about(subject),
    kind: 'delivery.dead',
    severity: 'WARNING',
    title: `Deliveries to ${hostOf(subject)} were given up`,
    text: `${dead === 1 ? 'A delivery is' : `${dead} deliveries are`} in the dead letters: ${words} More of them within the hour are not told of again. Replay them once the cause is gone.`,
  }
}

const hourMs = 3_600_000
const recentText = `
select distinct "subjectId" as "id" from "Alert"
where "organizationId" = any($1::uuid[]) and "subjectId" = any($2::uuid[]) and "at" > $3::timestamptz and "kind" = 'delivery.dead'`

/** Leaves out endpoints whose dead letters were told of within the hour. The caller holds their lanes. */
export async function quietenDead<T extends AlarmSubject>(sql: Sql, subjects: readonly T[], now: Date): Promise<T[]> {
  if (subjects.length === 0) return []
  const recent = await sql.query<{ id: string }>(recentText, [
    [...new Set(subjects.map((subject) => subject.organizationId))],
    subjects.map((subject) => subject.endpointId),
    new Date(now.getTime() - hourMs).toISOString(),
  ])
  const told = new Set(recent.map((row) => row.id))
  return subjects.filter((subject) => !told.has(subject.endpointId))
}
