import { createHash } from 'node:crypto'
import { signInPage } from './sign-in-page.ts'
import type { TokenClaims } from './tokens.ts'
import { isExpired, readToken, signToken } from './tokens.ts'
import type { Bench, LabAnswer, LabRequest } from './twin.ts'
import { json } from './twin.ts'

/** What a vendor's authorization server must remember; part of the twin's data. */
export interface OAuthState {
  /** Ids of codes and refresh tokens that were used up, with the moment they stop to matter. */
  used: Record<string, number>
}

export interface OAuthClient {
  readonly secret: string
  /** What this client may ask for. */
  readonly scopes: readonly string[]
}

/** How one vendor's authorization server differs from the next. */
export interface OAuthVendor {
  readonly slug: string
  readonly name: string
  readonly account: string
  readonly clients: Readonly<Record<string, OAuthClient>>
  /** What the vendor calls the client id. Default `client_id`. */
  readonly clientIdParam?: string
  readonly pkce: boolean
  readonly granular: boolean
  readonly rotates: boolean
  readonly grants: readonly ('authorization_code' | 'refresh_token' | 'client_credentials')[]
  readonly separator: ' ' | ','
  readonly prefixes: { readonly access: string; readonly refresh: string; readonly code: string }
  readonly refreshLifetimeSeconds: number | null
  /** The body of a success, after the fields every vendor has. */
  readonly extra?: (scopes: readonly string[]) => Readonly<Record<string, unknown>>
  /** Adds the vendor's own proof to the way back. */
  readonly decorate?: (way: URLSearchParams, clientId: string, now: number) => void
}

const codeLifetimeMs = 10 * 60_000

const refuse = (status: number, error: string, description: string): LabAnswer =>
  json(status, { error, error_description: description }, { 'cache-control': 'no-store' })

/** Where a person may be sent back to. The vendor would know the registered addresses; the lab takes any web page. */
function wayBack(text: string | null): URL | null {
  const url = text === null || !URL.canParse(text) ? null : new URL(text)
  return url !== null && /^https?:$/.test(url.protocol) ? url : null
}

function sendBack(
  target: URL,
  params: Readonly<Record<string, string | null>>,
  decorate?: (way: URLSearchParams) => void,
): LabAnswer {
  for (const [name, value] of Object.entries(params)) if (value !== null) target.searchParams.set(name, value)
  decorate?.(target.searchParams)
  return { status: 302, headers: { location: target.href, 'cache-control': 'no-store' } }
}

/**
 * The authorization page, and its decision. `?auto=allow|deny` decides without a person, and so does a caller that asks for
 * no web page: it is a program, and agrees.
 */
export function authorizationPage(vendor: OAuthVendor) {
  return (request: LabRequest, bench: Bench<OAuthState>): LabAnswer => {
    const { query } = request
    const clientId = query.get(vendor.clientIdParam ?? 'client_id') ?? ''
    const client = vendor.clients[clientId]
    const back = wayBack(query.get('redirect_uri'))
    // Before both are known to be right nobody may be sent anywhere.
    if (client === undefined)
      return {
        status: 401,
        headers: { 'content-type': 'text/plain' },
        text: `Simulated ${vendor.name}: the OAuth client was not found (invalid_client).`,
      }
    if (back === null)
      return {
        status: 400,
        headers: { 'content-type': 'text/plain' },
        text: `Simulated ${vendor.name}: redirect_uri_mismatch.`,
      }
    const state = query.get('state')
    const asked = (query.get('scope') ?? '').split(vendor.separator).filter((scope) => scope !== '')
    const scopes = asked.filter((scope) => client.scopes.includes(scope))
    const challenge = query.get('code_challenge')
    if (asked.length === 0 || scopes.length !== asked.length) return sendBack(back, { error: 'invalid_scope', state })
    if (vendor.pkce && challenge !== null && query.get('code_challenge_method') !== 'S256')
      return sendBack(back, { error: 'invalid_request', state })
    const person = (request.headers['accept'] ?? '').includes('text/html')
    const decision = query.get('decision') ?? query.get('auto') ?? (person ? null : 'allow')
    if (decision === null)
      return signInPage({
        vendor: vendor.name,
        account: vendor.account,
        app: 'Patchbay',
        scopes,
        query,
        granular: vendor.granular,
      })
    if (decision !== 'allow') return sendBack(back, { error: 'access_denied', state })
    const ticked = query.getAll('granted')
    const granted = vendor.granular && ticked.length > 0 ? scopes.filter((scope) => ticked.includes(scope)) : scopes
    const code = signToken(vendor.prefixes.code, {
      vendor: vendor.slug,
      kind: 'code',
      client: clientId,
      scopes: granted,
      id: bench.id('', 16),
      expiresAt: bench.now + codeLifetimeMs,
      redirectUri: query.get('redirect_uri') ?? '',
      challenge: vendor.pkce ? challenge : null,
    })
    return sendBack(back, { code, state }, (way) => vendor.decorate?.(way, clientId, bench.now))
  }
}

