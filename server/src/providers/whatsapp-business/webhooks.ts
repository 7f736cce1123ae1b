import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { readPart, someText } from '../shared/message.ts'
import { graphSuccess } from '../shared/meta.ts'
import { metaTime, metaWebhooks, verifyTokenOf, type MetaMap } from '../shared/meta-webhooks.ts'
import { addressId, addressTaken, unlessGone } from '../shared/registration.ts'
import type { MappedEvent, RegistrationSpec } from '../webhook.ts'
import { pathOf } from './messages.ts'

const media = z.object({ id: z.string(), caption: someText }).nullish()
const value = z.object({
  metadata: z.object({ display_phone_number: someText, phone_number_id: someText }),
  messages: z
    .array(
      z.looseObject({
        id: z.string(),
        from: someText,
        timestamp: someText,
        type: someText,
        text: z.object({ body: someText }).nullish(),
        button: z.object({ text: someText }).nullish(),
        image: media,
        video: media,
        document: media,
        audio: media,
        sticker: media,
      }),
    )
    .default([]),
  statuses: z
    .array(
      z.object({
        id: z.string(),
        status: z.string(),
        timestamp: someText,
        recipient_id: someText,
        errors: z.array(z.object({ code: z.union([z.int(), z.string()]).nullish(), title: someText })).default([]),
      }),
    )
    .default([]),
})

/** What WhatsApp writes without a plus. */
const phone = (digits: string | null) => (digits === null ? null : `+${digits.replace(/\D/g, '')}`)

/** Reports that mean something to the hub; `sent` and `read` do not. */
const types: Readonly<Record<string, string>> = { delivered: 'message.delivered', failed: 'message.failed' }

const messages: MetaMap = (raw, { occurredAt }) => {
  const { metadata, messages: received, statuses } = readPart(value, raw, 'value')
  const own = phone(metadata.display_phone_number)
  return [
    ...received.map((found): MappedEvent => {
      const files = [found.image, found.video, found.document, found.audio, found.sticker].filter((one) => !!one)
      return {
        type: 'message.received',
        occurredAt: metaTime(found.timestamp) ?? occurredAt,
        key: found.id,
        orderKey: `message:${found.from}`,
        data: {
          id: found.id,
          channel: 'whatsapp',
          from: phone(found.from),
          to: own,
          text: found.text?.body ?? found.button?.text ?? files[0]?.caption ?? null,
          // WhatsApp names files by id; the address is asked for at `/{media id}` and holds for five minutes.
          mediaUrls: files.map(({ id }) => id),
        },
      }
    }),
    ...statuses.flatMap((found): readonly MappedEvent[] => {
      const type = types[found.status]
      if (type === undefined) return []
      const [error] = found.errors
      const failure =
        type === 'message.failed'
          ? {
              code: error?.code === null || error?.code === undefined ? null : String(error.code),
              reason: error?.title ?? null,
            }
          : {}
      return [
        {
          type,
          occurredAt: metaTime(found.timestamp) ?? occurredAt,
          key: `${found.id}:${found.status}`,
          orderKey: `message:${found.id}`,
          data: {
            id: found.id,
            channel: 'whatsapp',
            from: own,
            to: phone(found.recipient_id),
            status: found.status,
            ...failure,
          },
        },
      ]
    }),
  ]
}

const subscribed = z.object({
  data: z.array(
    z.object({
      whatsapp_business_api_data: z.object({ id: someText }).nullish(),
      override_callback_uri: someText,
    }),
  ),
})

const appsPath = (connection: ConnectionFacts) => pathOf(connection, 'wabaId', '/subscribed_apps')

/** The address the account sends to in place of the app's own. Without an app id it is the first there is. */
async function current(call: Call, connection: ConnectionFacts): Promise<string | null> {
  const app = connection.settings['appId'] || null
  const answer = await call({ method: 'GET', path: appsPath(connection) })
  return readAnswer('WhatsApp', answer, subscribed, ({ data }) => {
    const ours = data.filter((one) => app === null || one.whatsapp_business_api_data?.id === app)
    return ours.find((one) => one.override_callback_uri !== null)?.override_callback_uri ?? null
  })
}

/** One address for an account and app: another program's is left alone. */
const registration: RegistrationSpec = {
  register: async (call, { url, ids }, connection) => {
    const token = verifyTokenOf(connection.settings)
    const taken = await current(call, connection)
    if (taken !== null && taken !== url && !ids.includes(addressId(taken))) throw addressTaken('WhatsApp', taken)
    const json = { override_callback_uri: url, verify_token: token }
    const answer = await call({ method: 'POST', path: appsPath(connection), json })
    readAnswer('WhatsApp', answer, graphSuccess, () => undefined)
    return { ids: [addressId(url)] }
  },
  unregister: async (call, ids, connection) => {
    const taken = await current(call, connection)
    if (taken !== null && ids.includes(addressId(taken)))
      await unlessGone(call({ method: 'DELETE', path: appsPath(connection) }))
  },
}

/** WhatsApp's webhooks: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks */
export const whatsappWebhooks = metaWebhooks({
  maps: { messages },
  ignore: [
    'message_template_status_update',
    'message_template_quality_update',
    'phone_number_quality_update',
    'phone_number_name_update',
    'account_update',
    'account_alerts',
    'account_review_update',
    'business_capability_update',
    'security',
  ],
  registration,
  setup: [
    'The hub sets the address for the account: fill in app secret and verify token, then choose Register.',
    'By hand: developers.facebook.com → your app → WhatsApp → Configuration → Webhook: paste the address of this source and the verify token.',
    'Subscribe to the field “messages”; it brings what people write and what becomes of your messages.',
  ],
})
