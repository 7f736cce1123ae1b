/** Letters as the hub compares them: any case, no marks (أ and إ are ا), and the endings that are typed one for the other. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[\p{M}ـ]/gu, '')
    .replaceAll('ة', 'ه')
    .replaceAll('ى', 'ي')
    .toLowerCase()

/** Whether all words of a search occur somewhere in the text; no words are found everywhere. */
export function isFound(text: string, search: string): boolean {
  const searched = plain(text)
  return plain(search)
    .split(/\s+/)
    .every((word) => searched.includes(word))
}
