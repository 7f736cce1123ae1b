import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

type Range = ReturnType<typeof ipaddr.parseCIDR>

function rangeOf(text: string): Range {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** One spelling per address: IPv4 inside IPv6 becomes IPv4. */
function plain(text: string): string | null {
  const bare = text.trim().replace(/^\[|\](:\d+)?$/g, '')
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : null
}

/**
 * Reads who a request comes from. `x-forwarded-for` counts only as far as each hop that wrote it is one of `trusted`
 * (addresses or CIDR ranges): the chain is walked from the right, and the first address that is not trusted is the client.
 */
export function createAddressReader(trusted: readonly string[]): (request: IncomingMessage) => string | null {
  const ranges = trusted.map(rangeOf)
  const isTrusted = (address: string): boolean => {
    const parsed = ipaddr.parse(address)
    return ranges.some(([range, bits]) => range.kind() === parsed.kind() && parsed.match(range, bits))
  }
  /** A connection's other end stays the same however many requests it sends. */
  const peers = new WeakMap<object, string | null>()
  function peerOf({ socket }: IncomingMessage): string | null {
    const known = peers.get(socket)
    if (known !== undefined) return known
    const peer = socket.remoteAddress ? plain(socket.remoteAddress) : null
    peers.set(socket, peer)
    return peer
  }
  return (request) => {
    const peer = peerOf(request)
    if (peer === null || ranges.length === 0 || !isTrusted(peer)) return peer
    const header = request.headers['x-forwarded-for']
    const chain = (Array.isArray(header) ? header.join(',') : (header ?? ''))
      .split(',')
      .filter((hop) => hop.trim() !== '')
    let client = peer
    for (const hop of chain.reverse()) {
      const address = plain(hop)
      if (address === null) return client
      client = address
      if (!isTrusted(address)) return client
    }
    return client
  }
}

/** Whether a request was made on this very machine and not handed on by a proxy running here. */
export function isLocal(request: IncomingMessage): boolean {
  const peer = request.socket.remoteAddress ? plain(request.socket.remoteAddress) : null
  const handedOn = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined
  return peer !== null && !handedOn && ipaddr.parse(peer).range() === 'loopback'
}
