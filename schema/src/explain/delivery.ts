import type { DeliveryModel, EndpointModel } from '@patchbay/prisma/generated/models.ts'
import { fits } from '../event-types/form.ts'
import type { AttemptRow } from '../loaders.ts'
import type { DeliveryState } from '../webhook-states.ts'
import { explainBreaker, freshLane, type LaneFacts } from './breaker.ts'
import { counted, sentence, type Account, type Step } from './step.ts'

export type DeliveryFacts = Pick<
  DeliveryModel,
  | 'state'
  | 'reason'
  | 'eventType'
  | 'round'
  | 'roundAt'
  | 'attempts'
  | 'nextAttemptAt'
  | 'lastAttemptAt'
  | 'deliveredAt'
  | 'test'
>
export type EndpointFacts = Pick<
  EndpointModel,
  'eventTypes' | 'payload' | 'strictOrder' | 'enabled' | 'createdAt' | 'deletedAt' | 'typesChangedAt'
>
export type AttemptFacts = Pick<
  AttemptRow,
  'at' | 'round' | 'number' | 'outcome' | 'status' | 'message' | 'latencyMs' | 'errorClass'
>

/** What a delivery is explained by. */
export interface DeliveryCase {
  readonly delivery: DeliveryFacts
  /** Null when it is no longer known. */
  readonly endpoint: EndpointFacts | null
  readonly lane: LaneFacts | null
  /** Oldest first. */
  readonly attempts: readonly AttemptFacts[]
  readonly now: Date
}

const payloads: Readonly<Record<EndpointFacts['payload'], string>> = {
  ENVELOPE: 'It gets the whole envelope.',
  GRAPHQL: 'Its GraphQL document makes the body.',
  JSONATA: 'Its JSONata expression makes the body.',
}

function matched({ delivery, endpoint }: DeliveryCase): Step {
  const pattern = endpoint?.eventTypes.find((one) => fits(one, delivery.eventType))
  return {
    step: 'MATCHED',
    ok: true,
    text: delivery.test
      ? 'A test for this endpoint, whatever types it asks for.'
      : pattern === undefined
        ? `It asked for ${delivery.eventType} when the event was recorded.`
        : `It asks for ${pattern === delivery.eventType ? pattern : `${pattern}, which ${delivery.eventType} fits`}.`,
    at: null,
  }
}

const queued = ({ delivery }: DeliveryCase): Step => ({
  step: 'QUEUED',
  ok: true,
  text:
    delivery.round === 1 ? 'Queued together with the event.' : `Sent again by a replay, as round ${delivery.round}.`,
  at: delivery.roundAt,
})

const took = (ms: number | null): string => (ms === null ? '' : ` after ${ms} ms`)

const outcomes: Readonly<Record<AttemptFacts['outcome'], (attempt: AttemptFacts) => Pick<Step, 'ok' | 'text'>>> = {
  OPEN: () => ({ ok: null, text: 'sent, not answered yet.' }),
  DELIVERED: ({ status, latencyMs }) => ({ ok: true, text: `answered ${status ?? 'with success'}${took(latencyMs)}.` }),
  FAILED: ({ status, message, latencyMs, errorClass }) => ({
    ok: false,
    text:
      message === null
        ? `${status === null ? `failed (${errorClass ?? 'no answer'})` : `answered ${status}`}${took(latencyMs)}.`
        : sentence(message),
  }),
  LOST: () => ({ ok: false, text: 'the hub stopped while it was open, so the endpoint may have received it.' }),
}

const attempted = (attempt: AttemptFacts): Step => {
  const { ok, text } = outcomes[attempt.outcome](attempt)
  const round = attempt.round === 1 ? '' : ` of round ${attempt.round}`
  return { step: 'ATTEMPT', ok, text: `Attempt ${attempt.number}${round}: ${text}`, at: attempt.at }
}

/** Why something that is due has not gone out yet. */
function turn({ endpoint, lane, now }: DeliveryCase): string {
  const { breaker, quietUntil } = lane ?? freshLane
  if (breaker !== 'CLOSED' || (quietUntil !== null && quietUntil > now))
    return ` ${explainBreaker(lane ?? freshLane, now)}`
  return endpoint?.strictOrder ? ' Events of one key go out one after the other.' : ''
}

const because = (reason: string | null, otherwise: string): string => sentence(reason ?? otherwise)

/** The last word on a delivery, state by state. */
const endings: Readonly<Record<DeliveryState, (it: DeliveryCase) => Pick<Step, 'ok' | 'text' | 'at'>>> = {
  QUEUED: (it) => ({ ok: null, text: `It waits for its turn at this endpoint.${turn(it)}`, at: null }),
  SENDING: ({ delivery }) => ({ ok: null, text: 'An attempt is open right now.', at: delivery.lastAttemptAt }),
  WAITING: (it) => ({
    ok: null,
    text: `${because(it.delivery.reason, `${counted(it.delivery.attempts, 'attempt')} failed`)} It is tried again.${turn(it)}`,
    at: it.delivery.lastAttemptAt,
  }),
  DELIVERED: ({ delivery }) => ({
    ok: true,
    text: `Delivered at ${delivery.attempts > 1 ? `attempt ${delivery.attempts}` : 'the first attempt'}.`,
    at: delivery.deliveredAt,
  }),
  DEAD: ({ delivery }) => ({
    ok: false,
    text: `Given up after ${counted(delivery.attempts, 'attempt')}: ${because(delivery.reason, 'the schedule ended')} It is in the dead letters: replay it once the endpoint works.`,
    at: delivery.lastAttemptAt,
  }),
  SKIPPED: ({ delivery }) => ({
    ok: false,
    text: `Not sent: ${because(delivery.reason, 'no reason is on record')}`,
    at: delivery.roundAt,
  }),
}

function next({ delivery, lane, now }: DeliveryCase): Step[] {
  const { state, nextAttemptAt: at, attempts } = delivery
  if (at === null) return []
  if (state === 'SENDING')
    return [{ step: 'NEXT', ok: null, text: 'If no outcome is noted by then, it is sent again.', at }]
  const { breaker, probeAt } = lane ?? freshLane
  // The breaker decides when the endpoint is tried at all, whatever this delivery's own schedule says.
  if (breaker === 'OPEN' && probeAt !== null && probeAt > at)
    return [
      { step: 'NEXT', ok: null, text: 'The endpoint is tried again; this one follows when it works.', at: probeAt },
    ]
  const number = `Attempt ${attempts + 1}`
  return [
    {
      step: 'NEXT',
      ok: null,
      text: at <= now ? `${number} is due and goes out at its turn.` : `${number} follows.`,
      at,
    },
  ]
}

/** What happened to a delivery so far, and what comes next. NEXT is there exactly when something is planned. */
export function explainDelivery(it: DeliveryCase): Account {
  const ending: Step = { step: 'OUTCOME', ...endings[it.delivery.state](it) }
  return {
    summary: ending.text,
    steps: [
      matched(it),
      {
        step: 'FILTERED',
        ok: true,
        text: it.endpoint === null ? 'The endpoint is no longer known.' : payloads[it.endpoint.payload],
        at: null,
      },
      queued(it),
      ...it.attempts.map(attempted),
      ending,
      ...next(it),
    ],
  }
}
