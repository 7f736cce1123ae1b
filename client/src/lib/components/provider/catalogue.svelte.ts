import type { AuthKind, Category, ProviderCardFragment } from '#lib/graphql/generated/graphql.ts'
import { categories } from '#lib/components/connection/filters.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { UrlFilters } from '#lib/state/filters.svelte.ts'
import { isFound } from './search.ts'

export const authKinds: readonly AuthKind[] = ['API_KEY', 'OAUTH2_CODE', 'OAUTH2_CLIENT', 'BASIC', 'BODY', 'NONE']

/** By its words in every language, and by those of its category in the one that is read. */
export const matches = ({ searchText, category }: ProviderCardFragment, search: string): boolean =>
  isFound(`${searchText} ${i18n.t.state.category[category]}`, search)

/**
 * The marketplace as filtered by the address. The whole catalogue is small and in the cache, so the filters answer while
 * somebody types.
 */
export class CatalogueFilters {
  readonly url = new UrlFilters(['category', 'q', 'auth', 'region', 'capability', 'verified', 'sort'])

  get category(): Category | null {
    return this.url.oneOf('category', categories)
  }
  get auth(): AuthKind | null {
    return this.url.oneOf('auth', authKinds)
  }
  get verified(): boolean {
    return this.url.get('verified') === '1'
  }
  get popular(): boolean {
    return this.url.get('sort') === 'popular'
  }

  /** Without the category, for the counts of the rail. */
  matching(all: readonly ProviderCardFragment[]): readonly ProviderCardFragment[] {
    const search = this.url.get('q')
    const region = this.url.get('region')
    const capability = this.url.get('capability')
    return all.filter(
      (provider) =>
        (this.auth === null || provider.authKind === this.auth) &&
        (region === '' || provider.regions.includes(region)) &&
        (capability === '' || provider.capabilities.includes(capability)) &&
        (!this.verified || provider.verified) &&
        (search === '' || matches(provider, search)),
    )
  }
  shown(matching: readonly ProviderCardFragment[]): readonly ProviderCardFragment[] {
    const rows = matching.filter((provider) => this.category === null || provider.category === this.category)
    return this.popular ? rows.toSorted((a, b) => b.popularity - a.popularity || a.name.localeCompare(b.name)) : rows
  }
}
