import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { VerifyFacts } from '../../providers/webhook.ts'
import type { Egress } from '../egress/contract.ts'

export interface KeyFetcherOptions {
  /** The guard decides which addresses may be read; redirects come back as answers and are refused here. */
  readonly egress: Pick<Egress, 'send'>
  readonly now: () => Date
  /** Copies kept at most, the one unused longest leaves first. Default 100. */
  readonly maxEntries?: number
}

interface Copy {
  readonly text: string
  readonly until: number
  /** When it was read, or was last tried to be read again. */
  readonly readAt: number
}

interface Failure {
  readonly error: unknown
  readonly until: number
}

const maxBytes = 64 * 1024
const timeoutMs = 5_000
const minute = 60_000
/** How long a copy holds: what the answer's max-age says, within these. */
const freshness = { least: 5 * minute, usual: 60 * minute, most: 24 * 60 * minute }
/** A failure is remembered just long enough that nobody makes the hub hammer an address. */
const failureMs = 30_000
/** Addresses come with requests that nobody has proven yet: one host is not asked more often than this. */
const readsPerMinute = 30

/**
 * Reads certificates and key sets that vendors publish, and keeps them in memory. One read serves everybody who asks for
 * the same address meanwhile.
 * @returns throws ProviderCallError when the address is refused, does not answer in time, or answers with something else
 */
export function createKeyFetcher({ egress, now, maxEntries = 100 }: KeyFetcherOptions): VerifyFacts['fetchKey'] {
  const copies = new Map<string, Copy>()
  const failures = new Map<string, Failure>()
  const reading = new Map<string, Promise<string>>()
  const reads = new Map<string, { readonly since: number; count: number }>()

  /** Puts an entry last, and lets the first go when there are too many. */
  function keep<T>(entries: Map<string, T>, name: string, entry: T): void {
    entries.delete(name)
    entries.set(name, entry)
    const [first] = entries.keys()
    if (entries.size > maxEntries && first !== undefined) entries.delete(first)
  }

  function countRead(host: string, at: number): void {
    const known = reads.get(host)
    const current = known !== undefined && at - known.since < minute ? known : { since: at, count: 0 }
    if (current.count >= readsPerMinute) throw tooMany(host)
    current.count++
    keep(reads, host, current)
  }

  async function read(url: string, at: number): Promise<string> {
    const place = URL.parse(url)
    if (place === null) throw unusable('What it gives as the address of its key is no address.')
    countRead(place.host, at)
    const headers = { accept: 'application/json, application/x-pem-file, text/plain, */*;q=0.1' }
    const answer = await egress.send({ method: 'GET', url: place, headers, body: null, timeoutMs, maxBytes })
    if (answer.status !== 200) throw unusable(`The address of the key at ${place.host} answered ${answer.status}.`)
    const text = textOf(answer.body)
    if (text === null)
      throw unusable(`The address of the key at ${place.host} answered with something that is no text.`)
    keep(copies, url, { text, until: at + freshFor(answer.headers['cache-control'] ?? ''), readAt: at })
    failures.delete(url)
    return text
  }

  /** With a copy at hand a failed look for a newer one changes nothing but the time of the next look. */
  function failed(url: string, error: unknown, at: number): string {
    const copy = copies.get(url)
    if (copy !== undefined && at < copy.until) {
      keep(copies, url, { ...copy, readAt: at })
      return copy.text
    }
    keep(failures, url, { error, until: at + failureMs })
    throw error
  }

  return async (url, { refresh = false } = {}) => {
    const at = now().getTime()
    const copy = copies.get(url)
    if (copy !== undefined && at < copy.until && !(refresh && at - copy.readAt >= minute)) {
      keep(copies, url, copy)
      return copy.text
    }
    const failure = failures.get(url)
    if (failure !== undefined && at < failure.until) throw failure.error
    const shared = reading.get(url)
    if (shared !== undefined) return shared
    const started = read(url, at)
      .catch((error: unknown) => failed(url, error, at))
      .finally(() => reading.delete(url))
    reading.set(url, started)
    return started
  }
}

function freshFor(cacheControl: string): number {
  if (/\bno-(store|cache)\b/i.test(cacheControl)) return freshness.least
  const seconds = /\bmax-age=(\d{1,9})\b/i.exec(cacheControl)?.[1]
  if (seconds === undefined) return freshness.usual
  return Math.min(Math.max(Number(seconds) * 1000, freshness.least), freshness.most)
}

function textOf(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return null
  }
}

const unusable = (message: string) =>
  new ProviderCallError({
    errorClass: 'MALFORMED_ANSWER',
    message,
    advice: 'Ask the vendor to send the event again later; if it stays, look at the vendor’s status page.',
  })

const tooMany = (host: string) =>
  new ProviderCallError({
    errorClass: 'RATE_LIMITED',
    message: `More than ${readsPerMinute} keys of ${host} were asked for within a minute.`,
    advice: 'Somebody sends requests that name ever new keys. Change the source’s address if they go on.',
  })
