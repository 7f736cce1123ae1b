import type { Verification, VerifyFacts } from '../../webhook.ts'
import { type KeyKind, fitsKey, readPublicKey, remember } from './public-key.ts'

/** Judges a signature by the public keys among the source's secrets; every one is tried. */
export function knownKeys(kind: KeyKind) {
  const read = remember((text) => readPublicKey(text, kind))
  return (signature: Uint8Array, parts: readonly (string | Uint8Array)[], facts: VerifyFacts): Verification => {
    const secrets = facts.secrets.filter((secret) => secret !== '')
    if (secrets.length === 0) return { verdict: 'NO_SECRET', detail: 'The source has no public key to verify with.' }
    const keys = secrets.flatMap((secret) => read(secret) ?? [])
    if (keys.length === 0) return { verdict: 'BAD_KEY', detail: 'What the source holds is no public key of this kind.' }
    return { verdict: keys.some((key) => fitsKey(key, signature, ...parts)) ? 'VERIFIED' : 'BAD_SIGNATURE' }
  }
}
