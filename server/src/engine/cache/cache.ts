import { ProviderCallError, type CallErrorClass } from '@patchbay/schema/errors.ts'
import type { Lanes } from '../lanes/contract.ts'
import type {
  AnswerCache,
  CachedAnswer,
  CachedConnection,
  CacheDraft,
  FetchedAnswer,
  Revalidation,
} from './contract.ts'
import { Flights, placeOf, type Flight } from './flights.ts'
import { createJudge, keyOf, mostBody } from './policy.ts'
import { Shelf, type Kept } from './shelf.ts'

export interface CacheOptions {
  /** Memory for kept answers of all connections. Default 64 MiB. */
  readonly bytes?: number
  /** Wall clock in milliseconds. Default Date.now. */
  readonly now?: () => number
  /** Where purges of other replicas are heard. */
  readonly lanes?: Pick<Lanes, 'heard'>
}

type Fetch = (revalidate: Revalidation, letGo: () => void) => Promise<FetchedAnswer>

const defaultBytes = 64 * 1024 * 1024

/** The vendor is not there, or must not be asked now: something old is better than nothing. */
const failing: ReadonlySet<CallErrorClass> = new Set([
  'UNAVAILABLE',
  'TIMEOUT',
  'NETWORK',
  'BREAKER_OPEN',
  'RATE_LIMITED',
])

const isFailing = (error: unknown): error is ProviderCallError =>
  error instanceof ProviderCallError && failing.has(error.errorClass)
/** It ended for a reason of its own caller: whoever waits may have more luck. */
const isOfOneCaller = (error: unknown) =>
  !(error instanceof ProviderCallError) || error.errorClass === 'CANCELLED' || error.errorClass === 'TIMEOUT'

