import { createHash, createHmac } from 'node:crypto'
import { isAddress } from '../../address.ts'
import { pick } from '../../chance.ts'
import { people } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Stage, WebhookSpec } from '../../webhook.ts'
import { audienceId } from './members.ts'
import { bodyOf, invalid, notFound } from './problem.ts'

const types = ['subscribe', 'unsubscribe', 'profile', 'cleaned', 'upemail', 'campaign'] as const

interface Webhook {
  id: string
  url: string
  events: Record<string, boolean>
  sources: Record<string, boolean>
  list_id: string
  secret: string
}
export interface MailchimpWebhookState {
  webhooks: Webhook[]
}
type WebhookBench = Bench<MailchimpWebhookState>

const shown = ({ secret: _secret, ...webhook }: Webhook) => ({ ...webhook, signing_enabled: true })
const secretOf = (id: string) => createHash('sha256').update(`mailchimp:${id}`).digest('hex')

const inList = (request: LabRequest, handle: () => LabAnswer): LabAnswer =>
  request.params['list'] === audienceId ? handle() : notFound()

function create(request: LabRequest, { state, id }: WebhookBench): LabAnswer {
  const { url, events, sources } = bodyOf(request)
  if (!isAddress(url)) return invalid('url', 'We couldn’t validate the given URL.')
  if (state.webhooks.some((webhook) => webhook.url === url))
    return invalid('url', 'Sorry, you can’t set up multiple webhooks for one URL.')
  const webhookId = id('', 10, '0123456789abcdef')
  const made: Webhook = {
    id: webhookId,
    url,
    events: { ...(events as Record<string, boolean>) },
    sources: { ...(sources as Record<string, boolean>) },
    list_id: audienceId,
    secret: secretOf(webhookId),
  }
  state.webhooks.push(made)
  // The only time the secret is shown.
  return json(200, { ...shown(made), signing_secret: made.secret })
}

const path = '/lists/:list/webhooks'
const needs = 'Audiences'
export const mailchimpWebhookRoutes: readonly Route<MailchimpWebhookState>[] = [
  {
    method: 'GET',
    path,
    needs,
    handle: (request, { state }) =>
      inList(request, () =>
        json(200, { webhooks: state.webhooks.map(shown), list_id: audienceId, total_items: state.webhooks.length }),
      ),
  },
  { method: 'POST', path, needs, handle: (request, bench) => inList(request, () => create(request, bench)) },
  {
    method: 'DELETE',
    path: `${path}/:id`,
    needs,
    handle: (request, { state }) =>
      inList(request, () => {
        const at = state.webhooks.findIndex(({ id }) => id === request.params['id'])
        if (at < 0) return notFound()
        state.webhooks.splice(at, 1)
        return { status: 204 }
      }),
  },
]

type Fields = Readonly<Record<string, string>>

const happen =
  (type: string, more: (email: string) => Fields = () => ({})) =>
  ({ id, now, random }: Stage<MailchimpWebhookState>) => {
    const person = pick(random, people)
    const [first = '', ...rest] = person.name.split(' ')
    const known = {
      id: id('', 10, '0123456789abcdef'),
      email: person.email,
      email_type: 'html',
      ip_opt: '192.0.2.44',
      'merges][FNAME': first,
      'merges][LNAME': rest.join(' '),
    }
    const fields: Fields = { list_id: audienceId, ...known, ...more(person.email) }
    return [{ id: id('', 16), type, at: now, data: fields }]
  }

const stamp = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/** Forms, signed over time and body. */
export const mailchimpWebhooks: WebhookSpec<MailchimpWebhookState> = {
  proof: ['x-mailchimp-signature'],
  coversBody: true,
  scenarios: {
    'subscriber.subscribed': { description: 'Somebody subscribed.', make: happen('subscribe') },
    'subscriber.unsubscribed': {
      description: 'Somebody unsubscribed.',
      make: happen('unsubscribe', () => ({ action: 'unsub', reason: 'manual' })),
    },
    'subscriber.updated': { description: 'A subscriber changed their name.', make: happen('profile') },
    'subscriber.bounced': {
      description: 'An address takes no mail.',
      make: happen('cleaned', () => ({ campaign_id: '0ab00cafe0', reason: 'hard' })),
    },
    'campaign.sent': {
      description: 'A campaign went out.',
      make: happen('campaign', () => ({ id: '0ab00cafe0', subject: 'New in November', status: 'sent', reason: '' })),
    },
  },
  subscribers: ({ webhooks }) =>
    webhooks.map(({ id, url, secret, events }) => ({
      id,
      url,
      secret,
      types: types.filter((type) => events[type] === true),
    })),
  // Mailchimp chooses the secret: whoever pastes the address is shown it.
  adopt: ({ id, url, secret }) => {
    const chosen = secret ?? secretOf(id)
    return { subscriber: { id, url, secret: chosen, types: null }, told: { signingSecret: chosen } }
  },
  write: ({ type, at, data }, { secret }, moment) => {
    const fields = Object.entries(data as Fields).map(([name, value]) => [`data[${name}]`, value])
    const body = new URLSearchParams([['type', type], ['fired_at', stamp(at)], ...fields]).toString()
    const time = String(Math.floor(moment.at / 1000))
    const signature = createHmac('sha256', secret ?? '')
      .update(`${time}.${body}`)
      .digest('hex')
    return {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(secret === null ? {} : { 'x-mailchimp-signature': `t=${time},v1=${signature}` }),
      },
      body,
    }
  },
}
