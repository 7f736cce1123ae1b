import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../../providers/provider.ts'
import type { AnswerCache, CacheState, FetchedAnswer } from '../cache/contract.ts'
import type { Egress, EgressAnswer } from '../egress/contract.ts'
import type { Ending } from '../egress/ending.ts'
import type { LimitStanding } from '../limits/contract.ts'
import type { AnswerReceiver, BindOptions, CallNotes } from './contract.ts'
import type { Deadline } from './deadline.ts'
import type { Draft, Outgoing } from './outgoing.ts'
import type { CallRecord } from './record.ts'

/** What a door wants sent over a connection. */
export interface Start {
  readonly connection: Connection
  readonly options: BindOptions
  readonly method: string
  /** The request before credentials. Throws ProviderCallError when it leads nowhere. */
  readonly draft: (provider: Provider) => Draft
  readonly carry: Carry
  readonly signal?: AbortSignal | Ending | undefined
  /** A refusal by answer is returned like a success, and so is a redirect: the caller judges for itself. */
  readonly lenient: boolean
  /** Takes the answer while it arrives; null where it is returned. */
  readonly receiver: AnswerReceiver | null
}

/** One call on its way. */
export interface Journey extends Start {
  readonly provider: Provider
  readonly record: CallRecord
  readonly deadline: Deadline
  /** Answer of the last attempt, when it was a refusal. */
  refusal: FetchedAnswer | null
  /** How far the answer has gone to the receiver. */
  delivery: 'none' | 'begun' | 'whole'
  standing: LimitStanding | null
  cache: CacheState | null
  ageSeconds: number
  /**
   * Says whether an answer is to be kept, as far as its head tells; null without a cache. Not a function made for each call: with
   * one, a fifth of what calls allocate outlived them until the next full collection.
   */
  wanting: Pick<AnswerCache, 'wants'> | null
  /** What the cache was asked for. */
  sought: Draft | null
  /** Tells the cache that the answer goes past it. */
  letGo: () => void
}

const nothing = () => {}

/** A call at its beginning. Named one by one: every call has the same shape, and V8 knows it. */
export const journeyOf = (
  { connection, options, method, draft, carry, signal, lenient, receiver }: Start,
  { provider, record, deadline }: Pick<Journey, 'provider' | 'record' | 'deadline'>,
): Journey => ({
  connection,
  options,
  method,
  draft,
  carry,
  signal,
  lenient,
  receiver,
  provider,
  record,
  deadline,
  refusal: null,
  delivery: 'none',
  standing: null,
  cache: null,
  ageSeconds: 0,
  wanting: null,
  sought: null,
  letGo: nothing,
})

/** How one exchange went. */
export interface Carried {
  /** For the caller; `passed` when it has it already. */
  readonly raw: FetchedAnswer
  /** For the judge; null when it succeeded. */
  readonly read: EgressAnswer | null
}

/** How a request travels: its answer read whole, or passed on while it arrives. */
export type Carry = (
  egress: Egress,
  outgoing: Outgoing,
  journey: Journey,
  heard: (headers: Readonly<Record<string, string>>, status: number) => void,
) => Promise<Carried>

/** How one attempt ended. */
export type Outcome =
  | { readonly error: null; readonly answer: FetchedAnswer }
  | {
      readonly error: ProviderCallError
      /** Null when none came. */
      readonly answer: FetchedAnswer | null
      readonly vendorSays?: boolean | undefined
      readonly accessToken: string | null
    }

export const notesOf = ({ record, cache, ageSeconds, standing }: Journey): CallNotes => ({
  callId: record.id,
  attempts: record.attempts,
  cache,
  ageSeconds,
  standing,
})

/** How a call ended well. */
export interface Arrival {
  readonly answer: FetchedAnswer
  readonly notes: CallNotes
  /** The receiver has all of it already. */
  readonly isDelivered: boolean
}

export const arrival = (answer: FetchedAnswer, journey: Journey): Arrival => ({
  answer,
  notes: notesOf(journey),
  isDelivered: journey.delivery === 'whole',
})
