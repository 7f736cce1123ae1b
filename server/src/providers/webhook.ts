import type { Verdict } from '@patchbay/schema/webhook-states.ts'
import type { Call, ConnectionFacts, Fields } from './provider.ts'

/** A request at a source, before anything is believed. */
export interface WebhookRequest {
  readonly method: string
  /** The source's address as the vendor was told it, with the query that arrived: built from configuration, never from headers. */
  readonly url: string
  readonly query: URLSearchParams
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Exact bytes; parsed only after they are proven. */
  readonly body: Uint8Array
}

/** What a verification may use. */
export interface VerifyFacts {
  /** Secrets that hold, newest first: each is tried, all in constant time. */
  readonly secrets: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
  /** How old a signed timestamp may be; null when a person verifies a stored request again. Default 300,000. */
  readonly toleranceMs: number | null
  readonly connection: ConnectionFacts
  /** Vendor's ids of the registration (PayPal signs its webhook id). */
  readonly registrationIds: readonly string[]
  /**
   * Reads a certificate or key set through the egress guard, cached. The caller has checked that the address is the vendor's.
   * `refresh` asks for a newer copy than the one at hand, given at most once a minute.
   */
  readonly fetchKey: (url: string, options?: { readonly refresh?: boolean }) => Promise<string>
  /** Vendor's own base URL for a host name, or its lab twin's. */
  readonly hostUrl: (host: string) => string
}

export interface Verification {
  readonly verdict: Verdict
  /** What exactly was found, in one sentence without secrets; added to the verdict's own words. */
  readonly detail?: string
}

export type Verify = (request: WebhookRequest, facts: VerifyFacts) => Verification | Promise<Verification>

/** A proven request, parsed. */
export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly text: string
  /** Parsed body: JSON, a form as an object, or undefined when it is neither. */
  readonly body: unknown
}

/** What a message says of itself. Everything null where the vendor does not say. */
export interface Identity {
  /** Vendor's id of the event, the same for every repeat of it. */
  readonly id: string | null
  /** Vendor's type. */
  readonly type: string | null
  readonly occurredAt: Date | null
}

/** One event of the hub's catalogue made of a vendor's message. */
export interface MappedEvent {
  /** Name of a type of schema/src/event-types. */
  readonly type: string
  /** Null: when it was received. */
  readonly occurredAt: Date | null
  readonly data: Readonly<Record<string, unknown>>
  /** What must stay in order, for example `order:1001`. */
  readonly orderKey?: string
  /** Vendor's id of this part of a batch: the same part in two batches becomes one event. */
  readonly key?: string
}

/** Pure. An empty list means: understood, and of no consequence. Throw InvalidInputError for a body that lacks what it must have. */
export type MapEvent = (message: WebhookMessage, connection: ConnectionFacts) => MappedEvent | readonly MappedEvent[]

/** Answer to a question the vendor asks before or besides deliveries. */
export interface HandshakeAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** Registers a source's URL through the vendor's API. */
export interface RegistrationSpec {
  /** Makes or replaces the registration; `ids` are those of the last one. Must be safe to repeat after a kill: look for the URL first. */
  readonly register: (
    call: Call,
    input: {
      readonly url: string
      readonly ids: readonly string[]
      /** The source's newest secret; null where the vendor chooses, that is without `chooseSecret`. */
      readonly secret: string | null
    },
    connection: ConnectionFacts,
  ) => Promise<{
    readonly ids: readonly string[]
    /** Signing secrets or public keys the vendor chose; they join the source's secrets. */
    readonly secrets?: readonly string[]
    /** When the vendor forgets it. */
    readonly expiresAt?: Date | null
  }>
  /** Removes it; what is gone already is no failure. */
  readonly unregister: (call: Call, ids: readonly string[], connection: ConnectionFacts) => Promise<void>
  /** A secret of the hub's choosing that `register` hands to the vendor (Printify, Google channel token); the source's newest secret. */
  readonly chooseSecret?: boolean
  /** For registrations the vendor forgets: renew this long before it expires, in seconds. Default 86,400. */
  readonly renewBeforeSeconds?: number
}

/** Everything about a provider's webhooks. */
export interface WebhookSpec {
  readonly verify: Verify
  /** Where the secret comes from: pasted at the source, a field of the connection's credentials, or nothing to know (a public key the vendor publishes). */
  readonly secret:
    | {
        readonly from: 'source'
        readonly label: string
        readonly help: string
        readonly hint?: { readonly pattern: string; readonly message: string }
      }
    /** What is pasted at the source holds beside it. */
    | { readonly from: 'credential'; readonly field: keyof Fields & string }
    | { readonly from: 'vendor' }
    /** The vendor signs nothing: the unguessable address is the proof, and what it says is read again by API before it counts. */
    | { readonly from: 'address' }
  readonly identify: (message: WebhookMessage) => Identity
  /** By vendor's type; `*` takes the rest. */
  readonly events: Readonly<Record<string, MapEvent>>
  /** Vendor's types the hub has no use for (pings, tests). */
  readonly ignore?: readonly string[]
  /** Null when the request is no such question. Secrets are compared in constant time here too. */
  readonly handshake?: (request: WebhookRequest, facts: VerifyFacts) => HandshakeAnswer | null
  readonly registration?: RegistrationSpec
  /** Headers and query parameters that hold a secret as such: never stored. */
  readonly secretNames?: readonly string[]
  /** Status of the answer to what cannot be verified. Default 401; a 2xx only where the vendor drops the subscription otherwise. */
  readonly refusal?: number
  /** Where in the vendor's dashboard the URL is pasted, step by step. */
  readonly setup: readonly string[]
}
