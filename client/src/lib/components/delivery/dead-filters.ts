import { globalId } from '#lib/components/connection/path.ts'
import type { DeliveryFilter, ReplayFilterInput } from '#lib/graphql/generated/graphql.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'

const hourMs = 3_600_000
const spans = { hour: hourMs, day: 24 * hourMs, week: 168 * hourMs } as const
export const spanNames = ['hour', 'day', 'week'] as const
export type Span = (typeof spanNames)[number]

/** Which dead letters the page shows and a replay of them takes, from its address. */
export class DeadFilters {
  readonly url = new UrlFilters(['endpoint', 'type', 'since'])
  readonly #place = new UrlFilters(['delivery'])

  get endpoint(): string {
    return this.url.get('endpoint')
  }
  get type(): string {
    return this.url.get('type')
  }
  get span(): Span | null {
    return this.url.oneOf('since', spanNames)
  }
  get delivery(): string | null {
    return this.#place.get('delivery') || null
  }
  open(delivery: string | null): void {
    this.#place.set({ delivery: delivery ?? '' })
  }

  /** What the list and its stream take. To the minute, so that the same filter says the same for a while. */
  get page(): DeliveryFilter {
    const since = this.#since
    return {
      ...(this.endpoint && { endpointId: [globalId('Endpoint', this.endpoint)] }),
      ...(this.type && { eventType: [this.type] }),
      ...(since && { since }),
    }
  }
  /** What a replay of everything found takes; null where it would be open to everything there is. */
  get replay(): ReplayFilterInput | null {
    const since = this.#since
    if (!this.endpoint && !since) return null
    return {
      states: ['DEAD'],
      ...(this.endpoint && { endpointId: globalId('Endpoint', this.endpoint) }),
      ...(this.type && { eventTypes: [this.type] }),
      ...(since && { since }),
    }
  }

  get #since(): string | null {
    const { span } = this
    if (span === null) return null
    return new Date(Math.floor((Date.now() - spans[span]) / 60_000) * 60_000).toISOString()
  }
}
