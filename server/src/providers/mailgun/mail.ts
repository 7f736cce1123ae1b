import type {
  EmailDelivery,
  EmailTemplatePage,
  GetEmail,
  ListEmailTemplates,
  ListSuppressions,
  SendEmail,
  SentEmail,
  SuppressionPage,
} from '@patchbay/schema/capabilities/email.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'
import { mailboxText } from '../shared/mailbox.ts'
import { fromSeconds, fromText, idText, iso, someText } from '../shared/message.ts'
import { senderOf } from '../shared/sender.ts'

/** Path below the connection's sending domain. */
export const pathOf = (connection: ConnectionFacts, rest: string): string =>
  `/v3/${encodeURIComponent(connection.settings['domain'] ?? '')}/${rest}`

/** Events name a message without the brackets of its header; so does the hub. */
const bare = (messageId: string) => messageId.replace(/^<|>$/g, '')

/** Mailgun has no idempotency: the key goes along as a variable and comes back in every event of the mail. */
export async function sendEmail(call: Call, input: SendEmail, connection: ConnectionFacts): Promise<SentEmail> {
  const { templateId, variables, replyTo } = input
  const all = (people: SendEmail['to'] | undefined) => (people ?? []).map(mailboxText)
  const answer = await call({
    method: 'POST',
    path: pathOf(connection, 'messages'),
    idempotencyKey: input.idempotencyKey,
    form: {
      from: mailboxText(senderOf(input, connection)),
      to: all(input.to),
      cc: all(input.cc),
      bcc: all(input.bcc),
      ...(input.subject === undefined ? {} : { subject: input.subject }),
      ...(input.text === undefined ? {} : { text: input.text }),
      ...(input.html === undefined ? {} : { html: input.html }),
      ...(templateId === undefined ? {} : { template: templateId }),
      ...(templateId === undefined || variables === undefined ? {} : { 't:variables': JSON.stringify(variables) }),
      ...(replyTo === undefined ? {} : { 'h:Reply-To': mailboxText(replyTo) }),
      ...(input.dryRun ? { 'o:testmode': 'yes' } : {}),
      'v:patchbay_key': input.idempotencyKey,
    },
  })
  return readAnswer('Mailgun', answer, z.object({ id: z.string().min(1), message: someText }), ({ id, message }) => ({
    messageId: bare(id),
    status: input.dryRun ? 'CHECKED' : 'ACCEPTED',
    ...(message === null ? {} : { providerData: { message } }),
  }))
}

const eventList = z.object({
  items: z.array(
    z.object({
      event: z.string(),
      timestamp: z.number(),
      recipient: z.string().default(''),
      severity: someText,
      reason: someText,
      'log-level': someText,
      message: z.object({ headers: z.object({ subject: someText }).default({ subject: null }) }).optional(),
      'delivery-status': z.object({ message: someText, description: someText, code: z.int().nullish() }).optional(),
    }),
  ),
})
type MailEvent = z.output<typeof eventList>['items'][number]

/** From what tells least of a mail to what tells most. */
const ranks: readonly (readonly [type: string, EmailDelivery['status']])[] = [
  ['stored', 'UNKNOWN'],
  ['accepted', 'QUEUED'],
  ['failed temporary', 'QUEUED'],
  ['delivered', 'DELIVERED'],
  ['unsubscribed', 'OPENED'],
  ['opened', 'OPENED'],
  ['clicked', 'CLICKED'],
  ['rejected', 'FAILED'],
  ['failed permanent', 'BOUNCED'],
  ['complained', 'COMPLAINED'],
]
const wordOf = ({ event, severity }: MailEvent) => (event === 'failed' ? `failed ${severity ?? 'permanent'}` : event)
const rankOf = (event: MailEvent) => ranks.findIndex(([type]) => type === wordOf(event))

