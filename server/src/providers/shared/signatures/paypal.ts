import { crc32 } from 'node:zlib'
import type { Verification, Verify, VerifyFacts, WebhookRequest } from '../../webhook.ts'
import { createChainCheck, holdsAt, readBundle, standsFor, type Bundle } from './certificate-chain.ts'
import { decode, headerOf, judgeAge, malformed, missing, timeOf } from './proof.ts'
import { fitsKey, isKey, remember } from './public-key.ts'

export interface TransmissionOptions {
  /** Exact names of the hosts whose certificates are believed, by https on its own port. */
  readonly hosts: readonly string[]
  /** Whom such a certificate must stand for. */
  readonly domain: string
  /** Name of the provider's host that leads to its lab twin, whose certificates are believed for simulated connections. */
  readonly twin: string
  /** How old the signed time may be, in milliseconds, where late tries carry the time of the first. Default: the hub's. */
  readonly windowMs?: number
  /** PEM of the authorities that are believed. Default: those Node.js comes with. */
  readonly roots?: readonly string[]
}

const names = {
  id: 'paypal-transmission-id',
  time: 'paypal-transmission-time',
  signature: 'paypal-transmission-sig',
  certificate: 'paypal-cert-url',
  algorithm: 'paypal-auth-algo',
} as const

/**
 * PayPal: RSA over `transmission id|time|webhook id|CRC-32 of the body`, with a certificate whose address comes along.
 * The webhook's id is what the source holds: its registration's, or one pasted. The address is only read when it is the
 * vendor's; a certificate read there must stand for the vendor's domain, be within its time and must not vouch for itself.
 */
export function transmission(options: TransmissionOptions): Verify {
  const read = remember(readBundle)
  const chainOf = createChainCheck(options.roots)

  function whyNot(bundle: Bundle | null, fromTwin: boolean, at: number): string | null {
    if (bundle === null) return 'There is no certificate at the address it gives.'
    if (!isKey(bundle.leaf.publicKey, 'rsa')) return 'The certificate has no RSA key of at least 2048 bits.'
    if (!holdsAt(bundle.leaf, at)) return 'The certificate is not within its time.'
    if (fromTwin) return null
    if (!standsFor(bundle.leaf, options.domain)) return `The certificate does not stand for ${options.domain}.`
    // A way that ends before a root is common, vendors leave out what lies between; https from the vendor's own host stands in.
    return chainOf(bundle, at) === 'broken' ? 'No known authority vouches for the certificate.' : null
  }

  return async (request, facts) => {
    const parts = partsOf(request)
    if ('verdict' in parts) return parts
    const place = placeOf(parts.address, options, facts)
    if (place === null)
      return { verdict: 'BAD_KEY', detail: 'The address of its certificate is not one of the vendor’s.' }
    const ids = [...new Set([...facts.registrationIds, ...facts.secrets])].filter((id) => id !== '')
    if (ids.length === 0)
      return {
        verdict: 'NO_SECRET',
        detail: 'The vendor’s id of this webhook is not known, and it is part of what is signed.',
      }
    const bundle = await facts.fetchKey(place.url).then(read, (error: unknown) => fetchFault(error))
    if (bundle !== null && 'verdict' in bundle) return bundle
    // Verified again later, the certificate may have ended meanwhile: it must have held when it signed.
    const reason = whyNot(bundle, place.twin, facts.toleranceMs === null ? parts.at : facts.now)
    if (reason !== null || bundle === null) return { verdict: 'BAD_KEY', ...(reason !== null && { detail: reason }) }
    const key = bundle.leaf.publicKey
    const sum = crc32(request.body)
    if (!ids.some((id) => fitsKey(key, parts.signature, `${parts.id}|${parts.time}|${id}|${sum}`)))
      return { verdict: 'BAD_SIGNATURE', detail: 'Or it was signed for a webhook with another id.' }
    return judgeAge(parts.at, facts, options.windowMs)
  }
}

/**
 * Retries go on for three days, and whether they carry a new time is written nowhere: refusing them would lose payments,
 * while a recording played again within that time has a known event id and is stored once.
 */
const retryWindowMs = 3 * 86_400_000 + 3_600_000

/** PayPal as it is. */
export const paypalTransmission: Verify = transmission({
  hosts: ['api.paypal.com', 'api.sandbox.paypal.com'],
  domain: 'paypal.com',
  twin: 'api',
  windowMs: retryWindowMs,
})

interface Parts {
  readonly id: string
  readonly time: string
  readonly at: number
  readonly signature: Uint8Array
  readonly address: string
}

function partsOf(request: WebhookRequest): Parts | Verification {
  const id = headerOf(request, names.id)
  const time = headerOf(request, names.time)
  const signature = headerOf(request, names.signature)
  const address = headerOf(request, names.certificate)
  if (id === null || time === null || signature === null || address === null)
    return missing('One of the paypal-transmission headers or paypal-cert-url is not there.')
  if (!/^sha256withrsa$/i.test(headerOf(request, names.algorithm) ?? 'SHA256withRSA'))
    return malformed('It is signed with another algorithm than SHA256withRSA.')
  // The parts are joined with "|": one that holds it could be cut elsewhere.
  if (!/^[\w-]{1,100}$/.test(id)) return malformed('The transmission id is not one of the vendor’s.')
  const at = timeOf(time, 'iso')
  if (at === null) return malformed('The transmission time is no time.')
  const bytes = decode(signature, 'base64', null)
  return bytes === null ? malformed('The signature is not base64.') : { id, time, at, signature: bytes, address }
}

/** Where a certificate may be read; null for any address that is not the vendor's or its twin's. */
function placeOf(
  address: string,
  { hosts, domain, twin }: TransmissionOptions,
  facts: VerifyFacts,
): { readonly url: string; readonly twin: boolean } | null {
  const url = URL.parse(address)
  if (url === null || url.username !== '' || url.password !== '') return null
  url.hash = ''
  if (url.protocol === 'https:' && url.port === '' && hosts.includes(url.hostname))
    return { url: url.href, twin: false }
  const base = new URL(facts.hostUrl(twin))
  const isVendor = base.hostname === domain || base.hostname.endsWith(`.${domain}`)
  const isBelow = url.origin === base.origin && url.pathname.startsWith(`${base.pathname.replace(/\/$/, '')}/`)
  return !isVendor && isBelow ? { url: url.href, twin: true } : null
}

/** Words of a failed fetch; they name a host and a reason, never more. */
function fetchFault(error: unknown): Verification {
  return { verdict: 'BAD_KEY', ...(error instanceof Error && { detail: error.message }) }
}
