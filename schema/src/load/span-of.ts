import { InvalidInputError } from '../errors.ts'

const widths = [60, 300, 900, 3600, 21_600, 86_400] as const
const mostBars = 120
const longestDays = 92

/** A span as a strip shows it. */
export interface StripSpan {
  readonly since: Date
  readonly until: Date
  /** Width of a bar. */
  readonly barSeconds: number
  /** Beginning of the first bar. */
  readonly origin: Date
}

/** The span asked for, by default the hour that ends now. Throws InvalidInputError when it is empty or over 92 days. */
export function readSpan(
  asked: { readonly since?: Date | null | undefined; readonly until?: Date | null | undefined },
  now: Date,
): StripSpan {
  const until = asked.until ?? now
  const since = asked.since ?? new Date(until.getTime() - 3_600_000)
  const seconds = (until.getTime() - since.getTime()) / 1000
  if (seconds <= 0 || seconds > longestDays * 86_400)
    throw new InvalidInputError([
      { path: 'filter.since', message: `The span must be positive and at most ${longestDays} days.` },
    ])
  const barSeconds = widths.find((width) => seconds / width <= mostBars) ?? 86_400
  const origin = new Date(Math.floor(since.getTime() / (barSeconds * 1000)) * barSeconds * 1000)
  return { since, until, barSeconds, origin }
}
