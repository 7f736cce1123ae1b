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
import { fromText, idText, iso, someText } from '../shared/message.ts'
import { nextOf, pageQuery, pagination } from './subscribers.ts'

const broadcast = z.object({
  id: idText,
  subject: someText,
  description: someText,
  content: someText,
  preview_text: someText,
  public: z.boolean().nullish(),
  send_at: someText,
  published_at: someText,
  email_address: someText,
  email_template: z.object({ id: z.int() }).nullish(),
  thumbnail_alt: someText,
  thumbnail_url: someText,
  created_at: someText,
  subscriber_filter: z.array(z.record(z.string(), z.json())).nullish(),
})
type Broadcast = z.output<typeof broadcast>

/** Kit's own clock, which decides whether something is still to come. @throws ProviderCallError MALFORMED_ANSWER */
function clockOf(answer: CallAnswer): number {
  const now = Date.parse(answer.headers['date'] ?? '')
  if (Number.isNaN(now)) throw malformed('Kit', 'its answer has no date')
  return now
}

/** Kit has no word for where a broadcast stands: it follows from when it is sent. */
function stateOf({ send_at: sendAt }: Broadcast, now: number): readonly [Campaign['status'], string] {
  const at = fromText(sendAt)
  if (at === null) return ['DRAFT', 'draft']
  return at.getTime() > now ? ['SCHEDULED', 'scheduled'] : ['SENT', 'sent']
}

function toCampaign(found: Broadcast, now: number): Campaign {
  const [status, vendorStatus] = stateOf(found, now)
  return {
    id: found.id,
    name: found.description ?? found.subject ?? '',
    subject: found.subject,
    status,
    vendorStatus,
    sentAt: iso(fromText(found.send_at)),
    recipients: null,
    opens: null,
    clicks: null,
    providerData: {
      public: found.public ?? null,
      published_at: found.published_at,
      email_address: found.email_address,
      created_at: found.created_at,
    },
  }
}

const one = z.object({ broadcast })

/** A draft: no time to be sent at, on no web page, in the account's own template. */
const blank = {
  email_template_id: null,
  preview_text: null,
  public: false,
  published_at: null,
  send_at: null,
  thumbnail_alt: null,
  thumbnail_url: null,
  subscriber_filter: null,
}

export async function listCampaigns(call: Call, input: ListCampaigns): Promise<CampaignPage> {
  const answer = await call({ method: 'GET', path: '/v4/broadcasts', query: pageQuery(input) })
  return readAnswer('Kit', answer, z.object({ broadcasts: z.array(broadcast), pagination }), (found) => {
    const now = clockOf(answer)
    return {
      items: found.broadcasts.map((each) => toCampaign(each, now)),
      nextCursor: nextOf(found.pagination),
    }
  })
}

/** A broadcast goes to everybody: Kit picks readers by tags and segments, never by forms. The sender's name is the account's. */
export async function createCampaign(
  call: Call,
  input: CreateCampaign,
  connection: ConnectionFacts,
): Promise<Campaign> {
  if (input.audienceId !== undefined)
    throw cannotSend(
      'Kit sends a broadcast to everybody; a form is no list it sends to.',
      'Leave `audienceId` out, and narrow the broadcast by tags in Kit.',
      'audienceId',
    )
  const from = input.fromEmail ?? (connection.settings['fromEmail'] || null)
  const answer = await call({
    method: 'POST',
    path: '/v4/broadcasts',
    idempotencyKey: input.idempotencyKey,
    json: {
      ...blank,
      subject: input.subject,
      description: input.name,
      content: input.html,
      email_address: from,
    },
  })
  return readAnswer('Kit', answer, one, (made) => toCampaign(made.broadcast, clockOf(answer)))
}

/** Looks first: what has a time to be sent at keeps it. "Now" is by Kit's clock. */
export async function sendCampaign(call: Call, input: SendCampaign): Promise<Campaign> {
  const path = `/v4/broadcasts/${encodeURIComponent(input.id)}`
  const before = await call({ method: 'GET', path })
  const now = clockOf(before)
  const draft = readAnswer('Kit', before, one, (found) => found.broadcast)
  if (draft.send_at !== null) return toCampaign(draft, now)
  const answer = await call({
    method: 'PUT',
    path,
    idempotencyKey: input.idempotencyKey,
    // A PUT says all of it.
    json: {
      ...blank,
      email_template_id: draft.email_template?.id ?? null,
      subject: draft.subject,
      description: draft.description,
      content: draft.content,
      preview_text: draft.preview_text,
      public: draft.public ?? false,
      published_at: draft.published_at,
      thumbnail_alt: draft.thumbnail_alt,
      thumbnail_url: draft.thumbnail_url,
      email_address: draft.email_address,
      subscriber_filter: draft.subscriber_filter ?? null,
      send_at: input.at ?? new Date(now).toISOString(),
    },
  })
  return readAnswer('Kit', answer, one, (sent) => toCampaign(sent.broadcast, clockOf(answer)))
}
