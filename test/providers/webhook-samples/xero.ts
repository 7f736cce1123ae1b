import type { Sample } from './sample.ts'

const item = (eventCategory: string, eventType: string) => ({
  resourceUrl: 'https://api.xero.com/api.xro/2.0/Invoices/717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
  resourceId: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777',
  eventDateUtc: '2026-11-20T08:00:00.123',
  eventType,
  eventCategory,
  tenantId: 'c2cc9b6e-9458-4c7d-93cc-f02b81b0594f',
  tenantType: 'ORGANISATION',
})
const letter = (...events: readonly ReturnType<typeof item>[]) => ({
  events,
  lastEventSequence: events.length,
  firstEventSequence: 1,
  entropy: 'S0m3r4Nd0mt3xt',
})
const single = (category: string, type: string, event: string): Sample => ({
  type: `${category}.${type}`,
  id: null,
  body: letter(item(category, type)),
  events: [{ type: event, data: { id: '717f2bfc-c6d4-41fd-b238-3f2f0c0cf777' } }],
})

export const xeroSamples: readonly Sample[] = [
  single('INVOICE', 'CREATE', 'accounting_invoice.created'),
  single('INVOICE', 'UPDATE', 'accounting_invoice.updated'),
  single('CONTACT', 'CREATE', 'customer.created'),
  single('CONTACT', 'UPDATE', 'customer.updated'),
  {
    type: 'batch',
    id: null,
    body: letter(item('INVOICE', 'UPDATE'), item('CREDITNOTE', 'CREATE'), item('CONTACT', 'CREATE')),
    events: [{ type: 'accounting_invoice.updated' }, { type: 'customer.created' }],
  },
]
