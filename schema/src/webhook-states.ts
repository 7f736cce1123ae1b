// Legal changes of state of everything a webhook goes through, as data. The server moves by these tables and by nothing
// else, and explain has words for every state in them.

/** What may follow what. */
type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>

export const inboundStates = {
  RECEIVED: ['ROUTED', 'IGNORED', 'UNMATCHED', 'WAITING', 'FAILED'],
  WAITING: ['ROUTED', 'IGNORED', 'UNMATCHED', 'WAITING', 'FAILED'],
  // Replayed by a person: a new run.
  ROUTED: ['RECEIVED'],
  IGNORED: ['RECEIVED'],
  UNMATCHED: ['RECEIVED', 'DISCARDED'],
  FAILED: ['RECEIVED', 'DISCARDED'],
  // Only by a verification that succeeds.
  QUARANTINED: ['RECEIVED', 'DISCARDED'],
  DISCARDED: [],
} as const satisfies Transitions<string>
export type InboundState = keyof typeof inboundStates

export const deliveryStates = {
  QUEUED: ['SENDING', 'SKIPPED', 'DEAD'],
  // SENDING again: its lease ran out, because the hub was stopped meanwhile.
  SENDING: ['DELIVERED', 'WAITING', 'DEAD', 'SKIPPED', 'SENDING'],
  WAITING: ['SENDING', 'DEAD', 'SKIPPED', 'QUEUED'],
  // Replayed: a new round.
  DELIVERED: ['QUEUED'],
  DEAD: ['QUEUED'],
  SKIPPED: ['QUEUED'],
} as const satisfies Transitions<string>
export type DeliveryState = keyof typeof deliveryStates

export const breakerStates = {
  CLOSED: ['OPEN'],
  // CATCHING_UP when a person switches it on again or names another URL.
  OPEN: ['HALF_OPEN', 'CATCHING_UP', 'CLOSED'],
  // CLOSED also when a person closes it by hand.
  HALF_OPEN: ['CATCHING_UP', 'OPEN', 'CLOSED'],
  CATCHING_UP: ['CLOSED', 'OPEN'],
} as const satisfies Transitions<string>
export type BreakerState = keyof typeof breakerStates

/** May `to` follow `from`. */
export function mayFollow<S extends string>(table: Transitions<S>, from: S, to: S): boolean {
  return table[from].includes(to)
}

/** Why a request is or is not proven to come from the vendor. Everything but VERIFIED is quarantined. */
export const verdicts = {
  VERIFIED: 'The vendor’s signature fits the bytes that arrived.',
  MISSING_PROOF: 'The request has no signature or token, so nothing says who sent it.',
  NO_SECRET: 'The source has no secret to verify with. Add the one the vendor shows for this webhook.',
  BAD_SIGNATURE: 'The signature does not fit: another secret signed it, or the bytes were changed on the way.',
  STALE: 'The signature is right but too old: it may be a recording that somebody plays again.',
  MALFORMED_PROOF: 'The signature cannot be read: it is not in the vendor’s format.',
  BAD_KEY: 'The key or certificate to verify with was refused, or could not be fetched.',
  WRONG_SOURCE: 'It is signed for another source or account.',
  NOT_KEPT:
    'The secret that came with it is not stored, so it cannot be verified again. Ask the vendor to send it again.',
} as const
export type Verdict = keyof typeof verdicts
