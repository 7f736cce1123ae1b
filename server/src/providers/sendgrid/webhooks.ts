import { z } from 'zod'
import { readAnswer } from '../shared/failure.ts'
import { fromSeconds, idText, onBody, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { timestampedEcdsa } from '../shared/signatures/ecdsa.ts'
import type { MapEvent, MappedEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'

const item = z.object({
  event: z.string(),
  email: z.string(),
  timestamp: z.int(),
  sg_event_id: z.string(),
  sg_message_id: someText,
  /** The hub's own, given with emails.send. */
  patchbay_key: someText,
  reason: someText,
  response: someText,
  status: someText,
  type: someText,
  attempt: z.coerce.number().int().nullish().catch(null),
  url: someText,
  useragent: someText,
  sg_machine_open: z.boolean().nullish(),
  asm_group_id: idText.nullish(),
})
type Item = z.output<typeof item>

/** What each type adds to the mail it is about. */
const kinds: Readonly<
  Record<string, { readonly type: string; readonly more: (found: Item) => Readonly<Record<string, unknown>> }>
> = {
  delivered: { type: 'email.delivered', more: () => ({}) },
  // A "blocked" bounce is the server's mood of today; the address itself is not known to be wrong.
  bounce: {
    type: 'email.bounced',
    more: ({ type, status, reason }) => ({ permanent: type === null ? null : type === 'bounce', code: status, reason }),
  },
  deferred: {
    type: 'email.deferred',
    more: ({ attempt, response, reason }) => ({ attempt: attempt ?? null, reason: response ?? reason }),
  },
  dropped: { type: 'email.dropped', more: ({ reason }) => ({ reason }) },
  open: {
    type: 'email.opened',
    more: ({ useragent, sg_machine_open: byMachine }) => ({ userAgent: useragent, byMachine: byMachine ?? null }),
  },
  click: { type: 'email.clicked', more: ({ useragent, url }) => ({ userAgent: useragent, url }) },
  spamreport: { type: 'email.complained', more: () => ({}) },
  unsubscribe: { type: 'email.unsubscribed', more: () => ({ group: null }) },
  group_unsubscribe: { type: 'email.unsubscribed', more: ({ asm_group_id: group }) => ({ group: group ?? null }) },
  group_resubscribe: { type: 'email.resubscribed', more: ({ asm_group_id: group }) => ({ group: group ?? null }) },
}

function toEvent(found: Item): readonly MappedEvent[] {
  const kind = kinds[found.event]
  if (kind === undefined) return []
  const mail = { messageId: found.sg_message_id, recipient: found.email, reference: found.patchbay_key }
  return [
    {
      type: kind.type,
      occurredAt: fromSeconds(found.timestamp),
      key: found.sg_event_id,
      ...(found.sg_message_id === null ? {} : { orderKey: `email:${found.sg_message_id}:${found.email}` }),
      data: { ...mail, ...kind.more(found) },
    },
  ]
}

/** Types of a batch: what it says of itself is their common type, or that it is mixed. */
const typesOf = (body: unknown): ReadonlySet<unknown> =>
  new Set(Array.isArray(body) ? body.map((one: unknown) => (one as { readonly event?: unknown } | null)?.event) : [])
const mixed = 'batch'

function typeOf(body: unknown): string | null {
  const [first, ...others] = typesOf(body)
  if (others.length > 0) return mixed
  return typeof first === 'string' ? first : null
}

const readBatch: MapEvent = onBody(z.array(item), (items) => items.flatMap(toEvent))
const events = Object.fromEntries([...Object.keys(kinds), mixed].map((type) => [type, readBatch]))

const path = '/v3/user/webhooks/event/settings'
const settings = z.object({ id: z.string(), url: someText })
const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`
const wanted = {
  delivered: true,
  bounce: true,
  deferred: true,
  dropped: true,
  open: true,
  click: true,
  spam_report: true,
  unsubscribe: true,
  group_unsubscribe: true,
  group_resubscribe: true,
  processed: false,
}

/** It is switched on only after it signs: nothing unsigned is ever sent. */
const registration: RegistrationSpec = {
  register: async (call, { url, ids }) => {
    const all = readAnswer(
      'SendGrid',
      await call({ method: 'GET', path: `${path}/all` }),
      z.object({ webhooks: z.array(settings).default([]) }),
      ({ webhooks }) => webhooks,
    )
    const json = { ...wanted, url, friendly_name: 'Patchbay' }
    const { id } =
      all.find((found) => found.url === url) ??
      readAnswer(
        'SendGrid',
        await call({ method: 'POST', path, json: { ...json, enabled: false } }),
        settings,
        (made) => made,
      )
    const signed = await call({
      method: 'PATCH',
      path: `${path}/signed/${encodeURIComponent(id)}`,
      json: { enabled: true },
    })
    const key = readAnswer('SendGrid', signed, z.object({ public_key: z.string().min(1) }), (found) => found.public_key)
    await call({ method: 'PATCH', path: pathOf(id), json: { ...json, enabled: true } })
    for (const old of all)
      if (old.id !== id && ids.includes(old.id)) await unlessGone(call({ method: 'DELETE', path: pathOf(old.id) }))
    return { ids: [id], secrets: [key] }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await unlessGone(call({ method: 'DELETE', path: pathOf(id) }))
  },
}

/** SendGrid's event webhook: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
export const sendgridWebhooks: WebhookSpec = {
  verify: timestampedEcdsa({
    signature: 'x-twilio-email-event-webhook-signature',
    timestamp: 'x-twilio-email-event-webhook-timestamp',
    // Tries go on for a day and may carry the time of the first; each event has an id, so a recording is stored once.
    windowMs: 25 * 3_600_000,
  }),
  secret: {
    from: 'source',
    label: 'Verification key',
    help: 'SendGrid → Settings → Mail Settings → Event Webhooks → your webhook → Signature Verification. It is a public key.',
    hint: { pattern: '^MFkw[A-Za-z0-9+/=]+$', message: 'SendGrid’s verification keys start with MFkw.' },
  },
  // One request holds many events; each has an id of its own, which its map uses. A repeat has the same bytes.
  identify: ({ body }) => ({ id: null, type: typeOf(body), occurredAt: null }),
  events,
  ignore: ['processed', 'account_status_change'],
  registration,
  setup: [
    'The hub does all of this by itself when the key may write “Event Notification” under Mail Settings.',
    'In SendGrid open Settings → Mail Settings → Event Webhooks → Create new webhook and paste the address of this source.',
    'Tick the events you want; leave “Processed” out.',
    'Switch Signature Verification on, save, copy the verification key and add it here. Unsigned events are refused.',
  ],
}
