import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import * as oauth from 'oauth4webapi'
import type { Fields, OAuthSpec, Provider } from '../../providers/provider.ts'
import type { PlainCalls } from '../calls/contract.ts'
import type { EgressAnswer } from '../egress/contract.ts'
import { secretValues } from './fields.ts'
import type { TokenSet } from './grants.ts'
import { readRefusal, type TokenRefusal } from './token-refusal.ts'

/** Whose token is asked for, and with what. */
export interface TokenContext {
  readonly provider: Provider
  readonly spec: OAuthSpec
  readonly connection: Connection
  readonly fields: Fields
  readonly actor: Actor
}

/** What to present to the token endpoint. */
export type TokenProof =
  | { readonly kind: 'client' }
  | { readonly kind: 'refresh'; readonly refreshToken: string; readonly scopes: readonly string[] }
  | {
      readonly kind: 'code'
      /** The vendor's callback, as oauth4webapi's validateAuthResponse passed it. */
      readonly callback: URLSearchParams
      readonly redirectUri: string
      readonly verifier: string
    }

export type TokenOutcome =
  { readonly tokens: TokenSet; readonly refusal: null } | { readonly tokens: null; readonly refusal: TokenRefusal }

/** Longest exchange, in milliseconds; shorter than the lease it happens under. */
const exchangeTimeoutMs = 20_000

export interface TokenEndpointOptions {
  readonly calls: PlainCalls
  readonly now: () => Date
}

/** What oauth4webapi needs to know of a vendor. Its issuer is the origin people authorize at (RFC 9207's `iss`). */
export function serverOf(
  calls: PlainCalls,
  context: Pick<TokenContext, 'provider' | 'spec' | 'connection'>,
): oauth.AuthorizationServer {
  const { provider, spec, connection } = context
  const token = calls.urlOf(provider, connection, spec.token).href
  const authorize = spec.authorize ? calls.urlOf(provider, connection, spec.authorize) : new URL(token)
  return { issuer: authorize.origin, authorization_endpoint: authorize.href, token_endpoint: token }
}

/** Asks vendors for tokens: oauth4webapi over the hub's own way out, so that every exchange is guarded and logged. */
export function createTokenEndpoint({ calls, now }: TokenEndpointOptions) {
  return async function exchange(context: TokenContext, proof: TokenProof): Promise<TokenOutcome> {
    const { provider, spec, connection, fields, actor } = context
    const as = serverOf(calls, context)
    const client: oauth.Client = { client_id: fields[spec.clientIdField] ?? '' }
    const secret = fields[spec.clientSecretField] ?? ''
    const clientAuth = spec.clientAuth === 'basic' ? basicAuth(secret) : bodyAuth(secret, spec.clientIdParam)
    const secrets = [...secretValues(provider, fields), ...secretsIn(proof)]
    let answer: EgressAnswer | null = null

    const send = async (
      _url: string,
      request: oauth.CustomFetchOptions<'POST', URLSearchParams>,
    ): Promise<Response> => {
      const isJson = spec.clientAuth === 'json'
      const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded'
      answer = await calls.send(provider, connection, {
        ...spec.token,
        method: 'POST',
        headers: { ...request.headers, 'content-type': type, 'user-agent': 'Patchbay' },
        body: isJson ? JSON.stringify(Object.fromEntries(request.body)) : request.body.toString(),
        purpose: 'OAUTH',
        operation: `oauth.${proof.kind}`,
        actor,
        secrets,
        timeoutMs: exchangeTimeoutMs,
        signal: actor.signal,
      })
      return conforming(answer)
    }

    // The guard sees to https; the lab speaks http on purpose.
    const options = {
      [oauth.customFetch]: send,
      [oauth.allowInsecureRequests]: true,
      additionalParameters: { ...spec.tokenParams },
    }
    const startedAt = now()
    try {
      return {
        tokens: readTokens(await request(as, client, clientAuth, proof, spec, options), proof, spec, startedAt),
        refusal: null,
      }
    } catch (error) {
      return { tokens: null, refusal: readRefusal(provider, spec, answer, error, secrets) }
    }
  }
}

