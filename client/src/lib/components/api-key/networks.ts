/** What a text is as a place a key may be used from, as far as the browser can tell. The hub decides again. */
export type NetworkVerdict = 'network' | 'any' | 'wrong'

const ipv4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

const isIpv4 = (text: string): boolean => {
  const parts = ipv4.exec(text)?.slice(1)
  return parts !== undefined && parts.every((part) => String(Number(part)) === part && Number(part) <= 255)
}

/** The browser's own reader of addresses knows every spelling of IPv6. */
function isIpv6(text: string): boolean {
  if (!text.includes(':') || /[^0-9a-f:.]/i.test(text)) return false
  try {
    return new URL(`http://[${text}]/`).hostname !== ''
  } catch {
    return false
  }
}

/** Reads `203.0.113.7`, `203.0.113.0/24`, `2001:db8::1` and `2001:db8::/32` (RFC 4632, RFC 4291). */
export function verdictOf(text: string): NetworkVerdict {
  const [address = '', bits, ...more] = text.split('/')
  const most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : null
  if (most === null || more.length > 0) return 'wrong'
  if (bits === undefined) return 'network'
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) return 'wrong'
  return Number(bits) === 0 ? 'any' : 'network'
}
