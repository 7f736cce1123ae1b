import { createHmac } from 'node:crypto'
import type { Verify, VerifyFacts } from '@patchbay/server/providers/webhook.ts'

/** Everything a vendor puts together before it sends. */
export interface Letter {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** One who signs: what the source holds of him, and what he signs with. */
export interface Party {
  readonly held: string
  readonly key: string
}

export interface Draft {
  readonly party: Party
  readonly body: Uint8Array
  /** Milliseconds since 1970. */
  readonly at: number
  readonly url: string
}

/** A family as one of its vendors uses it. The signing side is written anew, from the vendors' descriptions. */
export interface Case {
  readonly verify: Verify
  /** Two that the source may know, and a stranger. */
  readonly parties: readonly [Party, Party, Party]
  readonly sign: (draft: Draft) => Letter
  /** Where the signature is: a header, or a place in the body for which `resign` puts another text. */
  readonly proof: string | { readonly resign: (letter: Letter, signature: (old: string) => string) => Letter }
  /** All headers without which nothing is proven. */
  readonly needs: readonly string[]
  /** Default: the sample. */
  readonly body?: string
  /** False where the proof says nothing of the body. */
  readonly coversBody?: boolean
  /** How old a signed time may be; absent where none is signed. */
  readonly windowMs?: number
  /** Is the address signed. */
  readonly coversUrl?: boolean
  /** Facts beside the time; default: the parties are the secrets. */
  readonly facts?: (held: readonly Party[]) => Partial<VerifyFacts>
}

export const text = (body: Uint8Array) => Buffer.from(body).toString()
export const bytes = (body: string) => new TextEncoder().encode(body)
export const hmac = (key: string | Buffer, encoding: 'hex' | 'base64', ...parts: readonly (string | Uint8Array)[]) => {
  const hash = createHmac('sha256', key)
  for (const part of parts) hash.update(part)
  return hash.digest(encoding)
}
export const plain = (...held: readonly [string, string, string]): Case['parties'] => {
  const [first, second, stranger] = held.map((secret) => ({ held: secret, key: secret }))
  return [first!, second!, stranger!]
}
export const secrets = plain('first-secret', 'second-secret', 'stranger-secret')
export const post = (draft: Draft, headers: Readonly<Record<string, string>>): Letter => ({
  method: 'POST',
  url: draft.url,
  body: draft.body,
  headers: { 'content-type': 'application/json', ...headers },
})
export const form = { 'content-type': 'application/x-www-form-urlencoded' }

export const seconds = (at: number) => String(Math.floor(at / 1000))