/** The furthest a mail came, by its events, which Mailgun keeps from one day to thirty, by the plan. */
export async function getEmail(call: Call, input: GetEmail, connection: ConnectionFacts): Promise<EmailDelivery> {
  const answer = await call({
    method: 'GET',
    path: pathOf(connection, 'events'),
    query: { 'message-id': bare(String(input.id)), limit: 300 },
  })
  return readAnswer('Mailgun', answer, eventList, ({ items }) => {
    const [first] = items.toSorted((a, b) => rankOf(b) - rankOf(a) || b.timestamp - a.timestamp)
    if (first === undefined)
      throw new ProviderCallError({
        errorClass: 'NOT_FOUND',
        message: 'Mailgun knows no event of this message.',
        advice: 'Check the id and the sending domain; Mailgun forgets events after one to thirty days, by your plan.',
      })
    const status = first['delivery-status']
    return {
      messageId: bare(String(input.id)),
      status: ranks[rankOf(first)]?.[1] ?? 'UNKNOWN',
      vendorStatus: wordOf(first),
      to: [...new Set(items.map(({ recipient }) => recipient).filter((recipient) => recipient !== ''))],
      subject: items.find(({ message }) => message?.headers.subject)?.message?.headers.subject ?? null,
      at: iso(fromSeconds(first.timestamp)),
      providerData: {
        reason: first.reason,
        code: status?.code ?? null,
        description: status?.message ?? status?.description ?? null,
      },
    }
  })
}

const templateList = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      id: someText,
      description: someText,
      createdAt: someText,
      version: z
        .object({ tag: someText, createdAt: someText, headers: z.record(z.string(), z.string()).nullish() })
        .nullish(),
    }),
  ),
  paging: z.object({ next: someText }),
})

/** Templates are sent by their name, so the name is the id. Mailgun takes at most 100 a page and ends with an empty one. */
export async function listTemplates(
  call: Call,
  input: ListEmailTemplates,
  connection: ConnectionFacts,
): Promise<EmailTemplatePage> {
  const pivot = input.after === null ? {} : { page: 'next', p: readTextCursor(input.after) }
  const answer = await call({
    method: 'GET',
    path: pathOf(connection, 'templates'),
    query: { limit: input.first, ...pivot },
  })
  return readAnswer('Mailgun', answer, templateList, ({ items, paging }) => {
    const next = URL.parse(paging.next ?? '')?.searchParams.get('p') || items.at(-1)?.name
    return {
      items: items.map(({ name, id, description, createdAt, version }) => ({
        id: name,
        name,
        updatedAt: iso(fromText(version?.createdAt ?? createdAt)),
        subject: version?.headers?.['Subject'] ?? null,
        providerData: { id, description, tag: version?.tag ?? null },
      })),
      nextCursor: items.length === input.first && next ? textCursor(next) : null,
    }
  })
}

const lists = { BOUNCE: 'bounces', COMPLAINT: 'complaints', UNSUBSCRIBE: 'unsubscribes' } as const
const suppressions = z.object({
  items: z.array(
    z.object({
      address: z.string(),
      created_at: someText,
      code: idText.nullish(),
      error: someText,
      tags: z.array(z.string()).optional(),
    }),
  ),
})

/** A page begins after an address; one more than wanted is asked for, to know whether there is another. */
export async function listSuppressions(
  call: Call,
  input: ListSuppressions,
  connection: ConnectionFacts,
): Promise<SuppressionPage> {
  const pivot = input.after === null ? {} : { page: 'next', address: readTextCursor(input.after) }
  const answer = await call({
    method: 'GET',
    path: pathOf(connection, lists[input.reason]),
    query: { limit: input.first + 1, ...pivot },
  })
  return readAnswer('Mailgun', answer, suppressions, ({ items }) => {
    const page = items.slice(0, input.first)
    const last = page.at(-1)
    return {
      items: page.map(({ address, created_at: at, code, error, tags }) => ({
        email: address,
        reason: input.reason,
        detail: error,
        at: iso(fromText(at)),
        ...(code || tags ? { providerData: { code: code ?? null, tags: tags ?? [] } } : {}),
      })),
      nextCursor: items.length > page.length && last ? textCursor(last.address) : null,
    }
  })
}
