import type { DeliveryLineFragment } from '#lib/graphql/generated/graphql.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** The last answer in a word or a number; null before the first try. */
export function lastAnswer(delivery: DeliveryLineFragment): string | null {
  if (typeof delivery.lastStatus === 'number') return String(delivery.lastStatus)
  if (!delivery.lastErrorClass) return null
  const names: Readonly<Record<string, string>> = i18n.t.state.errorClass
  return names[delivery.lastErrorClass] ?? i18n.t.deliveries.noAnswer
}
