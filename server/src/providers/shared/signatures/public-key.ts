import { createPublicKey, createVerify, type KeyObject } from 'node:crypto'

export type KeyKind = 'rsa' | 'p256'

/** RSA keys below this many bits are no proof any more (NIST SP 800-131A). */
const rsaBits = 2048

/** Is it a key of this kind that may still be trusted. */
export function isKey(key: KeyObject, kind: KeyKind): boolean {
  const details = key.asymmetricKeyDetails
  if (kind === 'p256') return key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1'
  return key.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= rsaBits
}

/** Reads a public key: PEM, or the base64 between a PEM's lines. Null for anything else. */
export function readPublicKey(text: string, kind: KeyKind): KeyObject | null {
  const pem = text.includes('-----BEGIN PUBLIC KEY-----')
  try {
    const key = pem
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    return isKey(key, kind) ? key : null
  } catch {
    return null
  }
}

/** Does the signature (RSA PKCS#1 v1.5, or ECDSA in DER) over the parts fit this key, both with SHA-256. */
export function fitsKey(key: KeyObject, signature: Uint8Array, ...parts: readonly (string | Uint8Array)[]): boolean {
  const verify = createVerify('sha256')
  for (const part of parts) verify.update(part)
  return verify.verify(key, signature)
}

/** Remembers at most `limit` results by text, so that a key is parsed once and not at every request. */
export function remember<T>(read: (text: string) => T, limit = 100): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const made = read(text)
    const [oldest] = known.keys()
    if (known.size >= limit && oldest !== undefined) known.delete(oldest)
    known.set(text, made)
    return made
  }
}
