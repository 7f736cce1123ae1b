import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, onBody, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { standardWebhooks } from '../shared/signatures/standard-webhooks.ts'
import type { MapEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'
import { fromTag } from './reference.ts'

const reader = z.object({ userAgent: someText, link: someText })
const mail = z.object({
  email_id: z.string().min(1),
  to: z.array(z.string()).min(1),
  /** By name, or a list of names and values. */
  tags: z
    .union([
      z.record(z.string(), z.string()),
      z
        .array(z.object({ name: z.string(), value: z.string() }))
        .transform((tags) => Object.fromEntries(tags.map(({ name, value }) => [name, value]))),
    ])
    .nullish()
    .catch(null),
  bounce: z.object({ message: someText, type: someText, subType: someText }).nullish(),
  failed: z.object({ reason: someText }).nullish(),
  suppressed: z.object({ message: someText, type: someText }).nullish(),
  open: reader.nullish(),
  click: reader.nullish(),
})
type Mail = z.output<typeof mail>
const body = z.object({ created_at: someText, data: mail })

type Told = readonly [type: string, more: (mail: Mail) => Readonly<Record<string, unknown>>]
const kinds: Readonly<Record<string, Told>> = {
  'email.delivered': ['email.delivered', () => ({})],
  'email.delivery_delayed': ['email.deferred', () => ({ attempt: null, reason: null })],
  'email.bounced': [
    'email.bounced',
    ({ bounce }) => ({
      permanent: bounce?.type ? bounce.type === 'Permanent' : null,
      code: null,
      reason: bounce?.message ?? null,
    }),
  ],
  'email.failed': ['email.dropped', ({ failed }) => ({ reason: failed?.reason ?? null })],
  'email.suppressed': ['email.dropped', ({ suppressed }) => ({ reason: suppressed?.message ?? null })],
  'email.opened': ['email.opened', ({ open }) => ({ userAgent: open?.userAgent ?? null, byMachine: null })],
  'email.clicked': [
    'email.clicked',
    ({ click }) => ({ userAgent: click?.userAgent ?? null, url: click?.link ?? null }),
  ],
  'email.complained': ['email.complained', () => ({})],
}

/** A message is about a whole mail: which of several readers it means, Resend does not say. */
const mapOf = ([type, more]: Told): MapEvent =>
  onBody(body, ({ created_at: at, data }) => {
    const key = data.tags?.['patchbay_key']
    return {
      type,
      occurredAt: fromText(at),
      orderKey: `email:${data.email_id}`,
      data: {
        messageId: data.email_id,
        recipient: data.to.join(', '),
        reference: key === undefined ? null : fromTag(key),
        ...more(data),
      },
    }
  })

const identity = z.object({ type: z.string(), created_at: z.string().nullish() })

const settings = z.object({ id: z.string().min(1), endpoint: z.string() })
const list = z.object({ has_more: z.boolean(), data: z.array(settings) })
const pathOf = (id: string) => `/webhooks/${encodeURIComponent(id)}`

async function all(call: Call): Promise<readonly z.output<typeof settings>[]> {
  const found: z.output<typeof settings>[] = []
  for (let after: string | undefined, more = true; more; after = found.at(-1)?.id) {
    const answer = await call({ method: 'GET', path: '/webhooks', query: { limit: 100, after } })
    const page = readAnswer('Resend', answer, list, (value) => value)
    found.push(...page.data)
    more = page.has_more && page.data.length > 0
  }
  return found
}

const withSecret = z.object({ id: z.string().min(1), signing_secret: z.string().min(1) })

const registration: RegistrationSpec = {
  register: async (call, { url, ids }) => {
    const known = await all(call)
    const same = known.find(({ endpoint }) => endpoint === url)
    const events = Object.keys(kinds)
    const json = { endpoint: url, events }
    if (same !== undefined) await call({ method: 'PATCH', path: pathOf(same.id), json: { ...json, status: 'enabled' } })
    const answer =
      same === undefined
        ? await call({ method: 'POST', path: '/webhooks', json })
        : await call({ method: 'GET', path: pathOf(same.id) })
    const { id, signing_secret: secret } = readAnswer('Resend', answer, withSecret, (made) => made)
    for (const old of known)
      if (old.id !== id && ids.includes(old.id)) await unlessGone(call({ method: 'DELETE', path: pathOf(old.id) }))
    return { ids: [id], secrets: [secret] }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await unlessGone(call({ method: 'DELETE', path: pathOf(id) }))
  },
}

/** Resend's webhooks: https://resend.com/docs/webhooks/introduction */
export const resendWebhooks: WebhookSpec = {
  verify: standardWebhooks('svix', 'webhook'),
  secret: {
    from: 'source',
    label: 'Signing secret',
    help: 'Resend → Webhooks → your webhook → Signing Secret.',
    hint: { pattern: '^whsec_[A-Za-z0-9+/=]+$', message: 'Resend’s signing secrets start with whsec_.' },
  },
  identify: (message) => {
    const found = identity.safeParse(message.body).data
    return {
      // The same at every try.
      id: message.headers['svix-id'] ?? message.headers['webhook-id'] ?? null,
      type: found?.type ?? null,
      occurredAt: fromText(found?.created_at),
    }
  },
  events: Object.fromEntries(Object.entries(kinds).map(([type, told]) => [type, mapOf(told)])),
  ignore: [
    'email.sent',
    'email.scheduled',
    'email.received',
    'contact.created',
    'contact.updated',
    'contact.deleted',
    'domain.created',
    'domain.updated',
    'domain.deleted',
  ],
  registration,
  setup: [
    'The hub does all of this by itself when the key has full access.',
    'In Resend open Webhooks → Add Webhook and paste the address of this source.',
    'Choose the events about mails; “Sent” is not needed.',
    'Open the webhook, copy its Signing Secret and add it here.',
  ],
}
