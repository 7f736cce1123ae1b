import type { HandshakeAnswer, VerifyFacts, WebhookRequest, WebhookSpec } from '../webhook.ts'
import { headerOf, mac, same } from './signatures/proof.ts'

// Answers to what vendors ask before or besides deliveries. Nobody is proven here, so an answer must be worth nothing to
// a stranger: what is echoed is plain text, and what is signed is too short and too plain to be a message.

export type Handshake = NonNullable<WebhookSpec['handshake']>

const text = (body: string, status = 200): HandshakeAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
})
const json = (body: unknown): HandshakeAnswer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(body),
})
const empty = text('')
const refused = text('The question is not one this address answers.', 403)

/**
 * Challenges are ids. Signed with the key that also signs deliveries, a longer or freer text would be a signature for
 * whatever a stranger wants the vendor to have said.
 */
const plainId = /^[A-Za-z0-9_-]{1,128}$/

/** Meta: `hub.challenge` comes back when `hub.verify_token` is one of the tokens. @param tokensOf default: the source's secrets */
export function metaChallenge(
  tokensOf: (facts: VerifyFacts) => readonly string[] = (facts) => facts.secrets,
): Handshake {
  return ({ method, query }, facts) => {
    if (method !== 'GET' || query.get('hub.mode') !== 'subscribe') return null
    const token = query.get('hub.verify_token') ?? ''
    const challenge = query.get('hub.challenge') ?? ''
    const known = tokensOf(facts).filter((candidate) => isSame(candidate, token)).length > 0
    return known && token !== '' && plainId.test(challenge) ? text(challenge) : refused
  }
}

/** X: the HMAC of `crc_token` in base64. */
export function xChallenge(): Handshake {
  return ({ method, query }, facts) => {
    const token = query.get('crc_token')
    const [secret = ''] = facts.secrets
    if (method !== 'GET' || token === null) return null
    if (secret === '' || !plainId.test(token)) return refused
    return json({ response_token: `sha256=${mac(secret, token).toString('base64')}` })
  }
}

/** LinkedIn: the HMAC of `challengeCode` in hex beside it. */
export function linkedinChallenge(): Handshake {
  return ({ method, query }, facts) => {
    const code = query.get('challengeCode')
    const [secret = ''] = facts.secrets
    if (method !== 'GET' || code === null) return null
    if (secret === '' || !plainId.test(code)) return refused
    return json({ challengeCode: code, challengeResponse: mac(secret, code).toString('hex') })
  }
}

/** Microsoft Graph: `validationToken` comes back as plain text, never as anything a browser would run. */
export function graphValidation(): Handshake {
  return ({ method, query }) => {
    const token = query.get('validationToken')
    if (method !== 'POST' || token === null) return null
    return token.length > 0 && token.length <= 2048 ? text(token) : refused
  }
}

/** Google: the first message of a channel only says that the channel is there. */
export function googleSync(): Handshake {
  return (request, facts) => {
    if (headerOf(request, 'x-goog-resource-state') !== 'sync') return null
    const token = headerOf(request, 'x-goog-channel-token') ?? ''
    // A stranger's channel is judged, and kept, like any other message that nobody vouches for.
    const known = facts.secrets.filter((secret) => isSame(secret, token)).length > 0
    return known && token !== '' ? empty : null
  }
}

/** WooCommerce: an unsigned form `webhook_id=<number>` when a webhook is made. */
export function woocommercePing(): Handshake {
  return (request) => {
    if (request.method !== 'POST' || headerOf(request, 'x-wc-webhook-signature') !== null) return null
    return request.body.length < 64 && /^webhook_id=\d+$/.test(bodyText(request)) ? empty : null
  }
}

/** Mailchimp asks with GET whether the address is there. */
export function mailchimpProbe(): Handshake {
  return ({ method }) => (method === 'GET' || method === 'HEAD' ? empty : null)
}

/** Adobe I/O Events: `challenge` comes back. */
export function adobeChallenge(): Handshake {
  return ({ method, query }) => {
    const challenge = query.get('challenge')
    if (method !== 'GET' || challenge === null) return null
    return plainId.test(challenge) ? text(challenge) : refused
  }
}

/**
 * FreshBooks sends a verifier, which signs from then on once it is confirmed by API. Answered when the source holds it
 * already; until then it is kept with what cannot be verified, where the person who sets the webhook up finds it.
 */
export function freshbooksVerifier(): Handshake {
  return (request, facts) => {
    if (request.method !== 'POST' || request.body.length > 4096) return null
    const form = new URLSearchParams(bodyText(request))
    if (form.get('name') !== 'callback.verify') return null
    const verifier = form.get('verifier') ?? ''
    const known = facts.secrets.filter((secret) => isSame(secret, verifier)).length > 0
    return known && verifier !== '' ? empty : null
  }
}

const isSame = (one: string, other: string) => same(Buffer.from(one), Buffer.from(other))
const bodyText = ({ body }: WebhookRequest) => Buffer.from(body).toString()
