import { createHash } from 'node:crypto'
import type {
  Call,
  CallAnswer,
  ConnectionFacts,
  Fields,
  OutgoingRequest,
  Provider,
} from '@patchbay/server/providers/provider.ts'
import { refusal } from '@patchbay/server/providers/shared/advice.ts'
import { judgeWith, malformed } from '@patchbay/server/providers/shared/failure.ts'
import { formText } from '@patchbay/server/providers/shared/form-text.ts'

/** A connection to a vendor's twin, as far as a provider needs one. */
export interface TwinConnection {
  readonly provider: Provider
  readonly fields: Fields
  readonly accessToken: string | null
  /** Origin of the lab. */
  readonly origin: string
}

export function factsOf({ provider, fields }: Pick<TwinConnection, 'provider' | 'fields'>): ConnectionFacts {
  const secret = new Set(provider.entry.fields.filter((field) => field.kind === 'secret').map((field) => field.name))
  const defaults = provider.entry.fields.flatMap((field) =>
    field.default === undefined ? [] : [[field.name, field.default] as const],
  )
  const settings = Object.fromEntries([...defaults, ...Object.entries(fields).filter(([name]) => !secret.has(name))])
  return { id: 'connection-1', environment: provider.entry.environments[0] ?? 'LIVE', settings, baseUrl: null }
}

/** Reads an answer as the pipeline does. */
export function answerOf(
  vendor: string,
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): CallAnswer {
  return {
    status,
    headers,
    text,
    json<T>(): T {
      try {
        return JSON.parse(text) as T
      } catch (cause) {
        throw malformed(vendor, 'not with JSON', cause)
      }
    },
  }
}

function outgoing(provider: Provider, base: string, request: Parameters<Call>[0]): OutgoingRequest {
  const url = new URL(base + request.path)
  for (const [name, value] of Object.entries(request.query ?? {}))
    if (value !== undefined) url.searchParams.append(name, String(value))
  const headers: Record<string, string> = { ...request.headers }
  let body: string | null = request.text ?? null
  if (request.form !== undefined) {
    body = formText(request.form)
    headers['content-type'] = 'application/x-www-form-urlencoded'
  }
  if (request.json !== undefined) {
    body = JSON.stringify(request.json)
    headers['content-type'] = 'application/json'
  }
  if (request.idempotencyKey !== undefined && provider.idempotencyHeader !== undefined)
    headers[provider.idempotencyHeader] = request.idempotencyKey
  return { method: request.method, url, headers, body, json: request.json }
}

/** One real HTTP exchange with the twin: authorize, send, judge. No retries, no breaker: those are the pipeline's. */
export function twinCall(connection: TwinConnection, send: typeof fetch = fetch): Call {
  const { provider, fields, origin, accessToken } = connection
  const facts = factsOf(connection)
  return async (request) => {
    const host = request.host ?? 'api'
    if (provider.hosts(facts)[host] === undefined) throw new Error(`${provider.entry.slug} has no host ${host}`)
    const ready = provider.authorize(
      outgoing(provider, `${origin}/${provider.entry.slug}/${host}`, request),
      { ...facts.settings, ...fields },
      accessToken,
    )
    const body = ready.body ?? undefined
    const response = await send(ready.url, {
      method: ready.method,
      headers: ready.headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    })
    const answer = answerOf(
      provider.entry.name,
      response.status,
      Object.fromEntries(response.headers),
      await response.text(),
    )
    const failure = (provider.judge ?? judgeWith(() => null))(answer)
    if (failure !== null) throw refusal(provider, failure, answer.status)
    return answer
  }
}

const verifier = 'a-verifier-that-is-long-enough-for-rfc-7636-0123456789'

interface TokenAnswer {
  readonly access_token: string
  readonly refresh_token?: string
  readonly expires_in?: number
  readonly scope?: string
}

/** Asks the twin's token endpoint as the provider's OAuth facts say. */
export async function askForToken(
  provider: Provider,
  fields: Fields,
  origin: string,
  params: Readonly<Record<string, string>>,
): Promise<Response> {
  const spec = provider.oauth
  if (spec === undefined) throw new Error(`${provider.entry.slug} has no OAuth`)
  const id = fields[spec.clientIdField] ?? ''
  const secret = fields[spec.clientSecretField] ?? ''
  const inBody = spec.clientAuth === 'basic' ? {} : { [spec.clientIdParam ?? 'client_id']: id, client_secret: secret }
  const body = { ...params, ...inBody, ...spec.tokenParams }
  const basic = `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
  return fetch(`${origin}/${provider.entry.slug}/${spec.token.host}${spec.token.path}`, {
    method: 'POST',
    headers: {
      'content-type': spec.clientAuth === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...(spec.clientAuth === 'basic' ? { authorization: basic } : {}),
    },
    body: spec.clientAuth === 'json' ? JSON.stringify(body) : new URLSearchParams(body).toString(),
  })
}

/** Where the vendor's page sends the person back to, with a code or a refusal. */
export async function authorizeInBrowser(
  provider: Provider,
  fields: Fields,
  origin: string,
  options: {
    readonly auto?: 'allow' | 'deny'
    readonly granted?: readonly string[]
    readonly redirectUri?: string
  } = {},
): Promise<URL> {
  const spec = provider.oauth
  if (spec?.authorize === undefined) throw new Error(`${provider.entry.slug} has no authorization page`)
  const url = new URL(`${origin}/${provider.entry.slug}/${spec.authorize.host}${spec.authorize.path}`)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const params: Record<string, string> = {
    response_type: 'code',
    [spec.clientIdParam ?? 'client_id']: fields[spec.clientIdField] ?? '',
    redirect_uri: options.redirectUri ?? 'http://127.0.0.1:4000/oauth/callback',
    scope: spec.scopes.join(spec.scopeSeparator),
    state: 'state-1',
    ...(spec.pkce ? { code_challenge: challenge, code_challenge_method: 'S256' } : {}),
    ...spec.authorize.params,
    auto: options.auto ?? 'allow',
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  for (const scope of options.granted ?? []) url.searchParams.append('granted', scope)
  const response = await fetch(url, { redirect: 'manual' })
  const location = response.headers.get('location')
  if (location === null) throw new Error(`No way back: ${response.status} ${await response.text()}`)
  return new URL(location)
}

/** Parameters of the code exchange. */
export const exchangeOf = (code: string, redirectUri = 'http://127.0.0.1:4000/oauth/callback') => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUri,
  code_verifier: verifier,
})

/** A grant, got the way a person and the hub get it. Null where the fields need none. */
export async function grantOf(
  provider: Provider,
  fields: Fields,
  origin: string,
  granted?: readonly string[],
): Promise<TokenAnswer | null> {
  const spec = provider.oauth
  if (spec === undefined || spec.applies?.(fields) === false) return null
  const params =
    spec.grant === 'client_credentials'
      ? { grant_type: 'client_credentials' }
      : exchangeOf(
          (
            await authorizeInBrowser(provider, fields, origin, granted === undefined ? {} : { granted })
          ).searchParams.get('code') ?? '',
        )
  const response = await askForToken(provider, fields, origin, params)
  if (!response.ok) throw new Error(`No token: ${response.status} ${await response.text()}`)
  return (await response.json()) as TokenAnswer
}

/** A connection with whatever grant its fields need. */
export async function connect(
  provider: Provider,
  fields: Fields,
  origin: string,
  granted?: readonly string[],
): Promise<TwinConnection> {
  const grant = await grantOf(provider, fields, origin, granted)
  return { provider, fields, accessToken: grant?.access_token ?? null, origin }
}
