import type { LiveCall } from '../events.ts'
import type { Where } from './where.ts'

/** Which calls to show. Says the same in SQL for pages and in JavaScript for live streams. */
export interface CallFilter {
  /** Row ids. */
  readonly connectionId?: readonly string[] | null | undefined
  readonly provider?: readonly string[] | null | undefined
  readonly purpose?: readonly string[] | null | undefined
  readonly ok?: boolean | null | undefined
  readonly statusMin?: number | null | undefined
  readonly statusMax?: number | null | undefined
  readonly errorClass?: readonly string[] | null | undefined
  readonly method?: readonly string[] | null | undefined
  readonly operation?: readonly string[] | null | undefined
  /** HIT, STALE, MISS or REVALIDATED. */
  readonly cache?: readonly string[] | null | undefined
  readonly actorKind?: readonly string[] | null | undefined
  /** Ids of users or API keys. */
  readonly actorId?: readonly string[] | null | undefined
  /** In milliseconds, retries included. */
  readonly latencyMin?: number | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** The expression the search index of "Call" is made of. */
const document = `hub_call_document("organizationId", "method", "host", "path", "operation", "errorMessage")`

/** What a search box says: a call's own id, words to look for, or nothing. */
export function searchOf(text: string | null | undefined): { readonly id: string } | { readonly words: string } | null {
  const trimmed = text?.trim() ?? ''
  if (trimmed === '') return null
  return uuid.test(trimmed) ? { id: trimmed.toLowerCase() } : { words: trimmed }
}

export function callConditions(where: Where, filter: CallFilter, search?: string | null): Where {
  where
    .oneOf('"connectionId"', filter.connectionId, 'uuid')
    .oneOf('"provider"', filter.provider)
    .oneOf('"purpose"', filter.purpose)
    .oneOf('"errorClass"', filter.errorClass)
    .oneOf('"operation"', filter.operation)
    .oneOf('"cache"', filter.cache)
    .oneOf('"actorKind"', filter.actorKind)
    .oneOf('"actorId"', filter.actorId)
    .oneOf(
      '"method"',
      filter.method?.map((method) => method.toUpperCase()),
    )
  if (filter.ok != null) where.and(`"ok" = ${where.param(filter.ok)}`)
  if (filter.statusMin != null) where.and(`"status" >= ${where.param(filter.statusMin)}`)
  if (filter.statusMax != null) where.and(`"status" <= ${where.param(filter.statusMax)}`)
  if (filter.latencyMin != null) where.and(`"latencyMs" >= ${where.param(filter.latencyMin)}`)
  if (filter.since != null) where.and(`"at" >= ${where.param(filter.since)}::timestamptz`)
  if (filter.until != null) where.and(`"at" < ${where.param(filter.until)}::timestamptz`)
  const wanted = searchOf(search)
  if (wanted === null) return where
  if ('id' in wanted) return where.and(`"id" = ${where.param(wanted.id)}::uuid`)
  return where.and(`${document} @@ hub_call_query("organizationId", ${where.param(wanted.words)})`)
}

/** The same as a test of one row. Built once per subscription, so that a row costs only the tests asked for. */
export function callMatcher(filter: CallFilter, search?: string | null): (call: LiveCall) => boolean {
  const tests: ((call: LiveCall) => boolean)[] = []
  const member = (values: readonly string[] | null | undefined, read: (call: LiveCall) => string | null): void => {
    if (values == null) return
    const set = new Set(values)
    tests.push((call) => {
      const value = read(call)
      return value !== null && set.has(value)
    })
  }
  member(filter.connectionId, (call) => call.connectionId)
  member(filter.provider, (call) => call.provider)
  member(filter.purpose, (call) => call.purpose)
  member(filter.errorClass, (call) => call.errorClass)
  member(filter.operation, (call) => call.operation)
  member(filter.cache, (call) => call.cache)
  member(filter.actorKind, (call) => call.actorKind)
  member(filter.actorId, (call) => call.actorId)
  member(
    filter.method?.map((method) => method.toUpperCase()),
    (call) => call.method,
  )
  const { ok, statusMin, statusMax, latencyMin, since, until } = filter
  if (latencyMin != null) tests.push((call) => call.latencyMs >= latencyMin)
  if (ok != null) tests.push((call) => call.ok === ok)
  if (statusMin != null) tests.push((call) => call.status !== null && call.status >= statusMin)
  if (statusMax != null) tests.push((call) => call.status !== null && call.status <= statusMax)
  if (since != null) tests.push((call) => call.at >= since)
  if (until != null) tests.push((call) => call.at < until)
  const wanted = searchOf(search)
  if (wanted !== null && 'id' in wanted) tests.push((call) => call.id === wanted.id)
  else if (wanted !== null) {
    const words = wordsOf(wanted.words)
    tests.push((call) => {
      const found = wordsOf(
        [call.method, call.host, call.path, call.operation, call.errorMessage?.slice(0, 1000)].join(' '),
      )
      return words.length > 0 && words.every((word) => found.some((one) => one.startsWith(word)))
    })
  }
  return (call) => tests.every((test) => test(call))
}

/** Words as hub_words in the database sees them: punctuation parts them, case does not matter. */
const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s/._\-?&=:;,()[\]{}"'@#%+*|<>!~^$\\`]+/)
    .filter((word) => word !== '')
