import { createHmac } from 'node:crypto'
import type { VerifyFacts } from '@patchbay/server/providers/webhook.ts'

/** Lower-case names. */
export type Headers = Readonly<Record<string, string>>

/** What a vendor adds to a message to prove it, and what it changes for that. */
export interface Signed {
  readonly headers: Headers
  /** The message with the proof in it, where it is part of the body (Mailgun, Telr). Default: the body as it was. */
  readonly body?: Buffer
  /** The address with the proof in it, where that is a parameter (Twilio's digest of JSON). Default: the address as it was. */
  readonly url?: string
}

/** Somebody who can sign as a vendor does: what the source holds of it, and what it sends. */
export interface Key {
  /** The source's secret; null where the source holds none, because the vendor publishes its key (ShipStation). */
  readonly secret: string | null
  /** @param at milliseconds since 1970 @param url address of the source as the vendor was told it */
  readonly sign: (body: Buffer, at: number, url: string) => Signed
}

/** A request as it arrives at a source. */
export interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: Buffer
}

/** Where a request carries a part of its proof: a header, or a place that is named as such. */
export type Proof =
  | string
  /** Parameter of the address. */
  | { readonly query: string }
  /** Field of a form. */
  | { readonly form: string }
  /** Path to a text in a JSON body. */
  | { readonly json: readonly (string | number)[] }

/** How a vendor signs, written a second time and apart from the hub's own code, with the vendor's package where there is one. */
export interface Scheme {
  readonly slug: string
  /** A key nobody else has; each call makes another. */
  readonly makeKey: () => Promise<Key>
  /** A key the vendor never published, where sources hold no secret. */
  readonly makeForeignKey?: () => Promise<Key>
  /** How long a signed time holds, in milliseconds; null where none is signed. */
  readonly holdsMs: number | null
  /** Does the proof cover the body. */
  readonly coversBody: boolean
  /** Does the proof cover the address. Default: false. */
  readonly coversUrl?: boolean
  /** Everything in a request that is part of the proof: without any one of them there is none. */
  readonly proofs: readonly Proof[]
  /** A body as this vendor sends it, where it is not JSON: every byte of it must count. */
  readonly sample?: { readonly contentType: string; readonly body: string }
  /** What the source knows beside its secrets. */
  readonly facts?: Partial<VerifyFacts>
  /** The vendor's own package, as a judge that knows nothing of the hub. */
  readonly witness?: (sent: Sent, secret: string, at: number) => boolean | Promise<boolean>
}

/** What is found at the vendors' own addresses: certificates and key sets, by URL. */
export const published = new Map<string, string>()

/** A connection of a source, for facts that a scheme adds settings to. */
export const connection: VerifyFacts['connection'] = {
  id: 'connection-1',
  environment: 'SANDBOX',
  settings: {},
  baseUrl: null,
}

/** Random bytes: no two keys are alike. */
export const random = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)))

/** Whole seconds since 1970. */
export const seconds = (at: number) => Math.floor(at / 1000)

/** HMAC-SHA256 over the parts, one after the other. */
export function hmac(key: string | Buffer, encoding: 'hex' | 'base64', ...parts: readonly (string | Buffer)[]): string {
  const hash = createHmac('sha256', key)
  for (const part of parts) hash.update(part)
  return hash.digest(encoding)
}

/** A witness that throws where it does not believe. */
export function holds(check: () => unknown): boolean {
  try {
    return check() !== false
  } catch {
    return false
  }
}
