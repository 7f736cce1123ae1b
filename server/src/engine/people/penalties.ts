import { LRUCache } from 'lru-cache'
import { neighbourhoodOf } from './networks.ts'

const spanMs = 60_000
/** Refused keys from one address per minute before it has to wait. */
const perAddress = 30
/** The same for everybody of its network: who has a whole one does not begin anew with every address. */
const perNetwork = 240
/** Addresses and networks remembered; the ones that were quiet longest are forgotten first. */
const mostRemembered = 20_000

interface Count {
  refused: number
  readonly until: number
}

/** Counts refused keys by address and network, in bounded memory and without asking anybody. */
export class Penalties {
  readonly #now: () => number
  readonly #counts = new LRUCache<string, Count>({ max: mostRemembered })

  constructor(now: () => number) {
    this.#now = now
  }

  /** Seconds until this address may try again; 0 when it may. */
  wait(address: string): number {
    const now = this.#now()
    const left = (key: string, most: number): number => {
      const count = this.#counts.get(key)
      return count !== undefined && count.until > now && count.refused >= most ? count.until - now : 0
    }
    return Math.ceil(Math.max(left(address, perAddress), left(neighbourhoodOf(address), perNetwork)) / 1000)
  }

  add(address: string): void {
    const now = this.#now()
    for (const key of [address, neighbourhoodOf(address)]) {
      const count = this.#counts.get(key)
      if (count !== undefined && count.until > now) count.refused += 1
      else this.#counts.set(key, { refused: 1, until: now + spanMs })
    }
  }
}
