import ipaddr from 'ipaddr.js'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** A network in CIDR notation, parsed. */
export type Network = readonly [Address, number]

/**
 * Addresses where clouds hand out machine credentials. Refused even inside an allowed network. The link-local and
 * unique-local ones are listed because an operator may allow those networks; 168.63.129.16 (Azure) lies in public space.
 */
const metadataAddresses = new Set(
  [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    '169.254.169.253',
    '100.100.100.200',
    '192.0.0.192',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
  ].map((text) => ipaddr.parse(text).toNormalizedString()),
)

const metadataNames =
  /^(metadata|instance-data|metadata\.google\.internal|metadata\.goog|metadata\.azure\.(com|internal)|instance-data\.ec2\.internal|metadata\.tencentyun\.com|metadata\.packet\.net|metadata\.platformequinix\.com)$/

const words: Readonly<Record<string, string>> = {
  unspecified: 'the unspecified address',
  broadcast: 'the broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'this machine itself',
  carrierGradeNat: 'a carrier-grade NAT address',
  private: 'a private network',
  uniqueLocal: 'a private network',
  deprecatedSiteLocal: 'a private network',
  benchmarking: 'a benchmarking network',
}

/** Parses CIDR text (`10.0.0.0/8`, `fd00::/8`); a single address means itself. Throws on anything else. */
export function parseNetwork(text: string): Network {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** Is this text an address or a CIDR network, rather than a name. */
export function isNetwork(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text)
}

/** Why this host name may not be looked up at all, or null. The name is lower case and without a trailing dot. */
export function whyNotName(name: string): string | null {
  if (metadataNames.test(name)) return 'a cloud metadata service'
  if (name === 'localhost' || name.endsWith('.localhost')) return 'this machine itself'
  return null
}

/**
 * Why the hub may not talk to this address, or null when it may. Every spelling ends in the same bytes, and bytes are
 * what is judged: mapped and NAT64 addresses are judged by the IPv4 address inside (IPv6-only networks reach public
 * vendors that way), other embeddings (6to4, Teredo, compatible) are refused outright, no vendor lives there any more.
 * Ranges: IANA special-purpose registries, RFC 6890 and its updates.
 */
export function whyNotAddress(text: string, allowed: readonly Network[] = []): string | null {
  const zoneless = text.split('%')[0] ?? ''
  if (!ipaddr.isValid(zoneless)) return 'no address at all'
  const address = unwrap(ipaddr.parse(zoneless))
  if (metadataAddresses.has(address.toNormalizedString())) return 'a cloud metadata service'
  if (allowed.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))) return null
  const range = address.range()
  if (range !== 'unicast') return words[range] ?? 'a reserved address'
  // Everything vendors use lies in 2000::/3; the rest of the space is not handed out, or embeds IPv4 (::1.2.3.4).
  if (address instanceof ipaddr.IPv6 && (address.parts[0] ?? 0) >> 13 !== 1) return 'a reserved address'
  return null
}

function unwrap(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  const isNat64 = address.match(ipaddr.IPv6.parse('64:ff9b::'), 96)
  return isNat64 ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address
}
