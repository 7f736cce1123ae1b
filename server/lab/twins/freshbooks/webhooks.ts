import { createHmac } from 'node:crypto'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'
import { freshbooksAccount, type FreshbooksBooks } from './books.ts'

type BooksStage = Stage<FreshbooksBooks>
const happening = ({ id, now }: BooksStage, type: string, objectId = 1): Happening => ({
  id: id('', 20),
  type,
  at: now,
  data: { object_id: String(objectId) },
})

/** Events of an account: a form with an id, signed over the form written as Python writes JSON. */
export const freshbooksWebhooks: WebhookSpec<FreshbooksBooks> = {
  proof: ['x-freshbooks-hmac-sha256'],
  coversBody: true,
  scenarios: {
    'accounting_invoice.created': {
      description: 'An invoice was made.',
      make: (stage) => [happening(stage, 'invoice.create', stage.state.invoices[0]?.id)],
    },
    'accounting_invoice.sent': {
      description: 'An invoice was mailed.',
      make: (stage) => [happening(stage, 'invoice.sendByEmail', stage.state.invoices[0]?.id)],
    },
    'accounting_invoice.payment_recorded': {
      description: 'A payment was entered.',
      make: (stage) => [happening(stage, 'payment.create', 9)],
    },
    'customer.created': {
      description: 'A client was added.',
      make: (stage) => [happening(stage, 'client.create', stage.state.clients[0]?.id)],
    },
  },
  subscribers: () => [],
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ type, data }, { secret }) => {
    const { object_id } = data as { readonly object_id: string }
    const fields = { name: type, object_id, account_id: freshbooksAccount, business_id: '4411', user_id: '1' }
    const body = new URLSearchParams(fields).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    if (secret === null) return { headers, body }
    const text = `{${Object.entries(fields)
      .map(([name, value]) => `"${name}": "${value}"`)
      .join(', ')}}`
    return {
      headers: { ...headers, 'x-freshbooks-hmac-sha256': createHmac('sha256', secret).update(text).digest('base64') },
      body,
    }
  },
}
