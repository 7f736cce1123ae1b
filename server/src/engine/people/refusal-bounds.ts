import { neighbourhoodOf } from './networks.ts'

/** Different beginnings shown of one address and hour; more are one row of `…`. */
const prefixesPerAddress = 5
/** Different addresses of one network and hour; more are the network. */
const addressesPerNetwork = 32
/** Networks of one hour; more are one row. */
const mostNetworks = 2_000

export const many = '…'

/**
 * Keeps a flood from becoming a table: what is told apart within an hour is bounded, and beyond that counted together.
 * At most 2,000 × 33 × 6 rows an hour in the worst case, and for a flood from one address six.
 */
export class RefusalBounds {
  #hour = 0
  #prefixes = new Map<string, Set<string>>()
  #addresses = new Map<string, Set<string>>()

  /** What to tell apart. The prefix of a known key needs no bound and is not given. */
  fit(hour: number, address: string, prefix: string | null): { address: string; prefix: string | null } {
    if (hour !== this.#hour) {
      this.#hour = hour
      this.#prefixes = new Map()
      this.#addresses = new Map()
    }
    const network = neighbourhoodOf(address)
    const shownNetwork = this.#addresses.has(network) || this.#addresses.size < mostNetworks ? network : many
    const addresses = room(this.#addresses, shownNetwork)
    const shown = admit(addresses, address, addressesPerNetwork) ? address : shownNetwork
    if (prefix === null) return { address: shown, prefix }
    const prefixes = room(this.#prefixes, shown)
    return { address: shown, prefix: admit(prefixes, prefix, prefixesPerAddress) ? prefix : many }
  }
}

function room(map: Map<string, Set<string>>, name: string): Set<string> {
  const known = map.get(name) ?? new Set<string>()
  map.set(name, known)
  return known
}

function admit(known: Set<string>, value: string, most: number): boolean {
  if (known.has(value)) return true
  if (known.size >= most) return false
  known.add(value)
  return true
}
