import type {
  CancelMessage,
  GetMessage,
  ListMessages,
  ListMessageTemplates,
  Message,
  MessagePage,
  MessageTemplatePage,
  SendMessage,
} from '@patchbay/schema/capabilities/messaging.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { fromDecimal, toDecimal } from '../shared/money.ts'

/** Path below the account; its sid is in every one. */
export const accountPath = ({ settings }: ConnectionFacts, rest: string): string =>
  `/2010-04-01/Accounts/${encodeURIComponent(settings['accountSid'] ?? '')}${rest}`

const statuses: Readonly<Record<string, Message['status']>> = {
  accepted: 'QUEUED',
  queued: 'QUEUED',
  sending: 'QUEUED',
  scheduled: 'SCHEDULED',
  canceled: 'CANCELLED',
  sent: 'SENT',
  delivered: 'DELIVERED',
  partially_delivered: 'DELIVERED',
  read: 'READ',
  undelivered: 'FAILED',
  failed: 'FAILED',
  receiving: 'RECEIVED',
  received: 'RECEIVED',
}

const message = z.object({
  sid: z.string(),
  status: z.string(),
  to: z.string().nullish(),
  from: z.string().nullish(),
  body: z.string().nullish(),
  num_segments: z.string().nullish(),
  num_media: z.string().nullish(),
  price: z.string().nullish(),
  price_unit: z.string().nullish(),
  error_code: z.union([z.int(), z.string()]).nullish(),
  error_message: z.string().nullish(),
  direction: z.string().nullish(),
  messaging_service_sid: z.string().nullish(),
  date_created: z.string().nullish(),
  date_sent: z.string().nullish(),
})

const prefix = 'whatsapp:'
const bare = (address: string) => (address.startsWith(prefix) ? address.slice(prefix.length) : address)

/**
 * Twilio writes what it takes as a negative number, often of a fraction of a cent. Rounded to whole cents that would be
 * nothing or twice as much: then there is no price, and what Twilio wrote stands in `providerData`.
 */
function priceOf(price: string | null | undefined, unit: string | null | undefined): Money | null {
  if (!price || !unit) return null
  const money = fromDecimal(price.replace(/^-/, ''), unit)
  return Number(toDecimal(money)) === Number(price.replace(/^-/, '')) ? money : null
}

