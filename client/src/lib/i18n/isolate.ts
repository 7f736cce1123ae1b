/**
 * Way a text runs, by the language it is written in. A browser goes by the first letter, and Arabic sentences about vendors
 * begin with a Latin name more often than not; a single Arabic name in an English sentence turns nothing around.
 */
export function directionOf(text: string): 'ltr' | 'rtl' {
  const arabic = text.match(/\p{Script=Arabic}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  if (arabic === 0) return 'ltr'
  if (arabic >= latin || /^\P{L}*\p{Script=Arabic}/u.test(text)) return 'rtl'
  const stretches = text.match(/\p{Script=Arabic}(?:\P{Script=Latin}*\p{Script=Arabic})?/gu) ?? []
  return stretches.length > 1 ? 'rtl' : 'ltr'
}

const marks = { ltr: '\u2066', rtl: '\u2067' } as const

/** A text with a direction of its own inside a sentence of another one (Unicode isolates), where no <bdi> can stand. */
export const isolate = (text: string): string => `${marks[directionOf(text)]}${text}\u2069`

const ascii = String.raw`[!-~…]`
const word = `${ascii}*[A-Za-z]${ascii}*`
/** Latin words, with the signs between them and the numbers after: a way through a dashboard, an address, a version. */
const next = `(?:${word}|[0-9]${ascii}*)`
const run = new RegExp(`${word}(?: +(?:→ +)?(?:[&>+/-] +)?${next})*`, 'g')

/**
 * An Arabic text cut where vendors' Latin words begin and end. The slash before a path and the dots of an address belong to
 * them, and would go to the wrong side; the full stop after them is the sentence's.
 */
export function runsOf(text: string): { readonly text: string; readonly latin: boolean }[] {
  const runs: { text: string; latin: boolean }[] = []
  let at = 0
  const add = (until: number, latin: boolean) => {
    if (until > at) runs.push({ text: text.slice(at, until), latin })
    at = until
  }
  for (const match of text.matchAll(run)) {
    const opening = /^["'([{]*/.exec(match[0])?.[0].length ?? 0
    const body = match[0].slice(opening)
    // A bracket that opens inside closes inside.
    const closing = /(?:[.,:;!?"'\]}]|(?<!\([^()]*)\))*$/.exec(body)?.[0].length ?? 0
    add(match.index + opening, false)
    add(match.index + match[0].length - closing, true)
  }
  add(text.length, false)
  return runs
}
