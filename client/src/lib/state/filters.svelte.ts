import { goto } from '$app/navigation'
import { page } from '$app/state'

/**
 * Filters that live in the address, so that any view can be shared and survives reload. Reading is reactive; writing
 * replaces the history entry, because a filter is not a place to go back to.
 */
export class UrlFilters<Name extends string> {
  readonly #names: readonly Name[]

  constructor(names: readonly Name[]) {
    this.#names = names
  }

  /** Empty text when not set. */
  get(name: Name): string {
    return page.url.searchParams.get(name) ?? ''
  }
  /** The value if it is one of those allowed, else null. */
  oneOf<Value extends string>(name: Name, allowed: readonly Value[]): Value | null {
    const value = this.get(name)
    return allowed.find((option) => option === value) ?? null
  }
  get any(): boolean {
    return this.#names.some((name) => this.get(name) !== '')
  }

  set(values: Partial<Record<Name, string>>): void {
    const url = new URL(page.url.href)
    for (const [name, value] of Object.entries<string | undefined>(values)) {
      if (value === undefined || value === '') url.searchParams.delete(name)
      else url.searchParams.set(name, value)
    }
    void goto(`${url.pathname}${url.search}`, { replace: true, reset: false })
  }
  clear(): void {
    this.set(Object.fromEntries(this.#names.map((name) => [name, ''])) as Partial<Record<Name, string>>)
  }
}