/** Marks a code or refresh token as used; false when it was before. Both happen in one step: nothing awaits in between. */
function takeOnce(state: OAuthState, claims: TokenClaims, now: number): boolean {
  for (const [id, until] of Object.entries(state.used)) if (until < now) delete state.used[id]
  if (state.used[claims.id] !== undefined) return false
  state.used[claims.id] = claims.expiresAt ?? now + 400 * 86_400_000
  return true
}

function grant(
  vendor: OAuthVendor,
  bench: Bench<OAuthState>,
  client: string,
  scopes: readonly string[],
  withRefresh: boolean,
): LabAnswer {
  const claims = { vendor: vendor.slug, client, scopes }
  const lifetime = bench.behaviour.tokenLifetimeSeconds
  const access = signToken(vendor.prefixes.access, {
    ...claims,
    kind: 'access',
    id: bench.id('', 16),
    expiresAt: bench.now + lifetime * 1000,
  })
  const life = vendor.refreshLifetimeSeconds
  const fresh = () =>
    signToken(vendor.prefixes.refresh, {
      ...claims,
      kind: 'refresh',
      id: bench.id('', 16),
      expiresAt: life === null ? null : bench.now + life * 1000,
    })
  const refresh = withRefresh ? { refresh_token: fresh() } : {}
  const body = {
    access_token: access,
    token_type: 'Bearer',
    expires_in: lifetime,
    scope: scopes.join(vendor.separator),
    ...refresh,
    ...vendor.extra?.(scopes),
  }
  return json(200, body, { 'cache-control': 'no-store' })
}

/** What the knob says about refreshes just now; null lets it through. */
function knob(bench: Bench<OAuthState>): LabAnswer | null {
  switch (bench.behaviour.refresh) {
    case 'TRANSIENT':
      return refuse(503, 'temporarily_unavailable', 'The authorization server is temporarily unavailable.')
    case 'LOST_RACE':
      return refuse(400, 'invalid_grant', 'The refresh token was already used.')
    case 'TERMINAL':
      return refuse(400, 'invalid_grant', 'Token has been expired or revoked.')
    default:
      return null
  }
}

function exchangeCode(
  vendor: OAuthVendor,
  bench: Bench<OAuthState>,
  clientId: string,
  params: ReadonlyMap<string, string>,
): LabAnswer {
  const claims = readToken(vendor.prefixes.code, vendor.slug, 'code', params.get('code') ?? null)
  if (claims === null || claims.client !== clientId || isExpired(claims, bench.now))
    return refuse(400, 'invalid_grant', 'Malformed or expired authorization code.')
  if (params.has('redirect_uri') && params.get('redirect_uri') !== claims.redirectUri)
    return refuse(400, 'redirect_uri_mismatch', 'Bad Request')
  const challenge = claims.challenge ?? null
  const proof = createHash('sha256')
    .update(params.get('code_verifier') ?? '')
    .digest('base64url')
  if (challenge !== null && proof !== challenge) return refuse(400, 'invalid_grant', 'Invalid code verifier.')
  if (!takeOnce(bench.state, claims, bench.now))
    return refuse(400, 'invalid_grant', 'The authorization code was already used.')
  return grant(vendor, bench, clientId, claims.scopes, true)
}

function refresh(
  vendor: OAuthVendor,
  bench: Bench<OAuthState>,
  clientId: string,
  params: ReadonlyMap<string, string>,
): LabAnswer {
  const claims = readToken(vendor.prefixes.refresh, vendor.slug, 'refresh', params.get('refresh_token') ?? null)
  if (claims === null || claims.client !== clientId || isExpired(claims, bench.now))
    return refuse(400, 'invalid_grant', 'Token has been expired or revoked.')
  const stopped = knob(bench)
  if (stopped !== null) return stopped
  if (vendor.rotates && !takeOnce(bench.state, claims, bench.now))
    return refuse(400, 'invalid_grant', 'The refresh token was already used.')
  bench.countRefresh()
  return grant(vendor, bench, clientId, claims.scopes, vendor.rotates)
}

