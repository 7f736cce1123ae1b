import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Verification, Verify, VerifyFacts } from '../../webhook.ts'
import { decode, headerOf, judgeAge, malformed, missing, timeOf } from './proof.ts'
import { fitsKey, isKey, remember } from './public-key.ts'

export interface RsaKeySetOptions {
  /** Header with the key's id, lower case. */
  readonly keyId: string
  /** Header of the signature, lower case. */
  readonly signature: string
  /** Header of the time in ISO 8601, lower case. */
  readonly timestamp: string
  /** Address of the vendor's JSON Web Key Set. */
  readonly keySetUrl: (facts: VerifyFacts) => string
  /** How old the signed time may be, in milliseconds, where late tries carry the time of the first. Default: the hub's. */
  readonly windowMs?: number
}

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string().optional(), kty: z.string() })).max(100) })

/** RSA over `time.body`, by a key of the set the vendor publishes, chosen by its id (ShipStation; RFC 7517). */
export function rsaKeySet(options: RsaKeySetOptions): Verify {
  const read = remember(keysOf)
  return async (request, facts) => {
    const id = headerOf(request, options.keyId)
    const value = headerOf(request, options.signature)
    const time = headerOf(request, options.timestamp)
    if (id === null || value === null || time === null)
      return missing('The header with the key’s id, the signature or the time is not there.')
    const at = timeOf(time, 'iso')
    if (at === null) return malformed(`The header ${options.timestamp} is no time.`)
    const signature = decode(value, 'base64', null)
    if (signature === null) return malformed('The signature is not base64.')
    const key = await findKey(id, options.keySetUrl(facts), facts, read)
    if ('verdict' in key) return key
    if (!fitsKey(key, signature, time, '.', request.body)) return { verdict: 'BAD_SIGNATURE' }
    return judgeAge(at, facts, options.windowMs)
  }
}

/** A new key may be younger than the copy of the set, so a set without it is asked for once more. */
async function findKey(
  id: string,
  url: string,
  facts: VerifyFacts,
  read: (text: string) => ReadonlyMap<string, KeyObject>,
): Promise<KeyObject | Verification> {
  try {
    const found = read(await facts.fetchKey(url)).get(id) ?? read(await facts.fetchKey(url, { refresh: true })).get(id)
    return found ?? { verdict: 'BAD_KEY', detail: 'The vendor publishes no key with the id it names.' }
  } catch (error) {
    return { verdict: 'BAD_KEY', ...(error instanceof Error && { detail: error.message }) }
  }
}

function keysOf(text: string): ReadonlyMap<string, KeyObject> {
  const keys = new Map<string, KeyObject>()
  for (const { kid, ...jwk } of keySet.safeParse(parsed(text)).data?.keys ?? []) {
    const key = kid === undefined ? null : rsaKeyOf(jwk)
    if (kid !== undefined && key !== null) keys.set(kid, key)
  }
  return keys
}

function rsaKeyOf({ kty, n, e, use = 'sig' }: Readonly<Record<string, unknown>>): KeyObject | null {
  if (kty !== 'RSA' || use !== 'sig' || typeof n !== 'string' || typeof e !== 'string') return null
  try {
    const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' })
    return isKey(key, 'rsa') ? key : null
  } catch {
    return null
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
