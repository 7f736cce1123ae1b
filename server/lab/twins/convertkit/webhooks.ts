import { isAddress } from '../../address.ts'
import { pick } from '../../chance.ts'
import { people } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Stage, WebhookSpec } from '../../webhook.ts'
import { bodyOf, failure, moment, notFound, pageOf } from './answers.ts'

interface Webhook {
  id: number
  account_id: number
  event: { name: string; initiator_value: null }
  target_url: string
}
export interface KitWebhookState {
  webhooks: Webhook[]
  lastWebhook: number
}

const types = [
  'subscriber.subscriber_activate',
  'subscriber.subscriber_unsubscribe',
  'subscriber.subscriber_bounce',
  'subscriber.subscriber_complain',
]

function create(request: LabRequest, { state }: Bench<KitWebhookState>): LabAnswer {
  const { target_url: url, event } = bodyOf(request)
  const name = (event as { readonly name?: unknown } | undefined)?.name
  if (typeof url !== 'string' || typeof name !== 'string')
    return failure(422, '`event` and `target` parameters must be provided')
  if (!isAddress(url)) return failure(422, 'Target url is invalid')
  if (!types.includes(name)) return failure(422, 'Event is not supported')
  state.lastWebhook += 1
  const made = { id: state.lastWebhook, account_id: 26, event: { name, initiator_value: null }, target_url: url }
  state.webhooks.unshift(made)
  return json(201, { webhook: made })
}

export const kitWebhookRoutes: readonly Route<KitWebhookState>[] = [
  { method: 'POST', path: '/v4/webhooks', handle: create },
  {
    method: 'GET',
    path: '/v4/webhooks',
    handle: (request, { state }) =>
      pageOf(
        request,
        'webhooks',
        state.webhooks.map(({ event, ...webhook }) => ({ ...webhook, event: { name: event.name } })),
      ),
  },
  {
    method: 'DELETE',
    path: '/v4/webhooks/:id',
    handle: (request, { state }) => {
      const at = state.webhooks.findIndex(({ id }) => String(id) === request.params['id'])
      if (at < 0) return notFound()
      state.webhooks.splice(at, 1)
      return { status: 204 }
    },
  },
]

const happen =
  (event: string, state: string) =>
  ({ id, now, random }: Stage<KitWebhookState>) => {
    const person = pick(random, people)
    const [first = '', ...rest] = person.name.split(' ')
    const subscriber = {
      id: Number(id('', 9, '123456789')),
      first_name: first,
      email_address: person.email,
      state,
      created_at: moment(now),
      fields: { last_name: rest.join(' ') },
    }
    return [{ id: id('', 16), type: `subscriber.${event}`, at: now, data: { subscriber } }]
  }

/** Nothing is signed, and no letter names its event: each has an address of its own. */
export const kitWebhooks: WebhookSpec<KitWebhookState> = {
  proof: [],
  coversBody: false,
  scenarios: {
    'subscriber.subscribed': { description: 'Somebody subscribed.', make: happen('subscriber_activate', 'active') },
    'subscriber.unsubscribed': {
      description: 'Somebody unsubscribed.',
      make: happen('subscriber_unsubscribe', 'cancelled'),
    },
    'subscriber.bounced': { description: 'An address takes no mail.', make: happen('subscriber_bounce', 'bounced') },
    'subscriber.complained': {
      description: 'Somebody marked a broadcast as spam.',
      make: happen('subscriber_complain', 'complained'),
    },
  },
  subscribers: ({ webhooks }) =>
    webhooks.map(({ id, target_url: url, event }) => ({ id: String(id), url, secret: null, types: [event.name] })),
  adopt: ({ id, url }) => ({ subscriber: { id, url, secret: null, types: null } }),
  write: ({ data }) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(data) }),
}
