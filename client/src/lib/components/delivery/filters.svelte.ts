import { globalId } from '#lib/components/connection/path.ts'
import type { DeliveryState } from '#lib/components/webhook/state-look.ts'
import type { DeliveryFilter } from '#lib/graphql/generated/graphql.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'

export const states: readonly DeliveryState[] = ['QUEUED', 'SENDING', 'WAITING', 'DELIVERED', 'DEAD', 'SKIPPED']

/** Which deliveries a page shows, from its address. */
export class DeliveryFilters {
  readonly url = new UrlFilters(['endpoint', 'state', 'type', 'replay'])
  readonly #place = new UrlFilters(['delivery'])

  /** Uuid of an endpoint. */
  get endpoint(): string {
    return this.url.get('endpoint')
  }
  get state(): DeliveryState | null {
    return this.url.oneOf('state', states)
  }
  /** A type, or a pattern such as payment.*. */
  get type(): string {
    return this.url.get('type')
  }
  /** Delivery whose details are open. */
  get delivery(): string | null {
    return this.#place.get('delivery') || null
  }

  /**
   * What the live stream takes: everything but the state. A row that leaves a state must be heard of, so that it leaves the
   * list too.
   */
  get live(): DeliveryFilter {
    const replay = this.url.get('replay')
    return {
      ...(this.endpoint && { endpointId: [globalId('Endpoint', this.endpoint)] }),
      ...(this.type && { eventType: [this.type] }),
      ...(replay && { replayId: globalId('Replay', replay) }),
    }
  }
  /** What a page of the list takes. */
  get page(): DeliveryFilter {
    return { ...this.live, ...(this.state && { state: [this.state] }) }
  }

  open(delivery: string | null): void {
    this.#place.set({ delivery: delivery ?? '' })
  }
}
