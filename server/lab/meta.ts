import { createHmac, timingSafeEqual } from 'node:crypto'
import type { LabAnswer, LabRequest } from './twin.ts'
import { bearer, json } from './twin.ts'
import type { Letter, Subscriber } from './webhook.ts'

// What the twins of Meta's products share: errors, the proof of the app secret, pages, signatures.

/** Meta's error body. */
export const metaFailure = (
  status: number,
  code: number,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): LabAnswer =>
  json(status, { error: { message, type: 'OAuthException', code, ...more, fbtrace_id: 'AlabNoorAtelier' } }, headers)

export const metaInvalid = (message: string, subcode?: number): LabAnswer =>
  metaFailure(400, 100, `(#100) ${message}`, subcode === undefined ? {} : { error_subcode: subcode })

/** Meta tells nobody whether an object is missing or only out of reach. */
export const metaUnknown = ({ path, method }: LabRequest): LabAnswer =>
  metaFailure(
    400,
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${path.split('/').pop() ?? ''}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    { error_subcode: 33 },
  )

/** The vendor's own bodies for trouble. */
export const metaFaults = {
  unavailable: () => metaFailure(503, 2, 'Service temporarily unavailable', { is_transient: true }),
  failure: () => metaFailure(500, 1, 'An unknown error occurred'),
  tooMany: (seconds: number) =>
    metaFailure(
      429,
      4,
      '(#4) Application request limit reached',
      { is_transient: true },
      { 'retry-after': String(seconds) },
    ),
  unknown: metaUnknown,
}

export interface MetaApp {
  readonly id: string
  readonly secret: string
  /** Tokens with what each may not do; null for one that may do everything. */
  readonly tokens: Readonly<Record<string, readonly string[] | null>>
}

/** Checks token, proof and permission as Meta does. */
export function metaGuard(app: MetaApp) {
  return (request: LabRequest, needs: string | null): LabAnswer | null => {
    const token = bearer(request) ?? request.query.get('access_token') ?? ''
    if (token === `${app.id}|${app.secret}`) return null
    const lacks = app.tokens[token]
    if (lacks === undefined)
      return metaFailure(
        400,
        190,
        'Error validating access token: The session is invalid because the user logged out.',
        {
          error_subcode: 467,
        },
      )
    const proof = request.query.get('appsecret_proof')
    const expected = createHmac('sha256', app.secret).update(token).digest('hex')
    if (proof !== null && proof !== expected) return metaInvalid('Invalid appsecret_proof provided in the API argument')
    return needs !== null && lacks?.includes(needs)
      ? metaFailure(403, 200, `(#200) Requires ${needs} permission to manage the object.`)
      : null
  }
}

/** What Meta's `since` leaves, which is a number of seconds. */
export const metaSince = <Item>(
  { query }: LabRequest,
  items: readonly Item[],
  madeAt: (item: Item) => string,
): readonly Item[] => items.filter((item) => Date.parse(madeAt(item)) / 1000 >= Number(query.get('since') ?? '0'))

/** A page by cursors; `next` only where more follows. */
export function metaPage(request: LabRequest, items: readonly { readonly id: string }[]): LabAnswer {
  const { query, path } = request
  const size = Number(query.get('limit') ?? '25')
  if (!Number.isInteger(size) || size < 1 || size > 1000) return metaInvalid('Param limit must be a number')
  const after = query.get('after')
  const start = after === null ? 0 : items.findIndex(({ id }) => cursorOf(id) === after) + 1
  if (after !== null && start === 0) return metaInvalid('Invalid cursors values')
  const data = items.slice(start, start + size)
  const [first, last] = [data[0], data.at(-1)]
  if (first === undefined || last === undefined) return json(200, { data: [] })
  const cursors = { before: cursorOf(first.id), after: cursorOf(last.id) }
  const more = start + size < items.length
  const next = `https://graph.facebook.com${path}?limit=${size}&after=${encodeURIComponent(cursors.after)}`
  return json(200, { data, paging: { cursors, ...(more ? { next } : {}) } })
}
const cursorOf = (id: string) => Buffer.from(id).toString('base64url')

/** Meta writes everything beyond ASCII as an escape, and signs the text as it sends it. */
const escaped = (body: unknown) =>
  JSON.stringify(body).replace(
    /[\u0080-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** A signed notice. */
export function metaLetter(body: unknown, { secret }: Subscriber): Letter {
  const text = escaped(body)
  const signature = secret === null ? null : createHmac('sha256', secret).update(text).digest('hex')
  return {
    headers: {
      'content-type': 'application/json',
      ...(signature === null ? {} : { 'x-hub-signature-256': `sha256=${signature}` }),
    },
    body: text,
  }
}

/** Is it the app itself that asks, by its own token. */
export function isApp(request: LabRequest, app: MetaApp): boolean {
  const shown = Buffer.from(bearer(request) ?? '')
  const own = Buffer.from(`${app.id}|${app.secret}`)
  return shown.length === own.length && timingSafeEqual(shown, own)
}
