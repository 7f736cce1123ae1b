import { createHash } from 'node:crypto'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { ConnectionFacts } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend } from '../shared/failure.ts'

/** The version answers are read by; sent always, so an application's default cannot change them. */
export const squareVersion = '2026-09-16'

/** Square takes keys of at most 45 characters: a longer one travels as its digest, the same every time. */
export const keyOf = (idempotencyKey: string, purpose = ''): string => {
  const whole = `${idempotencyKey}${purpose}`
  return whole.length <= 45 ? whole : createHash('sha256').update(whole).digest('base64url')
}

/** Integers of the currency's smallest unit, as ours. */
export const squareMoney = z.object({ amount: z.int(), currency: z.string().length(3) })
export const toMoney = (found: z.output<typeof squareMoney>): Money => ({
  amountMinor: found.amount,
  currency: found.currency,
})
export const toSquare = ({ amountMinor, currency }: Money) => ({ amount: amountMinor, currency })

/** The shop's own number; Square keeps 40 characters of it. */
export function referenceOf(reference: string): string {
  if (reference.length > 40)
    throw cannotSend('Square keeps references of at most 40 characters.', 'Shorten the reference.', 'reference')
  return reference
}

export const locationOf = ({ settings }: ConnectionFacts): string => settings['locationId'] ?? ''

/** Square's own cursor from ours; undefined for the first page. */
export const cursorIn = (after: string | null): string | undefined =>
  after === null ? undefined : readTextCursor(after)
export const cursorOut = (cursor: string | null | undefined): string | null => (cursor ? textCursor(cursor) : null)

/** ISO 8601 in UTC; null for none. */
export const momentOf = (text: string | null | undefined): string | null => {
  const at = new Date(text ?? NaN)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

/**
 * One page. Square leaves an empty list away altogether, so nothing at all is an empty page, and something else is not.
 * Members this file does not know are let through.
 */
export const listOf = <Item extends z.ZodType>(name: string, item: Item) =>
  z
    .looseObject({ cursor: z.string().nullish() })
    .refine((found) => Object.keys(found).length === 0 || name in found || 'cursor' in found, `no ${name}`)
    .transform(({ cursor, ...found }) => ({
      items: z.array(item).parse(found[name] ?? []),
      nextCursor: cursorOut(cursor),
      cursor: cursor ?? null,
    }))
