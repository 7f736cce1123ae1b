import ipaddr from 'ipaddr.js'

type Address = ReturnType<typeof ipaddr.parse>
/** A network: its address and how many bits of it count. */
export type Range = readonly [Address, number]

/** One spelling of a network, or null when the text is none. An address alone is a network of one; IPv4 inside IPv6 becomes IPv4. */
export function networkOf(text: string): string | null {
  const range = rangeOf(text.trim())
  if (range === null) return null
  const [address, bits] = range
  const whole = address.kind() === 'ipv4' ? 32 : 128
  return bits === whole ? address.toString() : `${masked(address, bits)}/${bits}`
}

/** The network as numbers; null when the text is none. */
export function rangeOf(text: string): Range | null {
  try {
    if (text.includes('/')) {
      const [address, bits] = ipaddr.parseCIDR(text)
      return mapped(address) ? [ipaddr.process(address.toString()), Math.max(0, bits - 96)] : [address, bits]
    }
    if (!ipaddr.isValid(text) || (!text.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(text))) return null
    const address = ipaddr.process(text)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    return null
  }
}

/** Whether an address lies in one of the networks. */
export function isWithin(address: string | null, ranges: readonly Range[]): boolean {
  if (address === null || !ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return ranges.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits))
}

/** Whether every address of `inner` is one of `outer`. */
export function covers([outer, outerBits]: Range, [inner, innerBits]: Range): boolean {
  return outer.kind() === inner.kind() && innerBits >= outerBits && inner.match(outer, outerBits)
}

/** The /24 (IPv4) or /48 (IPv6) an address lies in: what one holder usually has. */
export function neighbourhoodOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  const bits = parsed.kind() === 'ipv4' ? 24 : 48
  return `${masked(parsed, bits)}/${bits}`
}

/** Whether an address belongs to nobody in particular: private, loopback and the like. */
export const isPrivate = (address: string): boolean =>
  !ipaddr.isValid(address) || ipaddr.process(address).range() !== 'unicast'

const mapped = (address: Address): boolean =>
  address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress()

function masked(address: Address, bits: number): string {
  const bytes = address.toByteArray().map((byte, n) => {
    const kept = Math.min(8, Math.max(0, bits - n * 8))
    return byte & (0xff00 >> kept) & 0xff
  })
  return ipaddr.fromByteArray(bytes).toString()
}
