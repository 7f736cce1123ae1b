import { createHash, hash } from 'node:crypto'
import type { WebhookSpec } from '../../providers/webhook.ts'
import { storable } from './message.ts'

/** Stands where a secret was. */
export const removed = '[removed]'

/** Does a field, header or parameter of this name carry a secret. */
export type IsSecretName = (name: string) => boolean

/** What of a request is stored beside its bytes. */
export interface Kept {
  readonly query: string
  readonly head: Readonly<Record<string, string>>
}

/** Signatures prove a request and open nothing: they are kept, to verify it again. */
const proof = /(signature|hmac|sign|sig)(-?(sha)?\d+)?$/i
/** What differs between two unproven requests besides their bytes. */
const proving = /sign|hmac|(^|-)sig($|-)|timestamp|token|auth|cert/i

/** Headers and query without what opens something. */
export function keep(
  request: { readonly headers: Readonly<Record<string, string>>; readonly search: string },
  spec: Pick<WebhookSpec, 'secretNames'>,
  isSecretName: IsSecretName,
): Kept {
  const named = namesOf(spec)
  const hides = (name: string) => named.has(name.toLowerCase()) || (isSecretName(name) && !proof.test(name))
  const { headers } = request
  const head: Record<string, string> = {}
  for (const name of Object.keys(headers)) head[name] = hides(name) ? removed : storable(headers[name] ?? '')
  return { head, query: keptQuery(request.search, hides) }
}

const namesBySpec = new WeakMap<object, ReadonlySet<string>>()

function namesOf(spec: Pick<WebhookSpec, 'secretNames'>): ReadonlySet<string> {
  const known = namesBySpec.get(spec)
  if (known !== undefined) return known
  const names = new Set(spec.secretNames?.map((name) => name.toLowerCase()))
  namesBySpec.set(spec, names)
  return names
}

/** The query as it was written, but for secrets: some vendors sign its very bytes. */
function keptQuery(search: string, hides: (name: string) => boolean): string {
  if (search.length < 2) return ''
  const pairs = search.slice(1).split('&')
  const safe = pairs.map((pair) => {
    const [name = '', value] = pair.split('=', 2)
    return value !== undefined && hides(decoded(name)) ? `${name}=${encodeURIComponent(removed)}` : pair
  })
  return storable(`?${safe.join('&')}`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** Whether something that proved the request was not stored. */
export function lacksProof({ head, query }: Kept, spec: Pick<WebhookSpec, 'secretNames'>): boolean {
  const parameters = new URLSearchParams(query)
  return (spec.secretNames ?? []).some(
    (name) => head[name.toLowerCase()] === removed || parameters.get(name) === removed,
  )
}

/** Digest of a proven request: by the vendor's id of the event, or by its bytes where there is none. */
export function digestOf(vendorEventId: string | null, body: Uint8Array): Buffer {
  return vendorEventId === null
    ? createHash('sha256').update('body:').update(body).digest()
    : hash('sha256', `id:${vendorEventId}`, 'buffer')
}

/** Digest of a part of a batch, by the vendor's id of it. */
export function partDigest(key: string): Buffer {
  return createHash('sha256').update('part:').update(key).digest()
}

/** Digest of an unproven request, of a kind of its own: whatever somebody made up, it never stands in a genuine one's way. */
export function quarantineDigest(
  request: { readonly headers: Readonly<Record<string, string>>; readonly search: string },
  body: Uint8Array,
): Buffer {
  const proofs = Object.entries(request.headers)
    .filter(([name]) => proving.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(`quarantine:${JSON.stringify([request.search, proofs])}:`)
    .update(body)
    .digest()
}
