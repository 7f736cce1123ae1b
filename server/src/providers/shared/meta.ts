import type { FieldSpec } from '@patchbay/schema/catalog.ts'
import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { CallAnswer, ConnectionFacts, Fields, OutgoingRequest } from '../provider.ts'
import { at, judgeWith, textAt } from './failure.ts'

// What every product of Meta's Graph API shares: Facebook Pages, Instagram, WhatsApp, the pixel.

/** A version lives for about two years: https://developers.facebook.com/docs/graph-api/changelog/versions */
const defaultVersion = 'v26.0'

/** The setting `apiVersion`, part of every path. */
export const metaVersionField: FieldSpec = {
  name: 'apiVersion',
  label: 'Graph API version',
  help: 'Leave it as it is unless Meta asks you to move; each version lives for about two years.',
  kind: 'text',
  required: false,
  default: defaultVersion,
  rule: { pattern: '^v\\d{1,3}\\.\\d$', message: 'A version looks like v26.0.' },
}

/** The secret `appSecret`: proves calls and verifies webhooks. */
export const metaAppSecretField: FieldSpec = {
  name: 'appSecret',
  label: 'App secret',
  help: 'developers.facebook.com → your app → App settings → Basic → App secret. Needed to verify webhooks, and where the app demands a proof with every call.',
  kind: 'secret',
  required: false,
  hint: { pattern: '^[0-9a-f]{32}$', message: 'App secrets have 32 digits and letters from a to f.' },
}

/** The setting `verifyToken`, which Meta repeats when it asks whether an address is yours. */
export const metaVerifyTokenField: FieldSpec = {
  name: 'verifyToken',
  label: 'Webhook verify token',
  help: 'Any text you choose; type the same into Meta’s page where the webhook is set up. It opens nothing but that question.',
  kind: 'text',
  required: false,
  rule: { pattern: '^[\\x21-\\x7E]{8,200}$', message: 'At least eight letters, digits or signs without spaces.' },
}

/** The connection's version of the Graph API, fit to be part of a path. */
export function graphVersion({ settings }: Pick<ConnectionFacts, 'settings'>): string {
  const version = settings['apiVersion'] ?? ''
  return /^v\d{1,3}\.\d$/.test(version) ? version : defaultVersion
}

/** Base of the Graph API in the connection's version. @param host Instagram's sign-in has a host of its own */
export const graphBase = (connection: ConnectionFacts, host = 'graph.facebook.com'): string =>
  `https://${host}/${graphVersion(connection)}`

/**
 * The token as a header, so that no address holds it, and the proof that the caller knows the app secret, where the
 * connection has it: https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export const graphAuthorize =
  (tokenField: string) =>
  (request: OutgoingRequest, fields: Fields): OutgoingRequest => {
    const token = fields[tokenField] ?? ''
    const { appId = '', appSecret = '' } = fields
    // An app's own subscriptions are the app's affair: `id|secret` is its token.
    const byApp = appId !== '' && request.url.pathname.endsWith(`/${appId}/subscriptions`)
    const url = new URL(request.url)
    if (appSecret !== '' && !byApp)
      url.searchParams.set('appsecret_proof', createHmac('sha256', appSecret).update(token).digest('hex'))
    return {
      ...request,
      url,
      headers: { ...request.headers, authorization: `Bearer ${byApp ? `${appId}|${appSecret}` : token}` },
    }
  }

/** Codes of https://developers.facebook.com/docs/graph-api/guides/error-handling and of WhatsApp's list. */
const classes: Readonly<Record<number, CallErrorClass>> = {
  1: 'UNAVAILABLE',
  2: 'UNAVAILABLE',
  3: 'PERMISSION',
  4: 'RATE_LIMITED',
  10: 'PERMISSION',
  17: 'RATE_LIMITED',
  32: 'RATE_LIMITED',
  102: 'AUTHENTICATION',
  190: 'AUTHENTICATION',
  341: 'RATE_LIMITED',
  368: 'PERMISSION',
  506: 'CONFLICT',
  613: 'RATE_LIMITED',
  803: 'NOT_FOUND',
  130_429: 'RATE_LIMITED',
  131_000: 'UNAVAILABLE',
  131_005: 'PERMISSION',
  131_016: 'UNAVAILABLE',
  131_048: 'RATE_LIMITED',
  131_056: 'RATE_LIMITED',
  133_016: 'RATE_LIMITED',
}

