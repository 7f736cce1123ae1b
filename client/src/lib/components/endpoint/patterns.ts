import type { EventTypePickerQuery } from '#lib/graphql/generated/graphql.ts'

export type PickableType = NonNullable<EventTypePickerQuery['eventTypes']>[number]

/** A type's name, a name with `.*`, or `*`. */
export const patternRule = /^(\*|[a-z][a-z_]*(\.[a-z][a-z_]*)*(\.\*)?)$/

/** Does a type fit a pattern, as the hub decides it. */
export function fits(pattern: string, type: string): boolean {
  if (pattern === '*') return true
  return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}

/** "payment" of "payment.succeeded". */
export const nounOf = (type: string): string => type.slice(0, type.indexOf('.'))
