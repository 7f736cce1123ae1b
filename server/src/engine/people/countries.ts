import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import ipaddr from 'ipaddr.js'
import { isPrivate } from './networks.ts'

// The data is @ip-location-db/asn-country: ranges of addresses and the country their holder registered them in, from the
// public records of the five registries (CC0). Good enough to notice a key that appears elsewhere; not a place on a map.

/** ISO 3166-1 alpha-2 of addresses; null for private ones and those nobody knows. */
export interface Countries {
  of(address: string): Promise<string | null>
}

/** Sorted beginnings and ends of ranges. IPv6 by its first 64 bits: nobody is given less. */
interface Ranges<N extends number | bigint> {
  readonly from: ArrayLike<N>
  readonly to: ArrayLike<N>
  readonly country: Uint16Array
}

/** Lines read between two turns of the event loop. */
const slice = 5_000

/** Reads each file when it is first needed, which most hubs' private networks never do. */
export function createCountries(): Countries {
  let four: Promise<Ranges<number>> | null = null
  let six: Promise<Ranges<bigint>> | null = null

  return {
    async of(address) {
      if (isPrivate(address)) return null
      const parsed = ipaddr.process(address)
      if (parsed.kind() === 'ipv4') {
        four ??= read('asn-country-ipv4.csv', (size) => new Uint32Array(size), numberOf)
        return find(await four, numberOf(parsed.toString()))
      }
      six ??= read('asn-country-ipv6.csv', (size) => new BigUint64Array(size), firstHalfOf)
      return find(await six, firstHalfOf(parsed.toString()))
    },
  }
}

async function read<N extends number | bigint>(
  file: string,
  room: (size: number) => { [n: number]: N; readonly length: number },
  parse: (address: string) => N,
): Promise<Ranges<N>> {
  const path = fileURLToPath(import.meta.resolve(`@ip-location-db/asn-country/${file}`))
  const lines = (await readFile(path, 'latin1')).split('\n')
  const from = room(lines.length)
  const to = room(lines.length)
  const country = new Uint16Array(lines.length)
  let size = 0
  for (const [n, line] of lines.entries()) {
    if (n % slice === slice - 1) await new Promise((resolve) => setImmediate(resolve))
    const [first, last, code] = line.split(',')
    if (first === undefined || last === undefined || !code || code.length < 2) continue
    from[size] = parse(first)
    to[size] = parse(last)
    country[size] = (code.charCodeAt(0) << 8) | code.charCodeAt(1)
    size += 1
  }
  return { from: cut(from, size), to: cut(to, size), country: country.subarray(0, size) }
}

const cut = <N>(array: { [n: number]: N; readonly length: number }, size: number): ArrayLike<N> =>
  (array as unknown as { subarray(from: number, to: number): ArrayLike<N> }).subarray(0, size)

function find<N extends number | bigint>({ from, to, country }: Ranges<N>, wanted: N): string | null {
  let low = 0
  let high = from.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    if ((from[middle] as N) > wanted) high = middle - 1
    else if ((to[middle] as N) < wanted) low = middle + 1
    else {
      const code = country[middle] ?? 0
      return String.fromCharCode(code >> 8, code & 0xff)
    }
  }
  return null
}

function numberOf(address: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  return a * 0x1000000 + b * 0x10000 + c * 0x100 + d
}

function firstHalfOf(address: string): bigint {
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  // What "::" stands for are zeros; of what follows it only a part may lie in the first half.
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const whole =
    tail === undefined ? groups : [...groups, ...Array<string>(8 - groups.length - after.length).fill('0'), ...after]
  return BigInt(`0x${[0, 1, 2, 3].map((n) => (whole[n] ?? '0').padStart(4, '0')).join('')}`)
}