function classOf(code: number, subcode: number): CallErrorClass | undefined {
  // "Object does not exist, cannot be loaded due to missing permissions": Meta tells nobody which.
  if (code === 100 && subcode === 33) return 'NOT_FOUND'
  if (code >= 200 && code <= 299) return 'PERMISSION'
  if (code >= 80_000 && code <= 80_014) return 'RATE_LIMITED'
  return classes[code]
}

/** Minutes until a business may call again stand in a header of JSON, by business and kind of use. */
function untilRegained({ headers }: CallAnswer): number | undefined {
  try {
    const usage: unknown = JSON.parse(headers['x-business-use-case-usage'] ?? 'null')
    const waits = Object.values((usage ?? {}) as Readonly<Record<string, unknown>>)
      .flat()
      .map((use) => Number(at(use, 'estimated_time_to_regain_access') ?? 0))
      .filter((minutes) => minutes > 0)
    return waits.length === 0 ? undefined : Math.max(...waits) * 60_000
  } catch {
    return undefined
  }
}

/** Meta's errors: most come with 400, so the code decides. @param tokenField form field to look at for a dead token */
export const graphJudge = (tokenField: string) =>
  judgeWith((body, answer) => {
    const code = Number(at(body, 'error', 'code'))
    const message = textAt(body, 'error', 'message')
    const details = textAt(body, 'error', 'error_data', 'details') ?? textAt(body, 'error', 'error_user_msg')
    const words = [message, details].filter((part) => part !== undefined).join(' ')
    // Meta says nearly everything with 400. Another status means what it says, unless the code is the closer word.
    const named =
      answer.status >= 400 && answer.status < 500
        ? classOf(code, Number(at(body, 'error', 'error_subcode')))
        : undefined
    const errorClass = named === 'UNAVAILABLE' && answer.status !== 400 ? undefined : named
    const wait = errorClass === 'RATE_LIMITED' ? untilRegained(answer) : undefined
    return {
      ...(words === '' ? {} : { message: words }),
      ...(Number.isFinite(code) ? { vendorCode: String(code) } : {}),
      ...(errorClass === undefined ? {} : { errorClass }),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(errorClass === 'AUTHENTICATION' || errorClass === 'PERMISSION' ? { field: tokenField } : {}),
    }
  })

/** A page of a list. `next` is only there when more follows; the cursor alone proves nothing. */
export const graphPage = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    paging: z
      .object({ cursors: z.object({ after: z.string().nullish() }).nullish(), next: z.string().nullish() })
      .nullish(),
  })

/** Cursor of the page after this one, or null. */
export const graphNext = ({ paging }: z.output<ReturnType<typeof graphPage>>): string | null =>
  paging?.next ? (paging.cursors?.after ?? null) : null

/** What is done, and nothing more. */
export const graphSuccess = z.object({ success: z.literal(true) })

/** Path of an object of the Graph, by its id. */
export const graphPath = (id: string, rest = ''): string => `/${encodeURIComponent(id)}${rest}`

/** An instant as the Graph's `since` takes it; undefined for none. */
export const graphSince = (moment: string | undefined): number | undefined =>
  moment === undefined ? undefined : Math.floor(Date.parse(moment) / 1000)

/** "2026-11-20T10:00:00+0000" as ISO 8601 in UTC, or null. */
export function graphMoment(text: string | null | undefined): string | null {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
