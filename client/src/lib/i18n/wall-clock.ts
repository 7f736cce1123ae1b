const readerOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })

/** An instant as the clock on the wall of a zone shows it: `2026-03-01T09:30`, what a datetime field speaks. */
export function wallClockOf(at: string | number, timeZone: string): string {
  const parts = new Map(
    readerOf(timeZone)
      .formatToParts(new Date(at))
      .map(({ type, value }) => [type, value]),
  )
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  return `${read('year')}-${read('month')}-${read('day')}T${read('hour')}:${read('minute')}`
}

/** The instant at which a zone's clock shows `wall`, as ISO 8601; empty text when it is no time. */
export function instantOf(wall: string, timeZone: string): string {
  const guess = Date.parse(`${wall}Z`)
  if (Number.isNaN(guess)) return ''
  const offset = (at: number) => Date.parse(`${wallClockOf(at, timeZone)}Z`) - Math.floor(at / 60_000) * 60_000
  // The offset at the guess may be that of the other side of a clock change: ask again where it led.
  return new Date(guess - offset(guess - offset(guess))).toISOString()
}
