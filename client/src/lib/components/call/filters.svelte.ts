import { globalId } from '#lib/components/connection/path.ts'
import type { CallErrorClass, CallFilter, CallPurpose } from '#lib/graphql/generated/graphql.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'

export const purposes: readonly CallPurpose[] = ['OPERATION', 'PROXY', 'PROBE', 'TEST', 'OAUTH', 'SYNC']
export const outcomes = ['ok', 'failed'] as const
export const modes = ['live', 'history'] as const
export type Mode = (typeof modes)[number]

export const errorClasses: readonly CallErrorClass[] = [
  ...(['AUTHENTICATION', 'PERMISSION', 'RECONNECT_REQUIRED', 'NOT_CONFIGURED', 'CONNECTION_DISABLED'] as const),
  ...(['NOT_FOUND', 'INVALID_REQUEST', 'CONFLICT', 'RATE_LIMITED', 'BREAKER_OPEN', 'BUDGET_EXCEEDED'] as const),
  ...(['EGRESS_DENIED', 'NETWORK', 'TIMEOUT', 'CANCELLED', 'UNAVAILABLE', 'MALFORMED_ANSWER'] as const),
]
/** Filters that figures lead here with; no list offers them. */
const narrowings = ['error', 'operation', 'actor'] as const

/** Which calls the page shows, from its address. */
export class CallFilters {
  readonly url = new UrlFilters(['connection', 'provider', 'outcome', 'purpose', 'q', 'from', 'to', ...narrowings])
  readonly #place = new UrlFilters(['mode', 'call'])

  get mode(): Mode {
    return this.#place.oneOf('mode', modes) ?? 'live'
  }
  /** Call whose details are open. */
  get call(): string | null {
    return this.#place.get('call') || null
  }
  /** Uuid of a connection. */
  get connection(): string {
    return this.url.get('connection')
  }
  /** Slug of a provider. */
  get provider(): string {
    return this.url.get('provider')
  }
  get outcome(): (typeof outcomes)[number] | null {
    return this.url.oneOf('outcome', outcomes)
  }
  get purpose(): CallPurpose | null {
    return this.url.oneOf('purpose', purposes)
  }
  get error(): CallErrorClass | null {
    return this.url.oneOf('error', errorClasses)
  }
  /** Name of an operation, a probe or a test step. */
  get operation(): string {
    return this.url.get('operation')
  }
  /** Row id of the user or API key that made the calls. */
  get actor(): string {
    return this.url.get('actor')
  }
  get search(): string {
    return this.url.get('q')
  }
  /** Instants that bound the history; the live tail has no end. */
  get from(): string {
    return instant(this.url.get('from'))
  }
  get to(): string {
    return instant(this.url.get('to'))
  }

  /** What the live stream takes. */
  get live(): CallFilter {
    return {
      ...(this.connection && { connectionId: [globalId('Connection', this.connection)] }),
      ...(this.provider && { provider: [this.provider] }),
      ...(this.outcome && { ok: this.outcome === 'ok' }),
      ...(this.purpose && { purpose: [this.purpose] }),
      ...(this.error && { errorClass: [this.error] }),
      ...(this.operation && { operation: [this.operation] }),
      ...(this.actor && { actorId: [this.actor] }),
    }
  }
  /** What the history takes. */
  get past(): CallFilter {
    return { ...this.live, ...(this.from && { since: this.from }), ...(this.to && { until: this.to }) }
  }

  setMode(mode: Mode): void {
    this.#place.set({ mode: mode === 'live' ? '' : mode })
  }
  open(call: string | null): void {
    this.#place.set({ call: call ?? '' })
  }
}

const instant = (text: string): string => (Number.isNaN(Date.parse(text)) ? '' : new Date(text).toISOString())
