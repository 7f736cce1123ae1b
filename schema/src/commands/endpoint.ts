import type { Actor } from '../context.ts'

type Changed = Promise<{ readonly id: string }>
interface Once {
  readonly idempotencyKey?: string | null
}

export type PayloadKind = 'ENVELOPE' | 'GRAPHQL' | 'JSONATA'
export type KeyAlgorithm = 'HMAC' | 'ED25519'

export interface EndpointFields {
  readonly url: string
  readonly description?: string
  /** Patterns: a type, "payment.*" or "*"; 1 to 50. */
  readonly eventTypes: readonly string[]
  readonly enabled?: boolean
  /** Requests per second, 0.01 to 1,000; null for no limit. */
  readonly ratePerSecond?: number | null
  /** Seconds before each attempt, 1 to 20 of them, each at most 86,400; null takes the hub's. */
  readonly schedule?: readonly number[] | null
  readonly strictOrder?: boolean
  readonly payload?: PayloadKind
  /** GraphQL document or JSONata expression, at most 20,000 characters; validated when saved. */
  readonly payloadText?: string | null
}

/** A key that was just made. The secret is shown this once. */
export interface NewKey {
  readonly endpointId: string
  readonly keyId: string
  /** whsec_… (HMAC) or whsk_… is never shown: for ed25519 this is the public half, whpk_…. */
  readonly secret: string
}

export interface PayloadTrial {
  readonly payload: PayloadKind
  readonly payloadText: string | null
  /** An event of this organization; null takes the example of `eventType`. */
  readonly eventId?: string | null
  readonly eventType?: string | null
}

/** What a payload would be, or why it cannot be made. */
export interface PayloadPreview {
  readonly ok: boolean
  /** Body that would be sent; null when nothing would be (a mapping that yields nothing skips the delivery). */
  readonly body: string | null
  /** What is wrong, in words, with the place in the text where it is known. */
  readonly fault: string | null
  /** Headers as an endpoint would see them, signature included only as a shape. */
  readonly headers: Readonly<Record<string, string>>
}

/** Rules of endpoints: URL checked by the egress guard, event types by the catalogue, payload by its language. */
export interface EndpointCommands {
  create(actor: Actor, input: EndpointFields & { readonly algorithm?: KeyAlgorithm } & Once): Promise<NewKey>
  update(actor: Actor, input: { id: string; version?: number | null } & Partial<EndpointFields>): Changed
  /** `url` must repeat the endpoint's URL. What waits is skipped, with the reason; its history stays. */
  delete(actor: Actor, input: { id: string; url: string }): Changed
  /** Adds a key; every key that holds signs, so consumers can change over without a gap. Others end after `overlapSeconds` (default 86,400). At most ten hold. */
  rotateKey(
    actor: Actor,
    input: { id: string; algorithm?: KeyAlgorithm; overlapSeconds?: number | null } & Once,
  ): Promise<NewKey>
  retireKey(actor: Actor, input: { endpointId: string; keyId: string }): Changed
  /** Closes the breaker by hand; what waits goes out at a growing pace. */
  resetBreaker(actor: Actor, input: { id: string }): Changed
  /** Records a test event and delivers it to this endpoint only, whatever its event types. Returns the event. */
  sendTestEvent(actor: Actor, input: { endpointId: string; eventType?: string | null } & Once): Changed
  /** Makes a payload without saving or sending anything. */
  preview(actor: Actor, input: PayloadTrial): Promise<PayloadPreview>
}