/** Parameters of a token request and the client it names, however the vendor wants them. */
export interface TokenRequest {
  readonly clientId: string
  readonly clientSecret: string
  readonly params: ReadonlyMap<string, string>
}

/** The token endpoint. `read` takes the request apart as the vendor does; null refuses its shape. */
export function tokenEndpoint(
  vendor: OAuthVendor,
  read: (request: LabRequest, clientIdParam?: string) => TokenRequest | null,
) {
  return (request: LabRequest, bench: Bench<OAuthState>): LabAnswer => {
    const asked = read(request, vendor.clientIdParam)
    if (asked === null) return refuse(400, 'invalid_request', 'The body is not in the format this endpoint takes.')
    const client = vendor.clients[asked.clientId]
    if (client === undefined || client.secret !== asked.clientSecret)
      return refuse(401, 'invalid_client', 'Client Authentication failed')
    const type = asked.params.get('grant_type') ?? (asked.params.has('code') ? 'authorization_code' : '')
    if (!vendor.grants.some((known) => known === type))
      return refuse(400, 'unsupported_grant_type', `Unsupported grant_type: ${type}`)
    if (type === 'authorization_code') return exchangeCode(vendor, bench, asked.clientId, asked.params)
    if (type === 'refresh_token') return refresh(vendor, bench, asked.clientId, asked.params)
    const stopped = knob(bench)
    if (stopped !== null) return stopped
    bench.countRefresh()
    return grant(vendor, bench, asked.clientId, client.scopes, false)
  }
}

/** What an access token allows: its scopes, or why not. */
export function readAccess(
  vendor: OAuthVendor,
  token: string | null,
  now: number,
): readonly string[] | 'INVALID' | 'EXPIRED' {
  const claims = readToken(vendor.prefixes.access, vendor.slug, 'access', token)
  if (claims === null) return 'INVALID'
  return isExpired(claims, now) ? 'EXPIRED' : claims.scopes
}

const fromForm = (form: URLSearchParams): ReadonlyMap<string, string> => new Map(form)

/** Client id and secret as form fields. */
export function readForm(request: LabRequest, clientIdParam = 'client_id'): TokenRequest | null {
  const { form } = request
  if (form.size === 0) return null
  return {
    clientId: form.get(clientIdParam) ?? '',
    clientSecret: form.get('client_secret') ?? '',
    params: fromForm(form),
  }
}

/** Client id and secret in the Authorization header, the rest as a form. */
export function readBasic(request: LabRequest): TokenRequest | null {
  if (request.form.size === 0) return null
  const encoded = /^Basic (\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? ''
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString().split(':')
  // RFC 6749 2.3.1: both parts are form-encoded before they are joined; reading them as a form never fails.
  const decoded = new URLSearchParams(`id=${id}&secret=${secret}`)
  return {
    clientId: decoded.get('id') ?? '',
    clientSecret: decoded.get('secret') ?? '',
    params: fromForm(request.form),
  }
}

/** Everything in a JSON body. */
export function readJson(request: LabRequest, clientIdParam = 'client_id'): TokenRequest | null {
  if (typeof request.json !== 'object' || request.json === null) return null
  const params = new Map(Object.entries(request.json).map(([name, value]) => [name, String(value)]))
  return { clientId: params.get(clientIdParam) ?? '', clientSecret: params.get('client_secret') ?? '', params }
}

/** A grant as if a person had agreed on the vendor's page; for the demo's first data. */
export function issueGrant(
  vendor: OAuthVendor,
  options: {
    readonly client: string
    readonly scopes: readonly string[]
    readonly now: number
    readonly lifetimeSeconds: number
  },
): { readonly accessToken: string; readonly refreshToken: string; readonly expiresAt: number } {
  const claims = { vendor: vendor.slug, client: options.client, scopes: options.scopes }
  const expiresAt = options.now + options.lifetimeSeconds * 1000
  const life = vendor.refreshLifetimeSeconds
  return {
    accessToken: signToken(vendor.prefixes.access, {
      ...claims,
      kind: 'access',
      id: `seed-a-${options.now}`,
      expiresAt,
    }),
    refreshToken: signToken(vendor.prefixes.refresh, {
      ...claims,
      kind: 'refresh',
      id: `seed-r-${options.now}`,
      expiresAt: life === null ? null : options.now + life * 1000,
    }),
    expiresAt,
  }
}