/** RFC 2822 as ISO 8601, or null. */
const momentOf = (text: string | null | undefined) => {
  const time = Date.parse(text ?? '')
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

function toMessage(found: z.output<typeof message>): Message {
  const whatsapp = found.to?.startsWith(prefix) === true
  const segments = Number(found.num_segments ?? Number.NaN)
  return {
    id: found.sid,
    channel: whatsapp ? 'WHATSAPP' : Number(found.num_media ?? 0) > 0 ? 'MMS' : 'SMS',
    // A word Twilio adds one day is no failure.
    status: statuses[found.status] ?? 'QUEUED',
    vendorStatus: found.status,
    to: bare(found.to ?? ''),
    from: found.from ? bare(found.from) : null,
    text: found.body ?? null,
    price: priceOf(found.price, found.price_unit),
    segments: Number.isInteger(segments) ? segments : null,
    errorCode: found.error_code === null || found.error_code === undefined ? null : String(found.error_code),
    createdAt: momentOf(found.date_created),
    providerData: {
      direction: found.direction ?? null,
      messaging_service_sid: found.messaging_service_sid ?? null,
      price: found.price ?? null,
      price_unit: found.price_unit ?? null,
      error_message: found.error_message ?? null,
      date_sent: momentOf(found.date_sent),
    },
  }
}

/** Twilio has no idempotency of its own: a send whose answer was lost is not repeated by the hub, and is found by `messages.list`. */
export async function sendMessage(call: Call, input: SendMessage, connection: ConnectionFacts): Promise<Message> {
  const from = input.from ?? connection.settings['from'] ?? ''
  if (from === '')
    throw cannotSend('The message has no sender.', 'Set the sender of the connection, or give `from`.', 'from')
  const service = /^MG[0-9a-f]{32}$/.test(from)
  if (input.sendAt !== undefined && !service)
    throw cannotSend(
      'Twilio schedules only what goes through a messaging service.',
      'Take a messaging service (MG…) as the sender.',
      'from',
    )
  const whatsapp = input.channel === 'WHATSAPP' || from.startsWith(prefix)
  const address = (number: string) => (whatsapp ? prefix + bare(number) : number)
  const variables = Object.fromEntries((input.template?.variables ?? []).map((value, index) => [index + 1, value]))
  const answer = await call({
    method: 'POST',
    path: accountPath(connection, '/Messages.json'),
    idempotencyKey: input.idempotencyKey,
    form: {
      To: address(input.to),
      ...(service ? { MessagingServiceSid: from } : { From: address(from) }),
      ...(input.text === undefined ? {} : { Body: input.text }),
      ...(input.mediaUrl === undefined ? {} : { MediaUrl: input.mediaUrl }),
      ...(input.template === undefined
        ? {}
        : { ContentSid: input.template.id, ContentVariables: JSON.stringify(variables) }),
      ...(input.sendAt === undefined
        ? {}
        : { ScheduleType: 'fixed', SendAt: new Date(input.sendAt).toISOString().replace(/\.\d+Z$/, 'Z') }),
    },
  })
  return readAnswer('Twilio', answer, message, toMessage)
}

const messagePath = (connection: ConnectionFacts, id: string) =>
  accountPath(connection, `/Messages/${encodeURIComponent(id)}.json`)

export async function getMessage(call: Call, { id }: GetMessage, connection: ConnectionFacts): Promise<Message> {
  return readAnswer('Twilio', await call({ method: 'GET', path: messagePath(connection, id) }), message, toMessage)
}

export async function cancelMessage(call: Call, input: CancelMessage, connection: ConnectionFacts): Promise<Message> {
  const answer = await call({
    method: 'POST',
    path: messagePath(connection, input.id),
    form: { Status: 'canceled' },
    idempotencyKey: input.idempotencyKey,
  })
  return readAnswer('Twilio', answer, message, toMessage)
}

/** The next page is an address; its number and token lead on. */
function nextCursor(address: string | null | undefined): string | null {
  const query = URL.parse(address ?? '', 'https://api.twilio.com')?.searchParams
  const page = query?.get('Page')
  return address && page ? textCursor(`${page} ${query?.get('PageToken') ?? ''}`) : null
}

function positionOf(cursor: string | null): Readonly<Record<string, string | undefined>> {
  if (cursor === null) return {}
  const [page = '', token = ''] = readTextCursor(cursor).split(' ')
  return { Page: page, PageToken: token || undefined }
}

const messages = z.object({ messages: z.array(message), next_page_uri: z.string().nullish() })

export async function listMessages(call: Call, input: ListMessages, connection: ConnectionFacts): Promise<MessagePage> {
  const answer = await call({
    method: 'GET',
    path: accountPath(connection, '/Messages.json'),
    query: { To: input.to, PageSize: input.first, ...positionOf(input.after) },
  })
  return readAnswer('Twilio', answer, messages, (list) => ({
    items: list.messages.map(toMessage),
    nextCursor: nextCursor(list.next_page_uri),
  }))
}

const templates = z.object({
  contents: z.array(
    z.object({
      sid: z.string(),
      friendly_name: z.string().nullish(),
      language: z.string().nullish(),
      types: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
  meta: z.object({ next_page_url: z.string().nullish() }).nullish(),
})

/** Words of the first kind that has any: one content may be a plain text, a card, a list … */
function textOf(types: Readonly<Record<string, unknown>> | null | undefined): string | null {
  for (const type of Object.values(types ?? {})) {
    const { data } = z.object({ body: z.string() }).safeParse(type)
    if (data !== undefined) return data.body
  }
  return null
}

export async function listTemplates(call: Call, input: ListMessageTemplates): Promise<MessageTemplatePage> {
  const query = { PageSize: input.first, ...positionOf(input.after) }
  const answer = await call({ method: 'GET', host: 'content', path: '/v1/Content', query })
  return readAnswer('Twilio', answer, templates, ({ contents, meta }) => ({
    items: contents.map((found) => ({
      id: found.sid,
      name: found.friendly_name ?? found.sid,
      language: found.language ?? null,
      status: null,
      text: textOf(found.types),
      providerData: { types: Object.keys(found.types ?? {}) },
    })),
    nextCursor: nextCursor(meta?.next_page_url),
  }))
}
