import type { AlertSeverity, SystemEventFilter } from '#lib/graphql/generated/graphql.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'

export const severities: readonly AlertSeverity[] = ['INFO', 'WARNING', 'CRITICAL']
/** Nouns of the kinds the hub writes. */
export const nouns = ['hub', 'worker', 'database', 'retention', 'partitions', 'vault', 'erasure', 'system'] as const

/** Which system events the page shows, from its address. */
export class SystemFilters {
  readonly url = new UrlFilters(['noun', 'severity', 'q'])

  get noun(): (typeof nouns)[number] | null {
    return this.url.oneOf('noun', nouns)
  }
  get severity(): AlertSeverity | null {
    return this.url.oneOf('severity', severities)
  }
  get search(): string | null {
    return this.url.get('q') || null
  }
  get filter(): SystemEventFilter {
    return {
      ...(this.noun && { kind: [`${this.noun}.*`] }),
      ...(this.severity && { severity: [this.severity] }),
    }
  }
}
