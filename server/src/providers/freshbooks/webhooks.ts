import { z } from 'zod'
import { freshbooksVerifier } from '../shared/handshakes.ts'
import { textAt } from '../shared/failure.ts'
import { onBody } from '../shared/message.ts'
import { formJson } from '../shared/signatures/form-json.ts'
import type { MapEvent, WebhookSpec } from '../webhook.ts'

/** A form: the name of what happened and the id of what it happened to. */
const letter = z.object({ name: z.string().min(1), object_id: z.string().min(1), account_id: z.string().nullish() })

const types: Readonly<Record<string, string>> = {
  'invoice.create': 'accounting_invoice.created',
  'invoice.update': 'accounting_invoice.updated',
  'invoice.sendByEmail': 'accounting_invoice.sent',
  'invoice.delete': 'accounting_invoice.voided',
  'payment.create': 'accounting_invoice.payment_recorded',
  'payment.update': 'accounting_invoice.payment_recorded',
  'expense.create': 'expense.created',
  'expense.update': 'expense.updated',
  'expense.delete': 'expense.deleted',
  'client.create': 'customer.created',
  'client.update': 'customer.updated',
}

function dataOf(type: string, id: string) {
  if (type === 'accounting_invoice.payment_recorded') return { id, invoiceId: null }
  if (type.startsWith('accounting_invoice.')) return { id, number: null, status: null, total: null }
  return type.startsWith('expense.') ? { id } : { id, email: null, name: null, phone: null }
}

const mapFor = (vendorType: string, type: string): MapEvent =>
  onBody(letter, ({ object_id: id, account_id: account }, _message, { settings }) =>
    // An app has one address for the accounts of all its users.
    account && settings['accountId'] && account !== settings['accountId']
      ? []
      : { type, occurredAt: null, orderKey: `${vendorType.split('.')[0] ?? ''}:${id}`, data: dataOf(type, id) },
  )

/** Types a person may subscribe to that become events of the hub. */
export const freshbooksEventTypes = Object.keys(types)

/**
 * FreshBooks' webhooks: https://www.freshbooks.com/api/webhooks. FreshBooks sends a verifier to the new address, which signs from then
 * on once it is confirmed by API; so the hub cannot register an address in one go.
 */
export const freshbooksWebhooks: WebhookSpec = {
  verify: formJson('x-freshbooks-hmac-sha256'),
  secret: {
    from: 'source',
    label: 'Verifier',
    help: 'FreshBooks sends it to this address when the callback is made: the source shows that request among those it could not verify, with the field “verifier”.',
  },
  // FreshBooks gives a message neither an id nor a moment.
  identify: ({ body }) => ({ id: null, type: textAt(body, 'name') ?? null, occurredAt: null }),
  events: Object.fromEntries(Object.entries(types).map(([name, type]) => [name, mapFor(name, type)])),
  ignore: ['callback.verify', 'payment.delete', 'client.delete'],
  handshake: freshbooksVerifier(),
  setup: [
    'Make a callback for each event with POST /events/account/{account id}/events/callbacks and {"callback": {"event": "invoice.create", "uri": the address of this source}}.',
    'FreshBooks then sends a verifier to this address. Copy it from the request that the source could not verify, and add it to this source as its secret.',
    'Confirm with PUT /events/account/{account id}/events/callbacks/{callback id} and {"callback": {"verifier": …}}. Every callback has a verifier of its own: add each of them.',
  ],
}
