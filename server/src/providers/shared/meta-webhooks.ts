import { z } from 'zod'
import type { Call } from '../provider.ts'
import type { MapEvent, MappedEvent, RegistrationSpec, WebhookMessage, WebhookSpec } from '../webhook.ts'
import { cannotSend, readAnswer } from './failure.ts'
import { metaChallenge } from './handshakes.ts'
import { idText, onBody } from './message.ts'
import { addressId, addressTaken, unlessGone } from './registration.ts'
import { bodyHmac } from './signatures/body-hmac.ts'

// Webhooks of every product of Meta: one signature, one challenge, one envelope.

const entry = z.object({
  id: idText,
  time: z.number().nullish(),
  changes: z.array(z.object({ field: z.string(), value: z.unknown() })).default([]),
  messaging: z.array(z.unknown()).default([]),
})
/** One object with what happened to it; seconds or milliseconds since 1970, as the product likes. */
export type MetaEntry = Omit<z.output<typeof entry>, 'time'> & { readonly occurredAt: Date | null }

/** Events of one change, by its `value`. */
export type MetaMap = (value: unknown, entry: MetaEntry) => readonly MappedEvent[]

const notice = z.object({ object: z.string(), entry: z.array(entry).min(1) })
const millisecondsFrom = 100_000_000_000
/** A moment that Meta writes in seconds or milliseconds since 1970, as number or text; null for none. */
export function metaTime(time: number | string | null | undefined): Date | null {
  const value = Number(time ?? Number.NaN)
  if (!Number.isFinite(value) || value <= 0 || value > 8.64e15) return null
  return new Date(value > millisecondsFrom ? value : value * 1000)
}

/** Messages between people come without a field of their own. */
const messages = 'messages'
const mixed = 'batch'

/** The one kind of all that is in a message; `batch` when there are several. */
function typeOf({ body }: Pick<WebhookMessage, 'body'>): string | null {
  const { data } = notice.safeParse(body)
  const [first, ...others] = new Set(
    data?.entry.flatMap(({ changes, messaging }) => [
      ...changes.map(({ field }) => field),
      ...messaging.map(() => messages),
    ]),
  )
  return others.length > 0 ? mixed : (first ?? null)
}

/** @param maps what becomes of a change, by its field; `messages` also takes what comes as `messaging` */
function readNotice(maps: Readonly<Record<string, MetaMap>>): MapEvent {
  return onBody(notice, ({ entry: entries }) =>
    entries.flatMap(({ time, ...one }) => {
      const facts = { ...one, occurredAt: metaTime(time) }
      return [
        ...one.changes.flatMap(({ field, value }) => maps[field]?.(value, facts) ?? []),
        ...one.messaging.flatMap((value) => maps[messages]?.(value, facts) ?? []),
      ]
    }),
  )
}

/** Webhooks of one product: https://developers.facebook.com/docs/graph-api/webhooks/getting-started */
export function metaWebhooks(product: {
  readonly maps: Readonly<Record<string, MetaMap>>
  /** Fields that come and mean nothing to the hub. */
  readonly ignore: readonly string[]
  readonly registration?: RegistrationSpec
  readonly setup: readonly string[]
}): WebhookSpec {
  const read = readNotice(product.maps)
  return {
    verify: bodyHmac({ header: 'x-hub-signature-256', encoding: 'hex', prefix: 'sha256=' }),
    secret: { from: 'credential', field: 'appSecret' },
    secretNames: ['hub.verify_token'],
    // A batch has no id and its parts have: each event is known by its own, a repeat has the same bytes.
    identify: (message) => ({ id: null, type: typeOf(message), occurredAt: null }),
    events: Object.fromEntries([...Object.keys(product.maps), mixed].map((field) => [field, read])),
    ignore: product.ignore,
    // What signs is never compared with what a question holds.
    handshake: metaChallenge(({ connection }) => [connection.settings['verifyToken'] ?? '']),
    ...(product.registration === undefined ? {} : { registration: product.registration }),
    setup: product.setup,
  }
}

/** The connection's verify token. @throws ProviderCallError INVALID_REQUEST without one */
export function verifyTokenOf(settings: Readonly<Record<string, string>>): string {
  const token = settings['verifyToken'] ?? ''
  if (token === '')
    throw cannotSend(
      'Meta asks an address for a verify token before it sends anything there, and the connection has none.',
      'Fill in the webhook verify token of the connection: any text of at least eight letters.',
      'verifyToken',
    )
  return token
}

const subscriptions = z.object({
  data: z.array(z.object({ object: z.string(), callback_url: z.string().nullish() })).default([]),
})

/**
 * Registration of an app, which has one address for each kind of object, and of what it listens to. Another program's
 * address is left alone.
 * @param object kind of object, such as `page`
 * @param listen path at which the app begins, and ends, to hear of the connection's own object
 */
export function appRegistration(options: {
  readonly object: string
  readonly fields: readonly string[]
  readonly listen: (settings: Readonly<Record<string, string>>) => string
}): RegistrationSpec {
  const { object, fields, listen } = options
  const pathOf = (settings: Readonly<Record<string, string>>) => {
    const { appId = '' } = settings
    if (appId !== '') return `/${encodeURIComponent(appId)}/subscriptions`
    throw cannotSend('The connection has no app ID.', 'Fill in app ID and app secret, or set it up by hand.', 'appId')
  }
  const current = async (call: Call, path: string) =>
    readAnswer('Meta', await call({ method: 'GET', path }), subscriptions, ({ data }) =>
      data.find((one) => one.object === object),
    )?.callback_url ?? null
  return {
    register: async (call, { url, ids }, { settings }) => {
      const path = pathOf(settings)
      const token = verifyTokenOf(settings)
      const taken = await current(call, path)
      const id = addressId(url)
      if (taken !== null && taken !== url && !ids.includes(addressId(taken))) throw addressTaken('Meta', taken)
      const form = { object, callback_url: url, fields: fields.join(','), verify_token: token, include_values: 'true' }
      await call({ method: 'POST', path, form })
      await call({ method: 'POST', path: listen(settings), form: { subscribed_fields: fields.join(',') } })
      return { ids: [id] }
    },
    unregister: async (call, ids, { settings }) => {
      const path = pathOf(settings)
      const taken = await current(call, path)
      if (taken === null || !ids.includes(addressId(taken))) return
      await unlessGone(call({ method: 'DELETE', path: listen(settings) }))
      await unlessGone(call({ method: 'DELETE', path, query: { object } }))
    },
  }
}
