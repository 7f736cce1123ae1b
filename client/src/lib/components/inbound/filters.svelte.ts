import { globalId } from '#lib/components/connection/path.ts'
import type { InboundState } from '#lib/components/webhook/state-look.ts'
import type { InboundEventFilter } from '#lib/graphql/generated/graphql.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'

export const states: readonly InboundState[] = [
  'RECEIVED',
  'WAITING',
  'ROUTED',
  'IGNORED',
  'UNMATCHED',
  'FAILED',
  'QUARANTINED',
  'DISCARDED',
]

/** Which webhooks a page shows, from its address. */
export class InboundFilters {
  readonly url = new UrlFilters(['source', 'connection', 'state', 'type', 'q'])
  readonly #place = new UrlFilters(['event'])

  /** Uuid of a source. */
  get source(): string {
    return this.url.get('source')
  }
  get connection(): string {
    return this.url.get('connection')
  }
  get state(): InboundState | null {
    return this.url.oneOf('state', states)
  }
  /** Type as the vendor writes it. */
  get type(): string {
    return this.url.get('type')
  }
  get search(): string | null {
    return this.url.get('q') || null
  }
  /** Webhook whose details are open. */
  get event(): string | null {
    return this.#place.get('event') || null
  }

  /** What the stream takes: everything but the state. A row that leaves a state must be heard of, so that it leaves the list. */
  get live(): InboundEventFilter {
    return {
      ...(this.source && { sourceId: [globalId('Source', this.source)] }),
      ...(this.connection && { connectionId: [globalId('Connection', this.connection)] }),
      ...(this.type && { vendorType: [this.type] }),
    }
  }
  /** What a page of the list takes. */
  get page(): InboundEventFilter {
    return { ...this.live, ...(this.state && { state: [this.state] }) }
  }

  open(event: string | null): void {
    this.#place.set({ event: event ?? '' })
  }
}
