import { z } from 'zod'
import type { ConnectionFacts } from '../provider.ts'
import { fromText, onBody } from '../shared/message.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MappedEvent, WebhookSpec } from '../webhook.ts'

/** What happened to what, whichever of its two forms Intuit sent. */
interface Change {
  /** `qbo.invoice.created.v1`. */
  readonly type: string
  readonly realm: string
  readonly id: string
  readonly at: string
  /** Intuit's id of the event; the older form has none. */
  readonly eventId: string | null
}

const cloudEvents = z.array(
  z.object({
    id: z.string().min(1),
    type: z.string(),
    time: z.string(),
    intuitentityid: z.string(),
    intuitaccountid: z.string(),
  }),
)
const older = z.object({
  eventNotifications: z.array(
    z.object({
      realmId: z.string(),
      dataChangeEvent: z.object({
        entities: z.array(
          z.object({ name: z.string(), id: z.string(), operation: z.string(), lastUpdated: z.string() }),
        ),
      }),
    }),
  ),
})
const letter = z.union([
  cloudEvents.transform((events): readonly Change[] =>
    events.map((found) => ({
      type: found.type,
      realm: found.intuitaccountid,
      id: found.intuitentityid,
      at: found.time,
      eventId: found.id,
    })),
  ),
  older.transform(({ eventNotifications }): readonly Change[] =>
    eventNotifications.flatMap(({ realmId, dataChangeEvent }) =>
      dataChangeEvent.entities.map(({ name, id, operation, lastUpdated }) => ({
        type: `qbo.${name.toLowerCase()}.${words[operation] ?? operation.toLowerCase()}.v1`,
        realm: realmId,
        id,
        at: lastUpdated,
        eventId: null,
      })),
    ),
  ),
])
const words: Readonly<Record<string, string>> = {
  Create: 'created',
  Update: 'updated',
  Delete: 'deleted',
  Merge: 'merged',
  Void: 'voided',
  Emailed: 'emailed',
}

/** Customers are never removed at QuickBooks, only made inactive. */
const types: Readonly<Record<string, string>> = {
  'qbo.invoice.created.v1': 'accounting_invoice.created',
  'qbo.invoice.updated.v1': 'accounting_invoice.updated',
  'qbo.invoice.emailed.v1': 'accounting_invoice.sent',
  'qbo.invoice.voided.v1': 'accounting_invoice.voided',
  'qbo.invoice.deleted.v1': 'accounting_invoice.voided',
  'qbo.payment.created.v1': 'accounting_invoice.payment_recorded',
  'qbo.payment.updated.v1': 'accounting_invoice.payment_recorded',
  'qbo.purchase.created.v1': 'expense.created',
  'qbo.purchase.updated.v1': 'expense.updated',
  'qbo.purchase.deleted.v1': 'expense.deleted',
  'qbo.customer.created.v1': 'customer.created',
  'qbo.customer.updated.v1': 'customer.updated',
  'qbo.customer.deleted.v1': 'customer.updated',
  'qbo.customer.merged.v1': 'customer.updated',
}

function dataOf(type: string, id: string) {
  if (type === 'accounting_invoice.payment_recorded') return { id, invoiceId: null }
  if (type.startsWith('accounting_invoice.')) return { id, number: null, status: null, total: null }
  return type.startsWith('expense.') ? { id } : { id, email: null, name: null, phone: null }
}

/** An app has one address for the companies of all its users: only the connection's is of consequence. */
function toEvent(found: Change, { settings }: ConnectionFacts): readonly MappedEvent[] {
  const type = types[found.type]
  if (type === undefined || found.realm !== settings['realmId']) return []
  return [
    {
      type,
      occurredAt: fromText(found.at),
      orderKey: `${found.type.split('.')[1] ?? ''}:${found.id}`,
      key: found.eventId ?? [found.realm, found.type, found.id, found.at].join(':'),
      data: dataOf(type, found.id),
    },
  ]
}

const mixed = 'batch'

function typeOf(body: unknown): string | null {
  const [first, ...others] = new Set(letter.safeParse(body).data?.map(({ type }) => type))
  return others.length > 0 ? mixed : (first ?? null)
}

const readAll = onBody(letter, (changes, _message, connection) => changes.flatMap((one) => toEvent(one, connection)))

/** Types a person may subscribe to that become events of the hub. */
export const quickbooksEventTypes = Object.keys(types)

/** QuickBooks' webhooks: https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks */
export const quickbooksWebhooks: WebhookSpec = {
  verify: bodyHmac({ header: 'intuit-signature', encoding: 'base64' }),
  secret: {
    from: 'source',
    label: 'Verifier token',
    help: 'developer.intuit.com → your app → Webhooks → Show verifier token. Development and production have one each.',
  },
  // Several changes come in one request; each has an id of its own, which its map uses.
  identify: ({ body }) => ({ id: null, type: typeOf(body), occurredAt: null }),
  events: Object.fromEntries([...quickbooksEventTypes, mixed].map((type) => [type, readAll])),
  setup: [
    'developer.intuit.com → your app → Webhooks, once for development and once for production: paste the address of this source as the endpoint URL.',
    'Tick Invoice, Customer, Payment and Purchase with all their operations, and save.',
    'Choose Show verifier token and add it to this source. Intuit sends ids, not contents, and may be a few minutes late.',
  ],
}