/** Answers to reads, kept in the memory of this process. */
export function createAnswerCache({ bytes = defaultBytes, now = Date.now, lanes }: CacheOptions = {}): AnswerCache {
  const shelf = new Shelf(bytes)
  const flights = new Flights()
  const judge = createJudge(now)
  const versions = new Map<string, number>()
  const epochs = new Map<string, number>()
  const unhear = lanes?.heard(({ connectionId, cacheEpoch }) => {
    if (cacheEpoch === (epochs.get(connectionId) ?? 0)) return
    epochs.set(connectionId, cacheEpoch)
    purge(connectionId)
  })

  function purge(connectionId: string): void {
    flights.spoil(connectionId)
    shelf.empty(connectionId)
  }

  /** False for a row older than one seen before: what it leads to is not kept. */
  function isCurrent({ id, version }: CachedConnection): boolean {
    const known = versions.get(id) ?? version
    if (version > known) purge(id)
    versions.set(id, Math.max(version, known))
    return version >= known
  }

  const aged = ({ policy, answer }: Kept, state: CachedAnswer['state']): CachedAnswer => {
    const headers = policy.responseHeaders() as Record<string, string>
    // Only what tells of time differs from what was kept: the policy's copy may have lost the case of directives.
    const told = { ...answer.headers, age: String(headers['age']) }
    return { answer: { ...answer, headers: told }, state, ageSeconds: Math.max(0, Math.round(policy.age())) }
  }

  function serve(kept: Kept, state: 'HIT' | 'STALE' | 'REVALIDATED'): CachedAnswer {
    shelf.count(kept.connectionId, state === 'HIT' ? 'hits' : state === 'STALE' ? 'stale' : 'revalidated')
    return aged(kept, state)
  }

  /** Something old for a failed fetch; throws its error where there is nothing. */
  function standIn(connection: CachedConnection, draft: CacheDraft, key: string, error: unknown): CachedAnswer {
    const kept = shelf.find(key)
    if (kept !== null && isFailing(error) && judge.mayStandIn(connection, kept, draft)) return serve(kept, 'STALE')
    throw error
  }

  /** Reads through the shelf, and asks the vendor where that is of no use. */
  function read(
    connection: CachedConnection,
    draft: CacheDraft,
    fetch: Fetch,
    joined = 0,
  ): Promise<CachedAnswer> | CachedAnswer {
    const key = keyOf(connection, draft)
    const kept = shelf.find(key)
    if (kept !== null && judge.isFresh(connection, kept, draft)) return serve(kept, 'HIT')
    // Whoever waited for two callers that gave up asks by itself.
    const flight = joined < 2 && judge.mayWait(draft) ? flights.join(key) : null
    if (flight === null) return fly(connection, draft, { key, kept }, fetch)
    return flight.landed.then((landing) => {
      if (landing.kind === 'KEPT' && judge.fits(landing.kept, draft)) return serve(landing.kept, 'HIT')
      if (landing.kind === 'FAILED' && isOfOneCaller(landing.error)) return read(connection, draft, fetch, joined + 1)
      if (landing.kind === 'FAILED') return standIn(connection, draft, key, anew(landing.error))
      return fly(connection, draft, { key, kept: null }, fetch)
    })
  }

  async function fly(
    connection: CachedConnection,
    draft: CacheDraft,
    { key, kept }: { readonly key: string; readonly kept: Kept | null },
    fetch: Fetch,
  ): Promise<CachedAnswer> {
    const flight = flights.begin(key, connection.id, draft.url)
    try {
      const question = kept === null ? {} : judge.question(kept.policy, draft)
      const letGo = () => flight.land(alone)
      let fetched = await fetch(question, letGo)
      const isUnchanged = fetched.status === 304 && kept !== null
      const confirmed = isUnchanged ? confirm(kept, draft, fetched) : null
      if (isUnchanged && confirmed === null) fetched = await fetch({}, letGo)
      const mayKeep = !flight.isSpoiled && fetched.passed !== true
      const fresh = mayKeep ? (confirmed ?? storable(connection, draft, { key, flight }, fetched)) : null
      if (fresh !== null) shelf.put(fresh)
      else if (mayKeep) shelf.drop(key)
      flight.land(fresh === null ? alone : { kind: 'KEPT', kept: fresh })
      if (confirmed !== null) return serve(confirmed, 'REVALIDATED')
      shelf.count(connection.id, 'misses')
      return { answer: fetched, state: 'MISS', ageSeconds: 0 }
    } catch (error) {
      flight.land({ kind: 'FAILED', error })
      return standIn(connection, draft, key, error)
    }
  }

  /** A kept answer that the vendor says still holds; null when its mark is not the one that was asked about. */
  function confirm(kept: Kept, draft: CacheDraft, { headers }: FetchedAnswer): Kept | null {
    const { age: _past, ...before } = kept.answer.headers
    if (headers['etag'] !== undefined && mark(headers['etag']) !== mark(before['etag'])) return null
    // What tells of the body stays: the body does.
    const told = Object.entries(headers).filter(([name]) => !name.startsWith('content-'))
    const answer = { ...kept.answer, headers: { ...before, ...Object.fromEntries(told) } }
    return { ...kept, policy: judge.policyOf(draft, answer.status, answer.headers), at: now(), answer }
  }

  /** A new answer as it is kept; null when it must not be. */
  function storable(
    connection: CachedConnection,
    draft: CacheDraft,
    { key, flight }: { readonly key: string; readonly flight: Flight },
    { status, headers, body }: FetchedAnswer,
  ): Kept | null {
    if (!judge.mayBeStorable(connection, status, headers)) return null
    const policy = judge.policyOf(draft, status, headers)
    if (body.byteLength > mostBody || !judge.isStorable(connection, policy, status, headers)) return null
    // A copy: a small body is often a corner of a larger piece of memory, which would be kept with it.
    const answer = { status, headers, body: new Uint8Array(body) }
    return { connectionId: connection.id, key, place: flight.place, policy, at: now(), answer }
  }

  /** Sends a change, and lets go of what it may have made old: its own address and the collection it is in. */
  async function change(connection: CachedConnection, draft: CacheDraft, fetch: Fetch): Promise<CachedAnswer> {
    const collection = placeOf(new URL('.', draft.url))
    const places = [placeOf(draft.url), collection, collection.replace(/\/$/, '')]
    try {
      return await direct(fetch)
    } finally {
      // Also after a failure: whether it had an effect nobody knows.
      flights.spoil(connection.id, places)
      shelf.emptyPlaces(connection.id, places)
    }
  }

  function find(connection: CachedConnection, draft: CacheDraft, fetch: Fetch): Promise<CachedAnswer> | CachedAnswer {
    const { method } = draft
    if (changes.has(method)) return change(connection, draft, fetch)
    if (!isCurrent(connection) || connection.cacheTtlSeconds === 0) return direct(fetch)
    if (method === 'GET') return read(connection, draft, fetch)
    if (method !== 'HEAD') return direct(fetch)
    const kept = shelf.find(keyOf(connection, draft))
    if (kept === null || !judge.isFresh(connection, kept, draft)) return direct(fetch)
    const { answer, ...found } = serve(kept, 'HIT')
    return { ...found, answer: { ...answer, body: new Uint8Array() } }
  }

  return {
    // A promise is handed on as it is: every async function in between costs each call a few turns.
    through: (connection, draft, fetch) => Promise.resolve(find(connection, draft, fetch)),

    wants(connection, draft, status, headers) {
      if (draft.method !== 'GET' || Number(headers['content-length'] ?? 0) > mostBody) return false
      if (!judge.mayBeStorable(connection, status, headers)) return false
      const policy = judge.policyOf(draft, status, headers)
      if (!judge.isStorable(connection, policy, status, headers)) return false
      // An answer that is only good for bad times is kept where that does not hold it up.
      return (
        judge.isUseful(connection, policy, headers) || (connection.cacheStaleSeconds > 0 && 'content-length' in headers)
      )
    },

    purge,
    figures: (connectionId) => shelf.figures(connectionId),
    get bytes() {
      return shelf.bytes
    },
    close() {
      unhear?.()
    },
  }
}

const alone = { kind: 'ALONE' } as const
const changes = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

async function direct(fetch: Fetch): Promise<CachedAnswer> {
  return { answer: await fetch({}, () => {}), state: null, ageSeconds: 0 }
}

/** Marks are compared weakly (RFC 9110, 8.8.3.2). */
const mark = (etag: string | undefined) => etag?.replace(/^\s*W\//, '')

/** The same failure for another caller: each has a call of its own in the log. */
function anew(error: unknown): unknown {
  if (!(error instanceof ProviderCallError)) return error
  const { errorClass, message, advice, status, vendorCode, retryAfterMs, field } = error
  return new ProviderCallError({ errorClass, message, advice, status, vendorCode, retryAfterMs, field, cause: error })
}
