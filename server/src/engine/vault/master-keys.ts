import type { KeyWrapper } from './contract.ts'
import { localWrapper, masterKeyBytes } from './local-wrapper.ts'

export interface ParsedMasterKeys {
  /** In the order given, the first is the primary one. Only to be used when there are no faults. */
  readonly wrappers: readonly KeyWrapper[]
  /** Everything that is wrong, in words that name the entry and never show a key. */
  readonly faults: readonly string[]
}

const idShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const base64Shape = /^[A-Za-z0-9+/_-]+={0,2}$/
const howTo = 'make one with: openssl rand -base64 32'

/**
 * Reads "id:base64,id:base64" (a comma or a new line between entries), the primary key first. `origin` names the variable
 * or file in messages. Lines that begin with # are skipped.
 */
export function parseMasterKeys(text: string, origin: string): ParsedMasterKeys {
  const entries = text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !entry.startsWith('#'))
  if (entries.length === 0) {
    return { wrappers: [], faults: [`${origin} holds no master key. Write id:base64 with 32 random bytes; ${howTo}.`] }
  }
  const faults: string[] = []
  const found = new Map<string, Buffer>()
  for (const [index, entry] of entries.entries()) {
    const key = readEntry(entry, { label: `${origin}, entry ${index + 1}`, found })
    if (typeof key === 'string') faults.push(key)
    else found.set(key.id, key.bytes)
  }
  const wrappers = [...found].map(([id, bytes]) => localWrapper(id, bytes, origin))
  for (const bytes of found.values()) bytes.fill(0)
  return { wrappers, faults }
}

/** The entry's key, or what is wrong with it. */
function readEntry(
  entry: string,
  { label, found }: { label: string; found: ReadonlyMap<string, Buffer> },
): { id: string; bytes: Buffer } | string {
  const colon = entry.indexOf(':')
  // Without a colon the whole entry may be the key itself, so nothing of it is shown.
  if (colon < 1) return `${label} has no id. Write it as id:base64, for example 2026-11:<32 bytes in base64>.`
  const id = entry.slice(0, colon)
  if (!idShape.test(id)) {
    return `${label} has an id that does not fit: use letters, digits, dot, dash and underscore, at most 64.`
  }
  const encoded = entry.slice(colon + 1).trim()
  if (!base64Shape.test(encoded)) return `${label} ("${id}"): the key is not base64; ${howTo}.`
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length !== masterKeyBytes) {
    return `${label} ("${id}"): the key has ${bytes.length} bytes and needs ${masterKeyBytes}; ${howTo}.`
  }
  if (bytes.every((byte) => byte === bytes[0])) return `${label} ("${id}"): the key is one byte repeated; ${howTo}.`
  if (found.has(id)) return `${label}: the id "${id}" was already used. Every key needs an id of its own.`
  for (const [other, known] of found) {
    if (known.equals(bytes))
      return `${label} ("${id}"): the same key as "${other}". A new id needs a new key; ${howTo}.`
  }
  return { id, bytes }
}
