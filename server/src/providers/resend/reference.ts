/** Resend's tags are letters, digits, underscores and dashes; any other key travels encoded. */
const plain = /^(?!b64_)[A-Za-z0-9_-]{1,256}$/

/** An idempotency key as the value of a tag. */
export const toTag = (key: string): string => (plain.test(key) ? key : `b64_${Buffer.from(key).toString('base64url')}`)

/** The key that a tag holds. */
export const fromTag = (tag: string): string =>
  tag.startsWith('b64_') ? Buffer.from(tag.slice(4), 'base64url').toString() : tag

/** Resend writes "2023-10-06 23:47:56.678+00" beside ISO 8601; both become ISO 8601, anything else null. */
export function toMoment(text: string | null | undefined): Date | null {
  const iso = (text ?? '').replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  const time = Date.parse(iso)
  return Number.isNaN(time) ? null : new Date(time)
}
