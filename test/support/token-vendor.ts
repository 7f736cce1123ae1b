import { createHash } from 'node:crypto'
import { answerJson, startVendor, type Seen, type VendorServer } from './vendor-server.ts'

/** What the token endpoint does with the next requests. */
export type TokenMood = 'ok' | 'transient' | 'used' | 'revoked' | 'polite' | 'client' | 'limited' | 'cut' | 'garbage'

export interface TokenVendor extends AsyncDisposable {
  readonly server: VendorServer
  mood: TokenMood
  /** Seconds a new access token lives; null names no end. */
  lifetime: number | null
  /** Runs before a token request is answered, for tests that need a moment in between. */
  before: (seen: Seen) => void | Promise<void>
  /** Token requests that were answered with a token. */
  readonly granted: Seen[]
  /** Token requests in all. */
  readonly asked: Seen[]
  /** The refresh token that is good now; each use makes another one. */
  refreshToken: string
  readonly codes: Map<string, { readonly challenge: string | null }>
}

export const tokenClient = { clientId: 'client-17', clientSecret: 'client-secret-0123456789' }

/** An authorization server with rotating refresh tokens. */
export async function startTokenVendor(): Promise<TokenVendor> {
  let n = 0
  const server = await startVendor(async (seen, answer) => {
    if (seen.url !== '/token') return answerJson(answer, 404, {})
    vendor.asked.push(seen)
    await vendor.before(seen)
    const refuse = (status: number, error: string, error_description: string) =>
      answerJson(answer, status, { error, error_description })
    switch (vendor.mood) {
      case 'transient':
        return refuse(503, 'temporarily_unavailable', 'later')
      case 'limited':
        return refuse(429, 'slow_down', 'later')
      case 'used':
        return refuse(400, 'invalid_grant', 'The refresh token was already used.')
      case 'revoked':
        return refuse(400, 'invalid_grant', `Token ${vendor.refreshToken} has been expired or revoked.`)
      case 'polite':
        return refuse(200, 'invalid_grant', 'The token is expired or revoked.')
      case 'client':
        return refuse(401, 'invalid_client', 'Client authentication failed.')
      case 'cut':
        return void answer.destroy()
      case 'garbage':
        return void answer.writeHead(200, { 'content-type': 'text/html' }).end('<html>')
      case 'ok':
    }
    const isJson = seen.headers['content-type']?.includes('json') === true
    const params = isJson
      ? new URLSearchParams(JSON.parse(seen.body) as Record<string, string>)
      : new URLSearchParams(seen.body)
    const basic = Buffer.from(seen.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
    const secret = basic === '' ? params.get('client_secret') : basic.split(':')[1]
    if (secret !== tokenClient.clientSecret) return refuse(401, 'invalid_client', 'Client authentication failed.')
    if (params.get('grant_type') === 'refresh_token') {
      if (params.get('refresh_token') !== vendor.refreshToken)
        return refuse(400, 'invalid_grant', 'Token has been revoked.')
    }
    if (params.get('grant_type') === 'authorization_code') {
      const code = vendor.codes.get(params.get('code') ?? '')
      const proof = createHash('sha256')
        .update(params.get('code_verifier') ?? '')
        .digest('base64url')
      if (!code || (code.challenge !== null && code.challenge !== proof))
        return refuse(400, 'invalid_grant', 'Bad code.')
      vendor.codes.delete(params.get('code') ?? '')
    }
    n += 1
    vendor.refreshToken = `refresh-token-${n}-${'r'.repeat(20)}`
    vendor.granted.push(seen)
    const expiry = vendor.lifetime === null ? {} : { expires_in: vendor.lifetime }
    const withRefresh = params.get('grant_type') === 'client_credentials' ? {} : { refresh_token: vendor.refreshToken }
    // No token_type, like Shopify.
    answerJson(answer, 200, {
      access_token: `access-token-${n}-${'a'.repeat(20)}`,
      scope: 'read write',
      ...expiry,
      ...withRefresh,
    })
  })
  const vendor: TokenVendor = {
    server,
    mood: 'ok',
    lifetime: 3600,
    before: () => {},
    granted: [],
    asked: [],
    refreshToken: `refresh-token-0-${'r'.repeat(20)}`,
    codes: new Map(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return vendor
}
