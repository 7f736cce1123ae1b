import { InvalidInputError } from './errors.ts'
import { longestHours } from './load/webhook-figures.ts'
import type { SpanKey } from './loaders.ts'

/** Description of every figure's `hours`. */
export const hoursNote = `Length of the span, 1 to ${longestHours} hours, ending now.`

/** Key of a row's figures over the last `hours`. Throws InvalidInputError for a span nobody keeps. */
export function spanKey(id: string, hours: number): SpanKey {
  if (hours < 1 || hours > longestHours)
    throw new InvalidInputError([{ path: 'hours', message: `From 1 to ${longestHours}, not ${hours}.` }])
  return `${id}:${hours}`
}
