/**
 * Way a text runs, by what most of it is. A browser goes by the first letter, and Arabic sentences about vendors begin with
 * a Latin name more often than not; one Arabic name in an English sentence turns nothing around.
 */
export function directionOf(text: string): 'ltr' | 'rtl' {
  const arabic = text.match(/\p{Script=Arabic}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  return arabic * 3 > latin ? 'rtl' : 'ltr'
}

const marks = { ltr: '\u2066', rtl: '\u2067' } as const

/** A text with a direction of its own inside a sentence of another one (Unicode isolates), where no <bdi> can stand. */
export const isolate = (text: string): string => `${marks[directionOf(text)]}${text}\u2069`
