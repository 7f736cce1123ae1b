import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM with a random nonce, as nonce ‖ tag ‖ ciphertext. `bound` is authenticated and not stored. */
export function encrypt(key: KeyObject | Uint8Array, plaintext: Uint8Array, bound: string): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(bound))
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const out = new Uint8Array(nonceBytes + tagBytes + body.length)
  out.set(nonce)
  out.set(cipher.getAuthTag(), nonceBytes)
  out.set(body, nonceBytes + tagBytes)
  return out
}

/** Throws for a wrong key, altered bytes or another `bound`; which of them it was cannot be told. */
export function decrypt(key: KeyObject | Uint8Array, sealed: Uint8Array, bound: string): Buffer {
  if (sealed.length < nonceBytes + tagBytes) throw new RangeError('shorter than a nonce and a tag')
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(bound))
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  const body = decipher.update(sealed.subarray(nonceBytes + tagBytes))
  try {
    return Buffer.concat([body, decipher.final()])
  } finally {
    // What update() gave out is plaintext, authentic or not.
    body.fill(0)
  }
}
