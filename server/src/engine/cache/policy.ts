import type { EgressAnswer } from '../egress/contract.ts'
import CachePolicy from 'http-cache-semantics'
import type { CachedConnection, CacheDraft } from './contract.ts'

/** Longest body that is kept, in bytes. */
export const mostBody = 1024 * 1024
const keptStatuses = new Set([200, 203, 204])

/** Say nothing about what is asked for, so requests that differ in them alone are one; `Vary` may still tell them apart. */
const neutral = new Set([
  'accept-encoding',
  'baggage',
  'cache-control',
  'date',
  'dnt',
  'forwarded',
  'origin',
  'pragma',
  'priority',
  'referer',
  'sentry-trace',
  'traceparent',
  'tracestate',
  'user-agent',
  'via',
  'x-correlation-id',
  'x-request-id',
])
const isNeutral = (name: string) => neutral.has(name) || name.startsWith('sec-') || name.startsWith('x-forwarded-')

export type Headers = Readonly<Record<string, string>>

/** What a request has to have in common with another one to get its answer. */
export function keyOf(connection: CachedConnection, { url, headers }: CacheDraft): string {
  const telling: string[] = []
  for (const name in headers) if (!isNeutral(name)) telling.push(name)
  if (telling.length > 1) telling.sort()
  const facts = [connection.id, url.href]
  for (const name of telling) facts.push(name, headers[name] ?? '')
  return JSON.stringify(facts)
}

/** Judges answers by RFC 9111, as a private cache: one connection is one client of its vendor. */
export interface Judge {
  policyOf(draft: CacheDraft, status: number, headers: Headers): CachePolicy
  /** Whether an answer may be kept, as far as can be told without reading its directives one by one. */
  mayBeStorable(connection: CachedConnection, status: number, headers: Headers): boolean
  /** Whether an answer may be kept at all. */
  isStorable(connection: CachedConnection, policy: CachePolicy, status: number, headers: Headers): boolean
  /** Whether keeping it can be of use without a failure of the vendor. */
  isUseful(connection: CachedConnection, policy: CachePolicy, headers: Headers): boolean
  /** Whether a kept answer answers this request without asking the vendor. */
  isFresh(connection: CachedConnection, kept: Judged, draft: CacheDraft): boolean
  /** Whether it may stand in while the vendor fails. */
  mayStandIn(connection: CachedConnection, kept: Judged, draft: CacheDraft): boolean
  /** Whether the vendor would have chosen the same answer for this request (Vary). */
  fits(kept: Judged, draft: CacheDraft): boolean
  /** Whether an answer somebody else is fetching will do. */
  mayWait(draft: CacheDraft): boolean
  /** Headers that ask the vendor whether it still holds; empty when it cannot be asked so. */
  question(policy: CachePolicy, draft: CacheDraft): Record<string, string>
  requestOf(draft: CacheDraft): CachePolicy.Request
}

/** A kept answer, as far as it is judged. */
export interface Judged {
  readonly policy: CachePolicy
  /** When it came, or was last confirmed, in milliseconds. */
  readonly at: number
}

// Only what the vendor says counts: an age guessed from Last-Modified would make an order's state old by days.
const rules: CachePolicy.Options = { shared: false, cacheHeuristic: 0, immutableMinTimeToLive: 0 }

