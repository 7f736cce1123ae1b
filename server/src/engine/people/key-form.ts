import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

// pb_live_ or pb_dev_, 43 characters of 62 (256 random bits), and six more that are the checksum of what stands before
// them, as GitHub's tokens have it: a typo, a cut or a made-up key is known as such without asking anybody.

export type KeyEnvironment = 'DEVELOPMENT' | 'PRODUCTION'

const schemes: Readonly<Record<KeyEnvironment, string>> = { DEVELOPMENT: 'pb_dev_', PRODUCTION: 'pb_live_' }
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const bodyLength = 43
const sumLength = 6
/** Random characters a key may be recognised by; 220 bits stay unknown. */
const shownLength = 6

const checked = /^(pb_(?:live|dev)_[0-9A-Za-z]{43})([0-9A-Za-z]{6})$/
/** Keys made before there was a checksum. */
const unchecked = /^pb_[\w-]{43}$/

/** SHA-256 in hex: what is kept of a key. Keys are long and random, so a slow hash would buy nothing. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** A new key of 256 random bits. */
export function newApiKey(
  environment: KeyEnvironment = 'PRODUCTION',
  random: (bytes: number) => Uint8Array = randomBytes,
): string {
  const characters: string[] = []
  while (characters.length < bodyLength)
    for (const byte of random(bodyLength))
      // Bytes above the last whole multiple would favour the first characters.
      if (byte < 256 - (256 % alphabet.length) && characters.length < bodyLength)
        characters.push(alphabet[byte % alphabet.length] ?? '')
  const body = `${schemes[environment]}${characters.join('')}`
  return `${body}${checksum(body)}`
}

/** The part of a key that may be shown. */
export function prefixOf(key: string): string {
  const scheme = Object.values(schemes).find((one) => key.startsWith(one))
  return key.slice(0, scheme === undefined ? 11 : scheme.length + shownLength)
}

/**
 * Whether a text can be a key: `GOOD` when it is whole, `BAD` when it is mistyped, cut or made up, `ODD` when its form
 * says nothing, as of a bootstrap key that somebody chose.
 */
export function formOf(key: string): 'GOOD' | 'BAD' | 'ODD' {
  const match = checked.exec(key)
  if (match !== null) return checksum(match[1] ?? '') === match[2] ? 'GOOD' : 'BAD'
  return unchecked.test(key) ? 'GOOD' : 'ODD'
}

function checksum(body: string): string {
  let rest = crc32(body)
  let text = ''
  while (text.length < sumLength) {
    text = `${alphabet[rest % alphabet.length] ?? ''}${text}`
    rest = Math.floor(rest / alphabet.length)
  }
  return text
}
