/** Longest silence a vendor gets, in milliseconds: by a refusal, and by headers of an answer that succeeded. */
const longestMs = 24 * 3_600_000
const longestAfterSuccessMs = 60_000

type Headers = Readonly<Record<string, string>>

/**
 * How long the vendor wants no calls, in milliseconds; null when it does not say. Retry-After (RFC 9110, 10.2.3) counts
 * with refusals alone. Limit headers come in three spellings of one idea and one draft (draft-ietf-httpapi-ratelimit-headers);
 * they count when nothing is left. After a success the silence is short: many vendors count per address, and one address
 * used up must not stop the others for long.
 */
export function silenceOf(headers: Headers, status: number, now: number): number | null {
  const isRefused = status === 429 || status === 503 || status === 403
  const asked = isRefused ? (retryAfterMs(headers['retry-after'], now) ?? 0) : 0
  let told = 0
  if (status === 429 || status < 400)
    for (const names of spellings) told = Math.max(told, usedUpMs(headers, names, now))
  const most = status === 429 || status === 503 ? longestMs : longestAfterSuccessMs
  const silence = Math.min(most, Math.max(asked, told, draftMs(headers['ratelimit'])))
  return silence > 0 ? silence : null
}

interface Names {
  readonly remaining: string
  readonly reset: string
}

const spellings: readonly Names[] = ['x-ratelimit', 'x-rate-limit', 'ratelimit'].map((prefix) => ({
  remaining: `${prefix}-remaining`,
  reset: `${prefix}-reset`,
}))

/** Seconds, or a date. */
function retryAfterMs(value: string | undefined, now: number): number | null {
  if (value === undefined) return null
  const text = value.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : at - now
}

/** Time to the reset where nothing remains: seconds from now, or an instant in seconds, milliseconds or words. */
function usedUpMs(headers: Headers, names: Names, now: number): number {
  const left = headers[names.remaining]
  if (left === undefined || Number.parseInt(left, 10) !== 0) return 0
  const text = headers[names.reset]?.trim() ?? ''
  const number = Number(text)
  if (text === '') return 0
  if (Number.isNaN(number)) return (Date.parse(text) || now) - now
  if (number > 1e12) return number - now
  return number > 1e9 ? number * 1000 - now : number * 1000
}

/** `"default";r=0;t=30`, or `limit=100, remaining=0, reset=30` of older drafts. */
function draftMs(value: string | undefined): number {
  if (value === undefined) return 0
  const left = /(?:^|[;,\s])(?:r|remaining)=(\d+)/.exec(value)?.[1]
  const reset = /(?:^|[;,\s])(?:t|reset)=(\d+)/.exec(value)?.[1]
  return left === '0' && reset !== undefined ? Number(reset) * 1000 : 0
}
