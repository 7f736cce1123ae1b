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
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { mailboxText } from '../shared/mailbox.ts'
import { iso, someText } from '../shared/message.ts'
import { senderOf } from '../shared/sender.ts'
import { toMoment, toTag } from './reference.ts'

/** Resend's own address whose mails are always delivered, to nobody. */
const nobody = 'delivered@resend.dev'

type Values = NonNullable<SendEmail['variables']>

/** Resend fills a template with texts and numbers only. */
function variablesOf(variables: Values): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (typeof value === 'string' || typeof value === 'number') return [name, value]
      if (typeof value === 'boolean') return [name, String(value)]
      throw cannotSend(
        `Resend cannot fill “${name}”: its templates take texts and numbers only.`,
        'Give each part as a variable of its own.',
        'variables',
      )
    }),
  )
}

/** Resend cannot check a mail without sending it: a dry run goes to Resend's test address instead of its readers. */
export async function sendEmail(call: Call, input: SendEmail, connection: ConnectionFacts): Promise<SentEmail> {
  const { templateId, variables = {}, replyTo, dryRun } = input
  const copies = (people: SendEmail['to'] | undefined) => (dryRun ? [] : (people ?? []).map(mailboxText))
  const [cc, bcc] = [copies(input.cc), copies(input.bcc)]
  const answer = await call({
    method: 'POST',
    path: '/emails',
    idempotencyKey: input.idempotencyKey,
    json: {
      from: mailboxText(senderOf(input, connection)),
      to: dryRun ? [nobody] : input.to.map(mailboxText),
      ...(cc.length > 0 ? { cc } : {}),
      ...(bcc.length > 0 ? { bcc } : {}),
      ...(replyTo === undefined ? {} : { reply_to: [mailboxText(replyTo)] }),
      subject: input.subject,
      text: input.text,
      html: input.html,
      ...(templateId === undefined ? {} : { template: { id: templateId, variables: variablesOf(variables) } }),
      // Comes back in every event of this mail.
      tags: [{ name: 'patchbay_key', value: toTag(input.idempotencyKey) }],
    },
  })
  return readAnswer('Resend', answer, z.object({ id: z.string().min(1) }), ({ id }) =>
    dryRun
      ? { messageId: null, status: 'CHECKED', providerData: { id, to: nobody } }
      : { messageId: id, status: 'ACCEPTED' },
  )
}

const statuses: Readonly<Record<string, EmailDelivery['status']>> = {
  queued: 'QUEUED',
  scheduled: 'QUEUED',
  sent: 'SENT',
  delivery_delayed: 'SENT',
  delivered: 'DELIVERED',
  opened: 'OPENED',
  clicked: 'CLICKED',
  bounced: 'BOUNCED',
  complained: 'COMPLAINED',
  failed: 'FAILED',
  suppressed: 'FAILED',
  canceled: 'FAILED',
}

const email = z.object({
  id: z.string().min(1),
  to: z.array(z.string()),
  subject: someText,
  created_at: someText,
  last_event: z.string(),
  message_id: someText,
  scheduled_at: someText,
})

/** Resend tells the last event and not when it was. */
export async function getEmail(call: Call, input: GetEmail): Promise<EmailDelivery> {
  const answer = await call({ method: 'GET', path: `/emails/${encodeURIComponent(input.id)}` })
  return readAnswer('Resend', answer, email, (found) => ({
    messageId: found.id,
    status: statuses[found.last_event] ?? 'UNKNOWN',
    vendorStatus: found.last_event,
    to: found.to,
    subject: found.subject,
    at: null,
    providerData: {
      message_id: found.message_id,
      created_at: iso(toMoment(found.created_at)),
      scheduled_at: iso(toMoment(found.scheduled_at)),
    },
  }))
}

interface PageAsked {
  readonly first: number
  readonly after: string | null
}

/** Resend's lists go on after the id of the last item. */
export const pageQuery = ({ first, after }: PageAsked) => ({
  limit: first,
  after: after === null ? undefined : readTextCursor(after),
})

const listOf = <Item extends z.ZodType>(item: Item) => z.object({ has_more: z.boolean(), data: z.array(item) })
const nextOf = ({
  has_more,
  data,
}: {
  readonly has_more: boolean
  readonly data: readonly { readonly id: string }[]
}) => {
  const last = data.at(-1)
  return has_more && last !== undefined ? textCursor(last.id) : null
}

const templates = listOf(
  z.object({ id: z.string().min(1), name: z.string(), status: someText, alias: someText, updated_at: someText }),
)

/** The list holds no subjects. */
export async function listTemplates(call: Call, input: ListEmailTemplates): Promise<EmailTemplatePage> {
  const answer = await call({ method: 'GET', path: '/templates', query: pageQuery(input) })
  return readAnswer('Resend', answer, templates, (page) => ({
    items: page.data.map(({ id, name, status, alias, updated_at: at }) => ({
      id,
      name,
      updatedAt: iso(toMoment(at)),
      subject: null,
      providerData: { status, alias },
    })),
    nextCursor: nextOf(page),
  }))
}

/** Resend keeps no list of unsubscribed mails; what a person put on the list by hand is the nearest. */
const origins = { BOUNCE: 'bounce', COMPLAINT: 'complaint', UNSUBSCRIBE: 'manual' } as const
const suppressions = listOf(
  z.object({ id: z.string().min(1), email: z.string(), origin: z.string(), source_id: someText, created_at: someText }),
)

export async function listSuppressions(call: Call, input: ListSuppressions): Promise<SuppressionPage> {
  const answer = await call({
    method: 'GET',
    path: '/suppressions',
    query: { ...pageQuery(input), origin: origins[input.reason] },
  })
  return readAnswer('Resend', answer, suppressions, (page) => ({
    items: page.data.map(({ id, email: address, origin, source_id, created_at: at }) => ({
      email: address,
      reason: input.reason,
      detail: null,
      at: iso(toMoment(at)),
      providerData: { id, origin, source_id },
    })),
    nextCursor: nextOf(page),
  }))
}
