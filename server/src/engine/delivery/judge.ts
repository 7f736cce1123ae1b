import { ProviderCallError } from '@patchbay/schema/errors.ts'

/** An answer of an endpoint, as far as judging needs it. */
export interface JudgedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** What an exchange, or the lack of one, means. `words` say what happened. */
export type Verdict = {
  readonly status: number | null
  readonly errorClass: string | null
  readonly words: string
} & (
  | { readonly kind: 'DELIVERED' }
  /** The consumer wants nothing more: the endpoint is switched off. */
  | { readonly kind: 'GONE' }
  /** Alive, and asks for quiet: tried again by the schedule, and never held against the endpoint's health. */
  | { readonly kind: 'PAUSE'; readonly waitMs: number }
  /** Tried again by the schedule. `slow`: it is overloaded, so the next requests come later too. */
  | { readonly kind: 'FAILED'; readonly slow: boolean; readonly waitMs: number | null }
  /** Not sent, and trying again would not help. */
  | { readonly kind: 'REFUSED' }
  /** Not to be sent at all: the mapping yields nothing. */
  | { readonly kind: 'NOTHING' }
  /** Not sent, for a reason on this side: tried again. */
  | { readonly kind: 'UNSENT' }
)

/** Longest Retry-After that is honoured. */
export const mostWaitMs = 24 * 3_600_000
/** Quiet after a 429 that does not say for how long. */
export const usualPauseMs = 10_000

/**
 * Judges an answer by its status, after the Standard Webhooks specification: 2xx is success and nothing else is; 410
 * switches the endpoint off; 429 and Retry-After are obeyed; 502, 504 slow down. Redirects are failures, never followed.
 */
export function judgeAnswer({ status, headers }: JudgedAnswer, now: Date): Verdict {
  const waitMs = retryAfter(headers['retry-after'], now)
  if (status >= 200 && status < 300)
    return { kind: 'DELIVERED', status, errorClass: null, words: `Answered ${status}.` }
  if (status === 410) return { kind: 'GONE', status, errorClass: 'GONE', words: 'Answered 410 Gone.' }
  if (status === 429) {
    const words = `Answered 429: too many requests${waitMs === null ? '' : `, asks to wait ${inWords(waitMs)}`}.`
    return { kind: 'PAUSE', status, errorClass: 'RATE_LIMITED', words, waitMs: waitMs ?? usualPauseMs }
  }
  if (status === 503 && waitMs !== null) {
    const words = `Answered 503 and asks to wait ${inWords(waitMs)}.`
    return { kind: 'PAUSE', status, errorClass: 'UNAVAILABLE', words, waitMs }
  }
  if (status >= 300 && status < 400) {
    const words = `Answered ${status}, a redirect. Redirects are not followed: change the endpoint’s URL instead.`
    return { kind: 'FAILED', status, errorClass: 'REDIRECT', words, slow: false, waitMs }
  }
  const slow = status === 502 || status === 504
  const errorClass = status >= 500 ? 'UNAVAILABLE' : 'REJECTED'
  return { kind: 'FAILED', status, errorClass, words: `Answered ${status}.`, slow, waitMs }
}

/** Judges an exchange that brought no answer. */
export function judgeFailure(error: unknown): Verdict {
  const known = error instanceof ProviderCallError
  const base = { status: null, words: known ? error.message : 'It could not be sent: an error inside the hub.' }
  if (!known) return { ...base, kind: 'UNSENT', errorClass: 'INTERNAL' }
  const { errorClass } = error
  switch (errorClass) {
    case 'EGRESS_DENIED':
    case 'INVALID_REQUEST':
      return { ...base, kind: 'REFUSED', errorClass }
    case 'CANCELLED':
      return { ...base, kind: 'UNSENT', errorClass }
    default:
      return { ...base, kind: 'FAILED', errorClass, slow: errorClass === 'TIMEOUT', waitMs: null }
  }
}

/** Milliseconds a Retry-After asks for (RFC 9110, 10.2.3: seconds or a date), at most a day; null when it says nothing. */
export function retryAfter(value: string | undefined, now: Date): number | null {
  if (value === undefined) return null
  const text = value.trim()
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime()
  return Number.isNaN(wait) ? null : Math.min(Math.max(0, wait), mostWaitMs)
}

/** "45 s", "5 min", "2 h". */
export function inWords(ms: number): string {
  if (ms < 90_000) return `${Math.ceil(ms / 1000)} s`
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round((ms / 3_600_000) * 10) / 10} h`
}
