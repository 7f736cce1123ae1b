import type {
  Campaign,
  CampaignPage,
  CreateCampaign,
  ListCampaigns,
  SendCampaign,
} from '@patchbay/schema/capabilities/marketing.ts'
import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from '../provider.ts'
import { cannotSend, malformed, readAnswer } from '../shared/failure.ts'
import { someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { listOf } from './contacts.ts'
import { links, nextOf, pageQuery } from './pages.ts'

const statuses: Readonly<Record<string, Campaign['status']>> = {
  draft: 'DRAFT',
  scheduled: 'SCHEDULED',
  executing: 'SENDING',
  done: 'SENT',
  error: 'CANCELLED',
  removed: 'CANCELLED',
}

const campaign = z.object({
  campaign_id: z.string().min(1),
  name: z.string(),
  current_status: z.string(),
  type: someText,
  created_at: someText,
  updated_at: someText,
  campaign_activities: z.array(z.object({ campaign_activity_id: z.string().min(1), role: someText })).default([]),
})
type Found = z.output<typeof campaign>

/** A campaign is a shell: its subject and its figures belong to its activities. */
const toCampaign = (found: Found, subject: string | null = null): Campaign => ({
  id: found.campaign_id,
  name: found.name,
  subject,
  status: statuses[found.current_status.toLowerCase()] ?? 'DRAFT',
  vendorStatus: found.current_status,
  sentAt: null,
  recipients: null,
  opens: null,
  clicks: null,
  providerData: { type: found.type, created_at: found.created_at, updated_at: found.updated_at },
})

const read = (answer: CallAnswer) => readAnswer('Constant Contact', answer, campaign, (found) => found)
const pathOf = (id: string) => `/emails/${encodeURIComponent(id)}`

/** The activity that is the mail itself. */
function mailOf({ campaign_activities: activities }: Found): string {
  const found = activities.find(({ role }) => role === 'primary_email')
  if (found === undefined) throw malformed('Constant Contact', 'the campaign has no mail')
  return `/emails/activities/${encodeURIComponent(found.campaign_activity_id)}`
}

export async function listCampaigns(call: Call, input: ListCampaigns): Promise<CampaignPage> {
  const query = pageQuery(input)
  const answer = await call({ method: 'GET', path: '/emails', ...(query === undefined ? {} : { query }) })
  const shape = z.object({ campaigns: z.array(campaign), _links: links })
  return readAnswer('Constant Contact', answer, shape, (page) => ({
    items: page.campaigns.map((found) => toCampaign(found)),
    nextCursor: nextOf(page._links),
  }))
}

/** Without it nothing is counted. */
const tracking = '[[trackingImage]]'

/**
 * A name is taken once at Constant Contact, so a repeat is a CONFLICT and no second campaign. The list belongs to the mail
 * and is set in a second step: a draft that cannot have it is taken away again.
 */
export async function createCampaign(
  call: Call,
  input: CreateCampaign,
  connection: ConnectionFacts,
): Promise<Campaign> {
  const list = listOf(input.audienceId, connection)
  const from = input.fromEmail ?? connection.settings['fromEmail'] ?? ''
  if (from === '')
    throw cannotSend(
      'The campaign has no sender.',
      'Set the sender of the connection, or give `fromEmail`.',
      'fromEmail',
    )
  const mail = {
    format_type: 5,
    from_name: input.fromName ?? (connection.settings['fromName'] || from),
    from_email: from,
    reply_to_email: from,
    subject: input.subject,
    html_content: input.html.includes(tracking) ? input.html : `${input.html}${tracking}`,
  }
  const { idempotencyKey, name } = input
  const json = { name, email_campaign_activities: [mail] }
  const made = read(await call({ method: 'POST', path: '/emails', idempotencyKey, json }))
  try {
    await call({ method: 'PUT', path: mailOf(made), json: { ...mail, contact_list_ids: [list] } })
  } catch (error) {
    await unlessGone(call({ method: 'DELETE', path: pathOf(made.campaign_id) })).catch(() => undefined)
    throw error
  }
  return toCampaign(made, input.subject)
}

/** Looks first: what is sent or scheduled is not sent again. "0" means now. */
export async function sendCampaign(call: Call, input: SendCampaign): Promise<Campaign> {
  const before = read(await call({ method: 'GET', path: pathOf(input.id) }))
  if (before.current_status.toLowerCase() !== 'draft') return toCampaign(before)
  await call({
    method: 'POST',
    path: `${mailOf(before)}/schedules`,
    idempotencyKey: input.idempotencyKey,
    json: { scheduled_date: input.at ?? '0' },
  })
  return toCampaign(read(await call({ method: 'GET', path: pathOf(input.id) })))
}
