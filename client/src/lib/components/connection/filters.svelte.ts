import type {
  Category,
  ConnectionFilter,
  ConnectionStatus,
  Environment,
  HealthState,
} from '#lib/graphql/generated/graphql.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'

export const categories: readonly Category[] = [
  'PAYMENT',
  'FULFILLMENT',
  'SHIPPING',
  'ECOMMERCE',
  'ACCOUNTING',
  'EMAIL',
  'MARKETING',
  'CRM',
  'ANALYTICS',
  'SOCIAL',
  'MESSAGING',
  'CALENDAR',
]
export const healths: readonly HealthState[] = ['DOWN', 'DEGRADED', 'UNKNOWN', 'NOT_CONFIGURED', 'HEALTHY']
export const statuses: readonly ConnectionStatus[] = ['ACTIVE', 'DISABLED', 'ERROR', 'NOT_CONFIGURED', 'TESTING']
export const environments: readonly Environment[] = ['LIVE', 'SANDBOX']

/** Which connections a page shows, from its address. */
export class ConnectionFilters {
  readonly url = new UrlFilters(['category', 'health', 'status', 'environment', 'q'])

  get category(): Category | null {
    return this.url.oneOf('category', categories)
  }
  get health(): HealthState | null {
    return this.url.oneOf('health', healths)
  }
  get status(): ConnectionStatus | null {
    return this.url.oneOf('status', statuses)
  }
  get environment(): Environment | null {
    return this.url.oneOf('environment', environments)
  }
  get search(): string {
    return this.url.get('q')
  }

  /** As the API takes it. */
  get input(): ConnectionFilter {
    return {
      ...(this.category && { category: [this.category] }),
      ...(this.health && { health: [this.health] }),
      ...(this.status && { status: [this.status] }),
      ...(this.environment && { environment: [this.environment] }),
    }
  }
}