/**
 * RFC 6749, 2.3.1, encoding only what form encoding must. The library's own also encodes "-" and "_", which stand in
 * PayPal's ids, and a server that compares instead of decoding refuses that.
 */
function basicAuth(secret: string): oauth.ClientAuth {
  const encode = (text: string) => new URLSearchParams({ t: text }).toString().slice(2)
  return (_as, client, _body, headers) => {
    const pair = `${encode(client.client_id)}:${encode(secret)}`
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
  }
}

/** RFC 6749, 2.3.1, client id and secret in the body, the id under the vendor's own name for it. */
function bodyAuth(secret: string, clientIdParam = 'client_id'): oauth.ClientAuth {
  return (_as, client, body) => {
    body.set(clientIdParam, client.client_id)
    body.set('client_secret', secret)
  }
}

type RequestOptions = oauth.TokenEndpointRequestOptions

async function request(
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  clientAuth: oauth.ClientAuth,
  proof: TokenProof,
  spec: OAuthSpec,
  options: RequestOptions,
): Promise<oauth.TokenEndpointResponse> {
  switch (proof.kind) {
    case 'client': {
      const scope = spec.scopes.length > 0 ? { scope: spec.scopes.join(spec.scopeSeparator) } : {}
      const parameters = { ...options.additionalParameters, ...scope } as Record<string, string>
      const { additionalParameters: _sent, ...rest } = options
      const response = await oauth.clientCredentialsGrantRequest(as, client, clientAuth, parameters, rest)
      return oauth.processClientCredentialsResponse(as, client, response)
    }
    case 'refresh': {
      const response = await oauth.refreshTokenGrantRequest(as, client, clientAuth, proof.refreshToken, options)
      return oauth.processRefreshTokenResponse(as, client, response)
    }
    case 'code': {
      const verifier = spec.pkce ? proof.verifier : oauth.nopkce
      const { callback, redirectUri } = proof
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        clientAuth,
        callback,
        redirectUri,
        verifier,
        options,
      )
      return oauth.processAuthorizationCodeResponse(as, client, response)
    }
  }
}

/** Expiry counts from before the request, so that a slow answer cannot make a token look younger than it is. */
function readTokens(
  response: oauth.TokenEndpointResponse,
  proof: TokenProof,
  spec: OAuthSpec,
  startedAt: Date,
): TokenSet {
  const { access_token: accessToken, refresh_token, expires_in, scope } = response
  const kept = proof.kind === 'refresh' ? proof : { refreshToken: null, scopes: spec.scopes }
  return {
    accessToken,
    // A vendor that sends no new refresh token means the old one stays good (RFC 6749, section 6).
    refreshToken: refresh_token ?? kept.refreshToken,
    expiresAt: expires_in === undefined ? null : new Date(startedAt.getTime() + expires_in * 1000),
    scopes: scope === undefined ? kept.scopes : scope.split(/[\s,]+/).filter((each) => each !== ''),
  }
}

/** The answer as the standard wants it: Shopify leaves out token_type, and some vendors mislabel JSON. */
function conforming(answer: EgressAnswer): Response {
  const text = new TextDecoder().decode(answer.body)
  const headers = { 'content-type': 'application/json' }
  const { status } = answer
  if (status < 200) throw new TypeError(`an answer cannot have the status ${status}`)
  try {
    const body: unknown = JSON.parse(text)
    const isToken = typeof body === 'object' && body !== null && 'access_token' in body && !('token_type' in body)
    return new Response(isToken ? JSON.stringify({ ...body, token_type: 'bearer' }) : text, { status, headers })
  } catch {
    const bodyless = status === 204 || status === 205 || status === 304
    return new Response(bodyless ? null : text, { status })
  }
}

function secretsIn(proof: TokenProof): string[] {
  if (proof.kind === 'refresh') return [proof.refreshToken]
  return proof.kind === 'code'
    ? [proof.callback.get('code') ?? '', proof.callback.get('state') ?? '', proof.verifier]
    : []
}
