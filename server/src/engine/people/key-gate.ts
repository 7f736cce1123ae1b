import { RateLimitedError, UnauthenticatedError } from '@patchbay/schema/errors.ts'
import { LRUCache } from 'lru-cache'
import type { ApiKeys, KnownKey } from './api-keys.ts'
import type { Authenticated } from './contract.ts'
import { formOf, hashApiKey, prefixOf } from './key-form.ts'
import type { KeyRate } from './key-rate.ts'
import type { KeyUse, RefusalReason } from './key-use.ts'
import { isWithin } from './networks.ts'
import type { Penalties } from './penalties.ts'
import { many } from './refusal-bounds.ts'

/** Says nothing of why: a guesser learns whether a key is good, and nothing else. */
const refused =
  'This API key is unknown, revoked or expired, or may not be used from here. Create a new one, or check that it was copied whole.'
/** Pairs of key and address that proved good and so are not held up by somebody else's failures. */
const mostProven = 10_000
const provenMs = 24 * 3_600_000
/** Good keys whose hash is at hand: whoever has one shows it with every request. */
const mostHashed = 1_000

export interface KeyGateOptions {
  readonly keys: ApiKeys
  readonly rate: KeyRate
  readonly use: KeyUse
  readonly penalties: Penalties
  readonly now: () => number
}

/** Lets good keys in. */
export class KeyGate {
  readonly #options: KeyGateOptions
  readonly #proven: LRUCache<string, true>
  readonly #hashes = new Map<string, string>()

  constructor(options: KeyGateOptions) {
    this.#options = options
    this.#proven = new LRUCache({ max: mostProven, ttl: provenMs, perf: { now: options.now } })
  }

  /**
   * The viewer a key stands for.
   * @throws UnauthenticatedError with the same words whatever the reason, RateLimitedError where too many were refused
   */
  async admit(key: string, ipAddress: string | null): Promise<Authenticated> {
    const { keys, now } = this.#options
    const hashed = this.#hashes.get(key)
    const familiar = hashed === undefined ? undefined : keys.remembered(hashed)
    if (familiar !== undefined && faultOf(familiar, ipAddress, now()) === null) return familiar.viewer
    const address = ipAddress ?? 'unknown'
    const form = formOf(key)
    if (form === 'BAD') {
      this.#holdUp(key, address)
      throw this.#refuse(null, key, address, 'UNKNOWN')
    }
    const hash = hashApiKey(key)
    const known = keys.remembered(hash)
    if (known !== undefined && faultOf(known, ipAddress, now()) === null) return known.viewer
    // One who was good here before is not made to wait for what others of the same address try.
    if (!this.#proven.has(`${hash} ${address}`)) this.#holdUp(key, address)
    if (form === 'ODD' && !(await keys.isOdd(hash))) throw this.#refuse(null, key, address, 'UNKNOWN')
    const { rings } = keys
    const found = await keys.find(hash)
    const fault = found === null ? 'UNKNOWN' : faultOf(found, ipAddress, now())
    if (found === null || fault !== null) {
      this.#proven.delete(`${hash} ${address}`)
      throw this.#refuse(found, key, address, fault ?? 'UNKNOWN')
    }
    keys.keep(hash, found, rings)
    this.#proven.set(`${hash} ${address}`, true)
    if (this.#hashes.size >= mostHashed) this.#hashes.clear()
    this.#hashes.set(key, hash)
    return found.viewer
  }

  /** Counts one request of a key. @throws RateLimitedError beyond its rate */
  async spend({ id, organizationId, key }: Authenticated, ipAddress: string | null): Promise<void> {
    const { rate, use } = this.#options
    try {
      if (key !== undefined && key.ratePerMinute !== null) await rate.take(id, key.ratePerMinute)
    } catch (error) {
      if (error instanceof RateLimitedError)
        use.refused({ key: { id, organizationId }, prefix: key?.prefix ?? '', ipAddress, reason: 'RATE' })
      throw error
    }
    use.used({ id, organizationId, ipAddress })
  }

  #holdUp(key: string, address: string): void {
    const seconds = this.#options.penalties.wait(address)
    if (seconds === 0) return
    this.#options.use.refused({ key: null, prefix: shownOf(key), ipAddress: address, reason: 'RATE' })
    throw new RateLimitedError(seconds)
  }

  #refuse(found: KnownKey | null, key: string, address: string, reason: RefusalReason): UnauthenticatedError {
    const { use, penalties } = this.#options
    penalties.add(address)
    const owner = found === null ? null : { id: found.viewer.id, organizationId: found.viewer.organizationId }
    use.refused({ key: owner, prefix: found?.prefix ?? shownOf(key), ipAddress: address, reason })
    return new UnauthenticatedError(refused)
  }
}

/** What may be kept of a refused text. One that is no key of the hub may be another secret in the wrong place. */
const shownOf = (key: string): string => (key.startsWith('pb_') ? prefixOf(key) : `${key.slice(0, 4)}${many}`)

function faultOf(key: KnownKey, ipAddress: string | null, now: number): RefusalReason | null {
  if (key.revoked) return 'REVOKED'
  if (key.expiresAt !== null && key.expiresAt <= now) return 'EXPIRED'
  return key.networks.length > 0 && !isWithin(ipAddress, key.networks) ? 'NETWORK' : null
}
