/** What an event was about in money, where it says so. */
export interface EventAmount {
  /** ISO 4217; empty for none. */
  readonly currency: string
  readonly amountMinor: bigint
}

const none: EventAmount = { currency: '', amountMinor: 0n }

/** The `amount` or `total` of an event's data: a payment's, an order's. */
export function amountOf(data: unknown): EventAmount {
  if (typeof data !== 'object' || data === null) return none
  const { amount, total } = data as { readonly amount?: unknown; readonly total?: unknown }
  const money = (amount ?? total) as { readonly amountMinor?: unknown; readonly currency?: unknown } | null | undefined
  if (typeof money !== 'object' || money === null) return none
  const { amountMinor, currency } = money
  if (!Number.isSafeInteger(amountMinor) || typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return none
  return { currency, amountMinor: BigInt(amountMinor as number) }
}
