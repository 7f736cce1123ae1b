import { languages, type Catalog, type ProviderEntry } from './catalog.ts'

/**
 * Letters as they are compared: any case, without marks (é is e, أ and إ are ا, no tashkeel), and with the two Arabic endings
 * that are typed one for the other as one.
 */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[\p{M}ـ]/gu, '')
    .replaceAll('ة', 'ه')
    .replaceAll('ى', 'ي')
    .toLowerCase()

/** What a provider is found by: its name, summary and operations, in every language. */
export function searchTextOf(catalog: Catalog, { slug, name, summary, capabilities }: ProviderEntry): string {
  const said = languages.map((language) => catalog.in(language).get(slug)?.summary ?? summary)
  return [name, slug, ...new Set(said), ...capabilities].join(' ')
}

/** Whether all words occur somewhere in the text; letters of any case, with or without marks. */
export function isFound(text: string, words: string): boolean {
  const searched = plain(text)
  return plain(words)
    .split(/\s+/)
    .every((word) => searched.includes(word))
}
