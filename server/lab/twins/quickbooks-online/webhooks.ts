import { createHmac } from 'node:crypto'
import { uuidOf } from '../../chance.ts'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'
import type { QuickbooksBooks } from './books.ts'

/** The one company of the simulated account. */
export const quickbooksRealm = '4620816365213534410'

type BooksStage = Stage<QuickbooksBooks>
const happening = ({ id, now }: BooksStage, type: string, entity = '1'): Happening => ({
  id: uuidOf(id('event', 20)),
  type: `qbo.${type}.v1`,
  at: now,
  data: { intuitentityid: entity },
})

/** Changes of a company, ids only, as CloudEvents in a list, signed with the verifier token. */
export const quickbooksWebhooks: WebhookSpec<QuickbooksBooks> = {
  proof: ['intuit-signature'],
  coversBody: true,
  scenarios: {
    'accounting_invoice.created': {
      description: 'An invoice was made.',
      make: (stage) => [happening(stage, 'invoice.created', stage.state.invoices[0]?.Id)],
    },
    'accounting_invoice.sent': {
      description: 'An invoice was mailed.',
      make: (stage) => [happening(stage, 'invoice.emailed', stage.state.invoices[0]?.Id)],
    },
    'accounting_invoice.payment_recorded': {
      description: 'A payment was entered.',
      make: (stage) => [happening(stage, 'payment.created', '9')],
    },
    'customer.updated': {
      description: 'A customer changed.',
      make: (stage) => [happening(stage, 'customer.updated', stage.state.customers[0]?.Id)],
    },
  },
  subscribers: () => [],
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ id, type, at, data }, { secret }) => {
    const event = {
      specversion: '1.0',
      id,
      source: 'intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=',
      type,
      datacontenttype: 'application/json',
      time: new Date(at).toISOString(),
      intuitaccountid: quickbooksRealm,
      data: {},
    }
    const body = JSON.stringify([{ ...event, ...(data as object) }])
    const headers = { 'content-type': 'application/json' }
    if (secret === null) return { headers, body }
    return {
      headers: { ...headers, 'intuit-signature': createHmac('sha256', secret).update(body).digest('base64') },
      body,
    }
  },
}
