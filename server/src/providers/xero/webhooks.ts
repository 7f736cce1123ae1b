import { z } from 'zod'
import type { ConnectionFacts } from '../provider.ts'
import { fromText, onBody } from '../shared/message.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MappedEvent, WebhookSpec } from '../webhook.ts'

const item = z.object({
  resourceId: z.string().min(1),
  tenantId: z.string().min(1),
  eventCategory: z.string(),
  eventType: z.string(),
  eventDateUtc: z.string(),
})
type Item = z.output<typeof item>

const types: Readonly<Record<string, string>> = {
  'INVOICE.CREATE': 'accounting_invoice.created',
  'INVOICE.UPDATE': 'accounting_invoice.updated',
  'CONTACT.CREATE': 'customer.created',
  'CONTACT.UPDATE': 'customer.updated',
}
const typeOfItem = ({ eventCategory, eventType }: Item) => `${eventCategory}.${eventType}`

/** Xero leaves the zone out of its moments; they are UTC. */
const momentOf = (text: string) => fromText(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)

/** An app has one address for the organisations of all its users: only the connection's is of consequence. */
function toEvent(found: Item, { settings }: ConnectionFacts): readonly MappedEvent[] {
  const type = types[typeOfItem(found)]
  const ours = settings['tenantId']
  if (type === undefined || (ours && ours.toLowerCase() !== found.tenantId.toLowerCase())) return []
  const { resourceId: id, tenantId, eventType, eventDateUtc } = found
  const bare = type.startsWith('accounting_invoice.')
    ? { number: null, status: null, total: null }
    : { email: null, name: null, phone: null }
  return [
    {
      type,
      occurredAt: momentOf(eventDateUtc),
      orderKey: `${type.split('.')[0] ?? ''}:${id}`,
      key: [tenantId, id, eventType, eventDateUtc].join(':'),
      data: { id, ...bare },
    },
  ]
}

const mixed = 'batch'
/** Sent to see whether signatures are checked: rightly signed it wants 200, wrongly signed 401. */
const question = 'intent_to_receive'

function typeOf(body: unknown): string | null {
  const events = z.object({ events: z.array(item) }).safeParse(body).data?.events
  if (events === undefined) return null
  const [first, ...others] = new Set(events.map(typeOfItem))
  return others.length > 0 ? mixed : (first ?? question)
}

const readAll = onBody(z.object({ events: z.array(item) }), ({ events }, _message, connection) =>
  events.flatMap((found) => toEvent(found, connection)),
)

/** Types a person may subscribe to that become events of the hub. */
export const xeroEventTypes = Object.keys(types)

/** Xero's webhooks: https://developer.xero.com/documentation/guides/webhooks/overview */
export const xeroWebhooks: WebhookSpec = {
  verify: bodyHmac({ header: 'x-xero-signature', encoding: 'base64' }),
  secret: {
    from: 'source',
    label: 'Webhooks key',
    help: 'developer.xero.com → My Apps → your app → Webhooks; the page shows the key beside the delivery address.',
  },
  // Several events come in one request; each has an id of its own, which its map makes.
  identify: ({ body }) => ({ id: null, type: typeOf(body), occurredAt: null }),
  events: Object.fromEntries([...xeroEventTypes, mixed].map((type) => [type, readAll])),
  ignore: [question, 'SUBSCRIPTION.CREATE', 'SUBSCRIPTION.UPDATE', 'CREDITNOTE.CREATE', 'CREDITNOTE.UPDATE'],
  setup: [
    'developer.xero.com → My Apps → your app → Webhooks: tick Contacts and Invoices, and paste the address of this source as the delivery URL.',
    'Copy the webhooks key from that page into this source, and save there: Xero then sends a few messages, some of them signed wrongly on purpose. The state turns to OK when the hub accepted the right ones and refused the others.',
    'Xero sends ids, not contents: the hub, or you, read the invoice or contact.',
  ],
}
