const amount = /^(\d{1,9})(?:[.٫](\d{1,6}))?$/

/** An amount as people write it, in millionths; null when it is none. Money is never a floating point number. */
export function microsOf(text: string): string | null {
  const latin = text.trim().replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
  const found = amount.exec(latin)
  if (found === null) return null
  const [, whole = '0', rest = ''] = found
  return String(BigInt(whole) * 1_000_000n + BigInt(rest.padEnd(6, '0')))
}

/** Millionths as a field shows them: `300000` is `0.3`. */
export function amountOf(micros: string): string {
  const value = BigInt(micros)
  const rest = String(value % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return rest === '' ? String(value / 1_000_000n) : `${value / 1_000_000n}.${rest}`
}
