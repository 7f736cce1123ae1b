import type {
  ListMessageTemplates,
  Message,
  MessageTemplatePage,
  SendMessage,
} from '@patchbay/schema/capabilities/messaging.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { graphNext, graphPage, graphVersion } from '../shared/meta.ts'

/** Path below the connection's version. @param setting holds the id of the number or of the account */
export const pathOf = (connection: ConnectionFacts, setting: 'phoneNumberId' | 'wabaId', rest = ''): string =>
  `/${graphVersion(connection)}/${encodeURIComponent(connection.settings[setting] ?? '')}${rest}`

/** What a file is, by the end of its name; WhatsApp takes everything else as a document. */
const kinds: readonly (readonly [kind: 'image' | 'video' | 'audio', ends: RegExp])[] = [
  ['image', /\.(jpe?g|png)$/i],
  ['video', /\.(mp4|3gpp?)$/i],
  ['audio', /\.(aac|amr|mp3|m4a|ogg|opus)$/i],
]

function mediaOf(link: string, caption: string | undefined) {
  const name = new URL(link).pathname
  const kind = kinds.find(([, ends]) => ends.test(name))?.[0] ?? 'document'
  if (kind === 'audio' && caption !== undefined)
    throw cannotSend('WhatsApp carries no words beside a sound.', 'Send the words as a message of their own.', 'text')
  const words = caption === undefined ? {} : { caption }
  const filename = kind === 'document' ? { filename: decodeURIComponent(name.split('/').pop() || 'file') } : {}
  return { type: kind, [kind]: { link, ...words, ...filename } }
}

function contentOf({ template, mediaUrl, text }: SendMessage) {
  if (template !== undefined) {
    const parameters = template.variables.map((value) => ({ type: 'text', text: value }))
    const components = parameters.length === 0 ? [] : [{ type: 'body', parameters }]
    return { type: 'template', template: { name: template.id, language: { code: template.language }, components } }
  }
  if (mediaUrl !== undefined) return mediaOf(mediaUrl, text)
  return { type: 'text', text: { body: text ?? '', preview_url: false } }
}

const sent = z.object({
  contacts: z.array(z.object({ wa_id: z.string().nullish() })).default([]),
  messages: z.array(z.object({ id: z.string(), message_status: z.string().nullish() })).min(1),
})

/**
 * WhatsApp has no idempotency and shows nobody what was sent: a send whose answer was lost is not repeated. The key comes
 * back as `biz_opaque_callback_data` in every report about the message.
 */
export async function sendMessage(call: Call, input: SendMessage, connection: ConnectionFacts): Promise<Message> {
  if (input.channel === 'SMS')
    throw cannotSend('This connection is for WhatsApp.', 'Send text messages by another connection.', 'channel')
  if (input.sendAt !== undefined)
    throw cannotSend('WhatsApp sends at once.', 'Leave `sendAt` out and call when it is time.', 'sendAt')
  if (input.from !== undefined && !/^\d{5,20}$/.test(input.from))
    throw cannotSend('WhatsApp knows a sender by its phone number ID.', 'Give the ID, or nothing.', 'from')
  const number = input.from ?? connection.settings['phoneNumberId'] ?? ''
  const answer = await call({
    method: 'POST',
    path: `/${graphVersion(connection)}/${encodeURIComponent(number)}/messages`,
    idempotencyKey: input.idempotencyKey,
    json: {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: input.to.slice(1),
      ...contentOf(input),
      biz_opaque_callback_data: input.idempotencyKey,
    },
  })
  return readAnswer('WhatsApp', answer, sent, ({ messages: [made], contacts: [contact] }) => ({
    id: made?.id ?? '',
    channel: 'WHATSAPP',
    status: 'QUEUED',
    vendorStatus: made?.message_status ?? 'accepted',
    to: contact?.wa_id ? `+${contact.wa_id}` : input.to,
    from: number,
    text: input.text ?? null,
    price: null,
    segments: null,
    errorCode: null,
    createdAt: null,
  }))
}

const template = z.object({
  id: z.string(),
  name: z.string(),
  language: z.string().nullish(),
  status: z.string().nullish(),
  category: z.string().nullish(),
  components: z.array(z.object({ type: z.string(), text: z.string().nullish() })).nullish(),
})

export async function listTemplates(
  call: Call,
  input: ListMessageTemplates,
  connection: ConnectionFacts,
): Promise<MessageTemplatePage> {
  const answer = await call({
    method: 'GET',
    path: pathOf(connection, 'wabaId', '/message_templates'),
    query: {
      fields: 'id,name,language,status,category,components',
      limit: input.first,
      after: input.after ?? undefined,
    },
  })
  return readAnswer('WhatsApp', answer, graphPage(template), (page) => ({
    items: page.data.map((found) => ({
      // A template is used by its name; the same name has one text in each language.
      id: found.name,
      name: found.name,
      language: found.language ?? null,
      status: found.status ?? null,
      text: found.components?.find(({ type }) => type === 'BODY')?.text ?? null,
      providerData: { id: found.id, category: found.category ?? null },
    })),
    nextCursor: graphNext(page),
  }))
}
