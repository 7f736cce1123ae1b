import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A small OpenID Connect issuer that checks what it is sent. */
export interface OidcIssuer {
  readonly url: string
  /** The person at the browser, from now on. */
  person: { readonly sub: string; readonly email: string; readonly email_verified: boolean; readonly name: string }
  /** Every token it handed out. */
  readonly tokens: string[]
  close(): Promise<void>
}

const json = { 'content-type': 'application/json' }
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Also speaks as Facebook does, which is OAuth with a profile. Answers /authorize at once, as for somebody who is signed in
 * already, and exchanges each code once, with PKCE.
 */
export async function startOidcIssuer(client: { id: string; secret: string }): Promise<OidcIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, { challenge: string; nonce: string | null; redirect: string }>()
  const issuer: OidcIssuer = {
    url: '',
    tokens: [],
    person: { sub: 'nobody', email: 'nobody@example.com', email_verified: true, name: 'Nobody' },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }

  const idToken = (nonce: string | null): string => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer.url,
      aud: client.id,
      iat: now,
      exp: now + 300,
      ...(nonce ? { nonce } : {}),
      ...issuer.person,
    }
    const signed = `${base64({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${base64(claims)}`
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`
  }

  async function token(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    const basic = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString()
    const [id, secret] = basic
      ? basic.split(':').map(decodeURIComponent)
      : [form.get('client_id'), form.get('client_secret')]
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const fits =
      id === client.id &&
      secret === client.secret &&
      code?.challenge === challenge &&
      code.redirect === form.get('redirect_uri')
    if (!fits) return { status: 400, body: { error: 'invalid_grant' } }
    const body = { access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token: idToken(code.nonce) }
    issuer.tokens.push(body.access_token, body.id_token)
    return { status: 200, body }
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', issuer.url)
    const send = (body: unknown, status = 200) => response.writeHead(status, json).end(JSON.stringify(body))
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return send({
          issuer: issuer.url,
          authorization_endpoint: `${issuer.url}/authorize`,
          token_endpoint: `${issuer.url}/token`,
          userinfo_endpoint: `${issuer.url}/userinfo`,
          jwks_uri: `${issuer.url}/jwks`,
          id_token_signing_alg_values_supported: ['RS256'],
        })
      case '/jwks':
        return send({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
      case '/dialog/oauth':
      case '/authorize': {
        const back = new URL(url.searchParams.get('redirect_uri') ?? '')
        const code = randomUUID()
        codes.set(code, {
          challenge: url.searchParams.get('code_challenge') ?? '',
          nonce: url.searchParams.get('nonce'),
          redirect: back.href,
        })
        back.searchParams.set('code', code)
        back.searchParams.set('state', url.searchParams.get('state') ?? '')
        return response.writeHead(302, { location: back.href }).end()
      }
      case '/v24.0/oauth/access_token':
      case '/token':
        return void token(request).then(({ status, body }) => send(body, status))
      // As Facebook tells of a person: nothing of whether the address was verified.
      case '/v24.0/me':
        return send({ id: issuer.person.sub, name: issuer.person.name, email: issuer.person.email })
      case '/userinfo':
        return send(issuer.person)
      default:
        return send({}, 404)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(issuer, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}
