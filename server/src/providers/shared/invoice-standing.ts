import type { Invoice } from '@patchbay/schema/capabilities/accounting.ts'
import { fromText, iso } from './message.ts'

/** The vendor's day (UTC), by the clock of its answer; null where the answer carries none. */
export const dayOfAnswer = (headers: Readonly<Record<string, string>>): string | null =>
  iso(fromText(headers['date']))?.slice(0, 10) ?? null

/** Where an invoice stands that is neither a draft nor void, for vendors that tell amounts and days but no word for it. */
export function standingOf({
  total,
  balance,
  sent,
  dueOn,
  today,
}: {
  readonly total: number
  readonly balance: number
  readonly sent: boolean
  readonly dueOn: string | null
  readonly today: string | null
}): Invoice['status'] {
  if (balance <= 0) return 'PAID'
  if (dueOn !== null && today !== null && dueOn < today) return 'OVERDUE'
  if (balance < total) return 'PARTIALLY_PAID'
  return sent ? 'SENT' : 'OPEN'
}
