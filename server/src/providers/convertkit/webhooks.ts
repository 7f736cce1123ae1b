import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { idText, onBody, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { byAddress } from '../shared/signatures/by-address.ts'
import type { MapEvent, RegistrationSpec, WebhookMessage, WebhookSpec } from '../webhook.ts'
import { pagination } from './subscribers.ts'

const body = z.object({
  subscriber: z.object({
    id: idText,
    email_address: z.string().min(1),
    first_name: someText,
    fields: z.record(z.string(), z.unknown()).nullish(),
  }),
})

const about = (type: string, more: Readonly<Record<string, unknown>> = {}): MapEvent =>
  onBody(body, ({ subscriber: { id, email_address: email, first_name: first, fields } }) => {
    const last = fields?.['last_name']
    const name = [first, typeof last === 'string' ? last : null].filter(Boolean).join(' ')
    return {
      type,
      occurredAt: null,
      orderKey: `subscriber:${email.toLowerCase()}`,
      data: { id, email, name: name || null, audienceId: null, ...more },
    }
  })

const events: Readonly<Record<string, MapEvent>> = {
  'subscriber.subscriber_activate': about('subscriber.subscribed'),
  'subscriber.subscriber_unsubscribe': about('subscriber.unsubscribed', { reason: null }),
  'subscriber.subscriber_bounce': about('subscriber.bounced', { reason: null }),
  'subscriber.subscriber_complain': about('subscriber.complained'),
}

/** What somebody's state says of the event, for an address that was pasted without its name. */
const byState: Readonly<Record<string, string>> = {
  active: 'subscriber.subscriber_activate',
  cancelled: 'subscriber.subscriber_unsubscribe',
  bounced: 'subscriber.subscriber_bounce',
  complained: 'subscriber.subscriber_complain',
}
const stateIn = z.object({ subscriber: z.object({ state: z.string() }) })

/** Kit's messages do not name their event, so the address does: each event has its own. */
function typeOf({ query, body: sent }: WebhookMessage): string | null {
  const named = query.get('event')
  if (named !== null && Object.hasOwn(events, named)) return named
  return byState[stateIn.safeParse(sent).data?.subscriber.state ?? ''] ?? null
}

function addressOf(url: string, event: string): string {
  const address = new URL(url)
  address.searchParams.set('event', event)
  return address.href
}

const webhook = z.object({ id: idText, target_url: z.string() })

async function all(call: Call): Promise<readonly z.output<typeof webhook>[]> {
  const found: z.output<typeof webhook>[] = []
  for (let after: string | null | undefined; after !== null;) {
    const query: Record<string, string | number | undefined> = { per_page: 500, after }
    const answer = await call({ method: 'GET', path: '/v4/webhooks', query })
    const page = readAnswer('Kit', answer, z.object({ webhooks: z.array(webhook), pagination }), (value) => value)
    found.push(...page.webhooks)
    after = page.pagination.has_next_page && page.webhooks.length > 0 ? page.pagination.end_cursor : null
  }
  return found
}

const remove = (call: Call, id: string) =>
  unlessGone(call({ method: 'DELETE', path: `/v4/webhooks/${encodeURIComponent(id)}` }))

const registration: RegistrationSpec = {
  register: async (call, { url, ids }) => {
    const before = await all(call)
    const now: string[] = []
    for (const name of Object.keys(events)) {
      const target = addressOf(url, name)
      const known = before.find((each) => each.target_url === target)
      if (known !== undefined) now.push(known.id)
      else {
        const answer = await call({
          method: 'POST',
          path: '/v4/webhooks',
          json: { target_url: target, event: { name } },
        })
        now.push(readAnswer('Kit', answer, z.object({ webhook }), (made) => made.webhook.id))
      }
    }
    for (const { id } of before) if (ids.includes(id) && !now.includes(id)) await remove(call, id)
    return { ids: now }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await remove(call, id)
  },
}

/** Kit's webhooks: https://developers.kit.com/api-reference/webhooks/create-a-webhook */
export const convertkitWebhooks: WebhookSpec = {
  verify: byAddress(),
  secret: { from: 'address' },
  // Nothing in a message tells one time from the next: who comes back just as they left looks like a repeat.
  identify: (message) => {
    const type = typeOf(message)
    return { id: type === null ? null : hash('sha256', `${type}:${message.text}`), type, occurredAt: null }
  },
  events,
  registration,
  setup: [
    'The hub does all of this by itself: Kit has no page for webhooks, they are made by its API.',
    'One webhook is made for each event, with the event’s name at the end of the address.',
    'Kit signs nothing: keep the address to yourself, and give the source a new one when it got around.',
  ],
}
