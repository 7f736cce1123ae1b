import { z } from 'zod'
import type { Call, CallRequest, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'

/** Carries a session from an operation to `authorize`, which turns it into the vendor's own header. Never leaves the hub. */
export const sessionHeader = 'x-session-token'

const identity = 'application/vnd.ni-identity.v1+json'
const media = 'application/vnd.ni-payment.v2+json'

const realms: Readonly<Record<string, string>> = { uae: 'ni', ksa: 'NIARABIA' }

/** Everything below the outlet; `body` is written in the vendor's own media type. */
export type AskOutlet = (
  method: CallRequest['method'],
  path: string,
  body?: object,
  idempotencyKey?: string,
) => ReturnType<Call>

/**
 * Signs in with the API key. A session lives for five minutes and cannot be kept between operations here, so each begins
 * with one: it is a read as far as the vendor's books go.
 */
export async function signIn(call: Call, { settings }: ConnectionFacts): Promise<AskOutlet> {
  const realmName = settings['realm'] || (realms[settings['region'] ?? 'uae'] ?? 'ni')
  const answer = await call({
    method: 'POST',
    path: '/identity/auth/access-token',
    safe: true,
    headers: { 'content-type': identity, accept: identity },
    text: JSON.stringify({ realmName }),
  })
  const token = readAnswer(
    'Network International',
    answer,
    z.object({ access_token: z.string().min(1) }),
    (found) => found.access_token,
  )
  const outlet = `/transactions/outlets/${encodeURIComponent(settings['outletRef'] ?? '')}`
  return (method, path, body, idempotencyKey) =>
    call({
      method,
      path: `${outlet}${path}`,
      headers: {
        [sessionHeader]: token,
        accept: media,
        ...(body === undefined ? {} : { 'content-type': media }),
      },
      ...(body === undefined ? {} : { text: JSON.stringify(body) }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
}
