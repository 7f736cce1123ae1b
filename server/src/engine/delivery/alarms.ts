import type { AlertInput } from '../alerts/contract.ts'
import type { LaneState } from './breaker.ts'
import { atWords } from './outcome.ts'

/** Whom an alert is about. */
export interface AlarmSubject {
  readonly endpointId: string
  readonly organizationId: string
  readonly url: string
}

/** The alert of an outage, while it goes on. */
export const downKey = (endpointId: string): string => `endpoint.down:${endpointId}`

/** Of one that asked to be left alone, and of deliveries given up: open until a person acts. */
export const goneKey = (endpointId: string): string => `endpoint.gone:${endpointId}`
export const deadKey = (endpointId: string): string => `delivery.dead:${endpointId}`

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
    dedupeKey: downKey(subject.endpointId),
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
    over: true,
    title: `${hostOf(subject)} works again`,
    text: `A trial succeeded.${since} What waited is being sent at a growing pace, oldest first. Nothing is to be done.`,
  }
}

export function goneAlarm(subject: AlarmSubject): AlertInput {
  return {
    ...about(subject),
    kind: 'endpoint.gone',
    severity: 'WARNING',
    dedupeKey: goneKey(subject.endpointId),
    title: `${hostOf(subject)} wants no more events`,
    text: 'It answered 410 Gone, so the endpoint was switched off and what waited for it is skipped. Switch it on again if that was a mistake; skipped deliveries can be replayed.',
  }
}

export function deadAlarm(subject: AlarmSubject, dead: number, words: string): AlertInput {
  return {
    ...about(subject),
    kind: 'delivery.dead',
    severity: 'WARNING',
    dedupeKey: deadKey(subject.endpointId),
    title: `Deliveries to ${hostOf(subject)} were given up`,
    text: `${dead === 1 ? 'A delivery is' : `${dead} deliveries are`} in the dead letters: ${words} More of them count up in this alert until somebody closes it. Replay them once the cause is gone.`,
  }
}
