import type {
  Campaign,
  CampaignPage,
  CreateCampaign,
  ListCampaigns,
  SendCampaign,
} from '@patchbay/schema/capabilities/marketing.ts'
import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { fromText, iso, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { audienceOf } from './audience.ts'
import { nextAfter, offsetOf } from './subscribers.ts'

const statuses: Readonly<Record<string, Campaign['status']>> = {
  save: 'DRAFT',
  paused: 'SCHEDULED',
  schedule: 'SCHEDULED',
  sending: 'SENDING',
  sent: 'SENT',
  archived: 'SENT',
  canceling: 'CANCELLED',
  canceled: 'CANCELLED',
}

const campaign = z.object({
  id: z.string().min(1),
  status: z.string(),
  type: someText,
  web_id: z.int().nullish(),
  create_time: someText,
  send_time: someText,
  emails_sent: z.int().nullish(),
  archive_url: someText,
  settings: z.object({ subject_line: someText, title: someText }).optional(),
  recipients: z.object({ list_id: someText, recipient_count: z.int().nullish() }).optional(),
  report_summary: z.object({ unique_opens: z.int().nullish(), subscriber_clicks: z.int().nullish() }).optional(),
})

const toCampaign = (found: z.output<typeof campaign>): Campaign => ({
  id: found.id,
  name: found.settings?.title ?? found.settings?.subject_line ?? '',
  subject: found.settings?.subject_line ?? null,
  status: statuses[found.status] ?? 'DRAFT',
  vendorStatus: found.status,
  sentAt: iso(fromText(found.send_time)),
  recipients: found.emails_sent || (found.recipients?.recipient_count ?? null),
  opens: found.report_summary?.unique_opens ?? null,
  clicks: found.report_summary?.subscriber_clicks ?? null,
  providerData: {
    type: found.type,
    web_id: found.web_id ?? null,
    list_id: found.recipients?.list_id ?? null,
    create_time: found.create_time,
    archive_url: found.archive_url,
  },
})

const read = (answer: CallAnswer) => readAnswer('Mailchimp', answer, campaign, toCampaign)
const pathOf = (id: string) => `/campaigns/${encodeURIComponent(id)}`

const campaignList = z.object({ campaigns: z.array(campaign), total_items: z.int().nonnegative() })

export async function listCampaigns(call: Call, input: ListCampaigns): Promise<CampaignPage> {
  const answer = await call({
    method: 'GET',
    path: '/campaigns',
    query: { count: input.first, offset: offsetOf(input), sort_field: 'create_time', sort_dir: 'DESC' },
  })
  return readAnswer('Mailchimp', answer, campaignList, ({ campaigns, total_items: all }) => ({
    items: campaigns.map(toCampaign),
    nextCursor: nextAfter(input, campaigns.length, all),
  }))
}

/** Two steps at Mailchimp: a draft whose text is refused is taken away again. A draft reaches nobody by itself. */
export async function createCampaign(
  call: Call,
  input: CreateCampaign,
  connection: ConnectionFacts,
): Promise<Campaign> {
  const from = input.fromEmail ?? connection.settings['fromEmail'] ?? ''
  if (from === '')
    throw cannotSend(
      'The campaign has no sender.',
      'Set the sender of the connection, or give `fromEmail`.',
      'fromEmail',
    )
  const made = read(
    await call({
      method: 'POST',
      path: '/campaigns',
      idempotencyKey: input.idempotencyKey,
      json: {
        type: 'regular',
        recipients: { list_id: audienceOf(input.audienceId, connection) },
        settings: {
          title: input.name,
          subject_line: input.subject,
          from_name: input.fromName ?? (connection.settings['fromName'] || from),
          reply_to: from,
        },
      },
    }),
  )
  try {
    await call({ method: 'PUT', path: `${pathOf(made.id)}/content`, json: { html: input.html } })
  } catch (error) {
    await unlessGone(call({ method: 'DELETE', path: pathOf(made.id) })).catch(() => undefined)
    throw error
  }
  return made
}

const quarterMs = 15 * 60_000

/** Mailchimp sends at the quarters of an hour only: the next one is taken. */
const nextQuarter = (at: string) => new Date(Math.ceil(Date.parse(at) / quarterMs) * quarterMs).toISOString()

/** Looks first: what is sent, or about to be, is not sent again. */
export async function sendCampaign(call: Call, input: SendCampaign): Promise<Campaign> {
  const path = pathOf(input.id)
  const before = read(await call({ method: 'GET', path }))
  if (before.status !== 'DRAFT') return before
  const { idempotencyKey } = input
  if (input.at === undefined) await call({ method: 'POST', path: `${path}/actions/send`, idempotencyKey })
  else {
    const json = { schedule_time: nextQuarter(input.at) }
    await call({ method: 'POST', path: `${path}/actions/schedule`, idempotencyKey, json })
  }
  return read(await call({ method: 'GET', path }))
}
