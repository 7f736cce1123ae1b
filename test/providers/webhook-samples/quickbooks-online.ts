import { quickbooksRealm } from '@patchbay/server/lab/twins/quickbooks-online/webhooks.ts'
import type { Sample } from './sample.ts'

const event = (type: string, intuitaccountid = quickbooksRealm) => ({
  specversion: '1.0',
  id: `88cd52aa-33b6-4351-9aa4-${type.length}`,
  source: 'intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=',
  type: `qbo.${type}.v1`,
  datacontenttype: 'application/json',
  time: '2026-11-20T08:00:00Z',
  intuitentityid: '1234',
  intuitaccountid,
  data: {},
})
const single = (type: string, made: string): Sample => ({
  type: `qbo.${type}.v1`,
  id: null,
  body: [event(type)],
  events: [{ type: made, data: { id: '1234' } }],
})

export const quickbooksSamples: readonly Sample[] = [
  single('invoice.created', 'accounting_invoice.created'),
  single('invoice.updated', 'accounting_invoice.updated'),
  single('invoice.emailed', 'accounting_invoice.sent'),
  single('invoice.voided', 'accounting_invoice.voided'),
  single('invoice.deleted', 'accounting_invoice.voided'),
  single('payment.created', 'accounting_invoice.payment_recorded'),
  single('payment.updated', 'accounting_invoice.payment_recorded'),
  single('purchase.created', 'expense.created'),
  single('purchase.updated', 'expense.updated'),
  single('purchase.deleted', 'expense.deleted'),
  single('customer.created', 'customer.created'),
  single('customer.updated', 'customer.updated'),
  single('customer.deleted', 'customer.updated'),
  single('customer.merged', 'customer.updated'),
  // Another company of the same app is none of this connection's business.
  { type: 'qbo.invoice.created.v1', id: null, body: [event('invoice.created', '99')], events: [] },
  {
    type: 'batch',
    id: null,
    // The form Intuit sent before 2026.
    body: {
      eventNotifications: [
        {
          realmId: quickbooksRealm,
          dataChangeEvent: {
            entities: [
              { name: 'Invoice', id: '7', operation: 'Emailed', lastUpdated: '2026-11-20T08:00:00.000Z' },
              { name: 'Customer', id: '8', operation: 'Merge', lastUpdated: '2026-11-20T08:00:00.000Z' },
              { name: 'Vendor', id: '9', operation: 'Create', lastUpdated: '2026-11-20T08:00:00.000Z' },
            ],
          },
        },
      ],
    },
    events: [{ type: 'accounting_invoice.sent', data: { id: '7' } }, { type: 'customer.updated' }],
  },
]
