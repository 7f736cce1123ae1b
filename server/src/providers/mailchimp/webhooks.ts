import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { malformed, readAnswer } from '../shared/failure.ts'
import { mailchimpProbe } from '../shared/handshakes.ts'
import { onBody, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { timestampedHex } from '../shared/signatures/timestamped.ts'
import type { MapEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'
import { audienceOf, listPath } from './audience.ts'

/** "2026-11-20 12:00:09", in UTC. */
function firedAt(text: string | null | undefined): Date | null {
  const time = Date.parse(`${(text ?? '').replace(' ', 'T')}Z`)
  return Number.isNaN(time) ? null : new Date(time)
}

/** A form whose names hold brackets. */
const form = z.object({
  fired_at: someText,
  'data[id]': someText,
  'data[list_id]': someText,
  'data[email]': z.string().min(1),
  'data[merges][FNAME]': someText,
  'data[merges][LNAME]': someText,
  'data[reason]': someText,
})

const person = (found: z.output<typeof form>) => ({
  id: found['data[id]'],
  email: found['data[email]'],
  name: [found['data[merges][FNAME]'], found['data[merges][LNAME]']].filter((part) => part !== null).join(' ') || null,
  audienceId: found['data[list_id]'],
})

const about = (
  type: string,
  more: (found: z.output<typeof form>) => Readonly<Record<string, unknown>> = () => ({}),
): MapEvent =>
  onBody(form, (found) => ({
    type,
    occurredAt: firedAt(found.fired_at),
    orderKey: `subscriber:${found['data[email]'].toLowerCase()}`,
    data: { ...person(found), ...more(found) },
  }))

const changedAddress = z.object({
  fired_at: someText,
  'data[list_id]': someText,
  'data[new_id]': someText,
  'data[new_email]': z.string().min(1),
  'data[old_email]': someText,
})
const sentCampaign = z.object({
  fired_at: someText,
  'data[id]': z.string().min(1),
  'data[subject]': someText,
  'data[status]': someText,
  'data[list_id]': someText,
})

const events: Readonly<Record<string, MapEvent>> = {
  subscribe: about('subscriber.subscribed'),
  profile: about('subscriber.updated', () => ({ previousEmail: null })),
  unsubscribe: about('subscriber.unsubscribed', (found) => ({ reason: found['data[reason]'] })),
  cleaned: about('subscriber.bounced', (found) => ({ reason: found['data[reason]'] })),
  upemail: onBody(changedAddress, (found) => ({
    type: 'subscriber.updated',
    occurredAt: firedAt(found.fired_at),
    orderKey: `subscriber:${found['data[new_email]'].toLowerCase()}`,
    data: {
      id: found['data[new_id]'],
      email: found['data[new_email]'],
      name: null,
      audienceId: found['data[list_id]'],
      previousEmail: found['data[old_email]'],
    },
  })),
  campaign: onBody(sentCampaign, (found) =>
    found['data[status]'] === 'sent'
      ? {
          type: 'campaign.sent',
          occurredAt: firedAt(found.fired_at),
          orderKey: `campaign:${found['data[id]']}`,
          data: { id: found['data[id]'], subject: found['data[subject]'], audienceId: found['data[list_id]'] },
        }
      : [],
  ),
}

const identity = z.object({ type: z.string(), fired_at: z.string().nullish() })

const kept = z.object({ id: z.string().min(1), url: z.string() })
const pathOf = (connection: ConnectionFacts, id?: string) =>
  `${listPath(audienceOf(undefined, connection))}/webhooks${id === undefined ? '' : `/${encodeURIComponent(id)}`}`

async function all(call: Call, connection: ConnectionFacts): Promise<readonly z.output<typeof kept>[]> {
  const answer = await call({ method: 'GET', path: pathOf(connection) })
  return readAnswer('Mailchimp', answer, z.object({ webhooks: z.array(kept) }), ({ webhooks }) => webhooks)
}

/** The secret is shown once, when the webhook is made: one that is there already is made anew. */
const registration: RegistrationSpec = {
  register: async (call, { url, ids }, connection) => {
    const before = await all(call, connection)
    const remove = (id: string) => unlessGone(call({ method: 'DELETE', path: pathOf(connection, id) }))
    // Mailchimp takes an address once.
    for (const same of before) if (same.url === url) await remove(same.id)
    const answer = await call({
      method: 'POST',
      path: pathOf(connection),
      json: {
        url,
        events: Object.fromEntries(Object.keys(events).map((type) => [type, true])),
        // What the hub itself does comes back too: another program may do it with the same key.
        sources: { user: true, admin: true, api: true },
      },
    })
    const made = readAnswer(
      'Mailchimp',
      answer,
      z.object({ id: z.string().min(1), signing_secret: someText }),
      (found) => found,
    )
    if (made.signing_secret === null) {
      await remove(made.id)
      throw malformed(
        'Mailchimp',
        'it made the webhook without a signing secret, so nothing it sends could be verified',
      )
    }
    for (const old of before) if (old.url !== url && ids.includes(old.id)) await remove(old.id)
    return { ids: [made.id], secrets: [made.signing_secret] }
  },
  unregister: async (call, ids, connection) => {
    for (const id of ids) await unlessGone(call({ method: 'DELETE', path: pathOf(connection, id) }))
  },
}

/**
 * Mailchimp's webhooks of one audience: https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/
 *
 * Signed since 2026; the guide is the only source for it, so the shape of the signature is to be verified with an account.
 */
export const mailchimpWebhooks: WebhookSpec = {
  verify: timestampedHex({ header: 'x-mailchimp-signature' }),
  secret: {
    from: 'source',
    label: 'Signing secret',
    help: 'Shown once, when the webhook is made. The hub keeps it by itself when it registers the webhook.',
  },
  identify: ({ body }) => {
    const found = identity.safeParse(body).data
    return { id: null, type: found?.type ?? null, occurredAt: firedAt(found?.fired_at) }
  },
  events,
  handshake: mailchimpProbe(),
  registration,
  setup: [
    'The hub does all of this by itself for the audience of the connection.',
    'In Mailchimp open Audience → Manage audience → Settings → Webhooks → Create New Webhook.',
    'Paste the address of this source; Mailchimp asks it once whether it is there.',
    'Tick the events and the sources you want, save, copy the signing secret and add it here. Unsigned webhooks are refused.',
  ],
}