export function createJudge(now: () => number): Judge {
  class Policy extends CachePolicy {
    now(): number {
      return now()
    }
  }

  const requestOf = ({ method, url, headers }: CacheDraft): CachePolicy.Request => ({
    method: method === 'HEAD' ? 'GET' : method,
    url: url.href,
    headers: lowered(headers),
  })

  return {
    requestOf,
    policyOf: (draft, status, headers) => new Policy(requestOf(draft), { status, headers: lowered(headers) }, rules),

    mayBeStorable,

    isStorable: (connection, policy, status, headers) =>
      mayBeStorable(connection, status, headers) && policy.storable(),

    isUseful: ({ cacheTtlSeconds }, policy, headers) =>
      cacheTtlSeconds !== null || policy.maxAge() > 0 || 'etag' in headers || 'last-modified' in headers,

    isFresh({ cacheTtlSeconds }, { policy, at }, draft) {
      if (cacheTtlSeconds === null) return policy.satisfiesWithoutRevalidation(requestOf(draft))
      return now() - at < cacheTtlSeconds * 1000 && !wantsNew(draft) && isSameVariant(policy, draft, requestOf)
    },

    mayStandIn({ cacheTtlSeconds, cacheStaleSeconds }, { policy, at }, draft) {
      if (cacheStaleSeconds === 0 || wantsNew(draft) || !isSameVariant(policy, draft, requestOf)) return false
      const age = (now() - at) / 1000
      if (cacheTtlSeconds !== null) return age < cacheTtlSeconds + cacheStaleSeconds
      // RFC 9111, 4.2.4: these forbid it, unless the operator set a time of the hub's own.
      const { 'cache-control': control = '' } = policy.responseHeaders()
      return !/no-cache|must-revalidate/.test(String(control)) && age < policy.maxAge() + cacheStaleSeconds
    },

    fits: ({ policy }, draft) => isSameVariant(policy, draft, requestOf),
    mayWait: (draft) => !wantsNew(draft),

    question(policy, draft) {
      const asked = policy.revalidationHeaders(requestOf(draft))
      const names = ['if-none-match', 'if-modified-since'] as const
      return Object.fromEntries(
        names.flatMap((name) => (asked[name] === undefined ? [] : [[name, String(asked[name])]])),
      )
    },
  }
}

function mayBeStorable({ cacheTtlSeconds }: CachedConnection, status: number, headers: Headers): boolean {
  if (cacheTtlSeconds === 0 || !keptStatuses.has(status) || 'set-cookie' in headers) return false
  if (headers['vary']?.includes('*') || /text\/event-stream|multipart\//i.test(headers['content-type'] ?? ''))
    return false
  const control = headers['cache-control']
  return control === undefined || !noStore.test(control)
}

/** The directive by itself (RFC 9111, 5.2.2.5), which most answers of vendors carry. */
const noStore = /(?:^|,)\s*no-store\s*(?:,|=|$)/i

/** The caller refreshes by hand (RFC 9111, 5.2.1.4). */
const wantsNew = ({ headers }: CacheDraft): boolean =>
  /no-cache|no-store|max-age=0\b/i.test(headers['cache-control'] ?? '') || /no-cache/i.test(headers['pragma'] ?? '')

/** Headers the vendor chose the answer by are the same. A question about another variant comes back without a mark. */
function isSameVariant(
  policy: CachePolicy,
  draft: CacheDraft,
  requestOf: (draft: CacheDraft) => CachePolicy.Request,
): boolean {
  const named = String(policy.responseHeaders()['vary'] ?? '').toLowerCase()
  if (named === '') return true
  const { reqh } = policy.toObject() as { reqh?: Readonly<Record<string, string>> | null }
  const { headers } = requestOf(draft)
  return named.split(',').every((name) => headers[name.trim()] === reqh?.[name.trim()])
}

/** Directives in lower case: their names do not depend on it (RFC 9111, 5.2), and the library compares them as they are. */
function lowered(headers: Headers): Record<string, string> {
  const control = headers['cache-control']
  return control === undefined ? { ...headers } : { ...headers, 'cache-control': control.toLowerCase() }
}

/** Bytes a kept answer takes, roughly: what V8 spends on strings and objects is in the constants. */
export function sizeOf(key: string, { headers, body }: EgressAnswer): number {
  let text = key.length
  for (const [name, value] of Object.entries(headers)) text += name.length + value.length + 64
  return 1_024 + 4 * text + body.byteLength
}
