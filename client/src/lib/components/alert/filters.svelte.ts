import { globalId } from '#lib/components/connection/path.ts'
import type { AlertFilter, AlertLineFragment, AlertSeverity, AlertState } from '#lib/graphql/generated/graphql.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'

export const severities: readonly AlertSeverity[] = ['CRITICAL', 'WARNING', 'INFO']
const unresolved: AlertState[] = ['OPEN', 'ACKNOWLEDGED']

/** Which alerts the page lists, from its address. */
export class AlertFilters {
  readonly url = new UrlFilters(['q', 'severity', 'kind', 'connection'])
  readonly #open: () => boolean

  /** `open`: only what is not over. */
  constructor(open: () => boolean) {
    this.#open = open
  }

  get severity(): AlertSeverity | null {
    return this.url.oneOf('severity', severities)
  }
  get kind(): string {
    return this.url.get('kind')
  }
  /** Uuid of a connection. */
  get connection(): string {
    return this.url.get('connection')
  }
  get search(): string {
    return this.url.get('q')
  }

  /** As the API takes it. */
  get input(): AlertFilter {
    return {
      ...(this.#open() && { state: unresolved }),
      ...(this.severity && { severity: [this.severity] }),
      ...(this.kind && { kind: [this.kind] }),
      ...(this.connection && { connectionId: globalId('Connection', this.connection) }),
    }
  }
  /** The same for a row that arrived by itself. */
  fits = (alert: AlertLineFragment): boolean => {
    const text = `${alert.title} ${alert.text} ${alert.kind} ${alert.uuid}`.toLowerCase()
    return (
      (!this.#open() || unresolved.includes(alert.state)) &&
      (this.severity === null || alert.severity === this.severity) &&
      (this.kind === '' || alert.kind === this.kind) &&
      (this.connection === '' || alert.connection?.uuid === this.connection) &&
      text.includes(this.search.toLowerCase())
    )
  }
}
