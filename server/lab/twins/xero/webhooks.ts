import { createHmac } from 'node:crypto'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'
import type { XeroBooks } from './answers.ts'

/** The one organisation of the simulated account. */
export const xeroTenant = { id: '1ab00000-0a0a-4a0a-8a0a-00000000beef', name: 'Noor Atelier' } as const

type XeroStage = Stage<XeroBooks>
const happening = ({ id, now }: XeroStage, eventCategory: string, eventType: string, resourceId = ''): Happening => ({
  id: id('', 20),
  type: `${eventCategory}.${eventType}`,
  at: now,
  data: {
    resourceUrl: `https://api.xero.com/api.xro/2.0/${eventCategory === 'INVOICE' ? 'Invoices' : 'Contacts'}/${resourceId}`,
    resourceId,
    eventDateUtc: new Date(now).toISOString().replace('Z', ''),
    eventType,
    eventCategory,
    tenantId: xeroTenant.id,
    tenantType: 'ORGANISATION',
  },
})

/** Events of an app, ids only, signed with the key of its webhooks page. */
export const xeroWebhooks: WebhookSpec<XeroBooks> = {
  proof: ['x-xero-signature'],
  coversBody: true,
  scenarios: {
    'accounting_invoice.created': {
      description: 'An invoice was made.',
      make: (stage) => [happening(stage, 'INVOICE', 'CREATE', stage.state.invoices[0]?.InvoiceID)],
    },
    'accounting_invoice.updated': {
      description: 'An invoice changed.',
      make: (stage) => [happening(stage, 'INVOICE', 'UPDATE', stage.state.invoices[1]?.InvoiceID)],
    },
    'customer.created': {
      description: 'A contact was added.',
      make: (stage) => [happening(stage, 'CONTACT', 'CREATE', stage.state.contacts[0]?.ContactID)],
    },
  },
  subscribers: () => [],
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ id, data }, { secret }) => {
    const body = JSON.stringify({ events: [data], firstEventSequence: 1, lastEventSequence: 1, entropy: id })
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    if (secret === null) return { headers, body }
    return {
      headers: { ...headers, 'x-xero-signature': createHmac('sha256', secret).update(body).digest('base64') },
      body,
    }
  },
}
