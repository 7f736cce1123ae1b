/**
 * Address of a shop on its owner's own host: https, a name with a dot, no port, at most a plain path. It becomes the address of
 * every call, so nothing else may stand in it; whether the name leads to a public machine is asked at every call.
 */
const storePattern =
  /^https:\/\/(?!.*\.\.)(?=.{4,240}$)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9](\/[A-Za-z0-9._~-]+)*\/?$/

/** The rule of a form's field for such an address. */
export const storeRule = {
  pattern: storePattern.source,
  message: 'Write the shop’s address as https://shop.example.com, with nothing after it but a path.',
} as const

/** Base of calls to such a shop, without a slash at its end; an address nobody has for what is none. */
export const storeBase = (address: string | undefined): string =>
  storePattern.test(address ?? '') ? (address ?? '').replace(/\/$/, '') : 'https://no-shop.invalid'
