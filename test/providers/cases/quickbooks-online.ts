import { quickbooksOnline as twin } from '@patchbay/server/lab/twins/quickbooks-online.ts'
import type { Made, ProviderCase } from './case.ts'
import { ofSomebody } from './moved.ts'

const invoice = (made: Made) => ({ id: made['invoices.create']?.['id'] })
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })

export const quickbooksOnline: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'accounts.list': { first: 5 },
    'contacts.upsert': {
      name: 'Noura Al Falasi',
      email: 'noura@example.com',
      address: { line1: 'Villa 4', city: 'Dubai', country: 'AE' },
      idempotencyKey: 'contact-noura',
    },
    'contacts.list': { first: 5 },
    'invoices.create': (made: Made) => ({
      contactId: made['contacts.upsert']?.['id'],
      reference: 'NA-2001',
      dueOn: '2030-01-31',
      lines: [{ description: 'Mug, Dubai skyline', quantity: 3, unitPrice: aed(6_500) }],
      note: 'Thank you.',
      idempotencyKey: 'invoice-NA-2001',
    }),
    'invoices.get': invoice,
    'invoices.list': { first: 5, updatedSince: '2026-01-01T00:00:00Z' },
    'invoices.send': (made: Made) => ({ ...invoice(made), idempotencyKey: 'send-NA-2001' }),
    'payments.record': (made: Made) => ({
      invoiceId: invoice(made).id,
      amount: aed(10_000),
      paidOn: '2026-11-21',
      reference: 'bank 77',
      idempotencyKey: 'paid-NA-2001',
    }),
    'invoices.void': { id: '146', idempotencyKey: 'void-146' },
    'expenses.create': {
      amount: aed(8_550),
      spentOn: '2026-11-20',
      accountId: '13',
      supplier: "Fadi's Boxes",
      description: 'Boxes of November',
      idempotencyKey: 'spent-1',
    },
    'expenses.list': { first: 5 },
  },
  moves: {
    payments: {
      operation: 'payments.record',
      input: () => ({ invoiceId: '147', amount: aed(1_000) }),
      id: (_records, { id }) => `${id}/147`,
    },
    contacts: { operation: 'contacts.upsert' },
    expenses: { operation: 'expenses.create' },
    invoices: { operation: 'invoices.create', input: ofSomebody },
  },
  descriptions: {
    folder: 'quickbooks',
    files: ['unofficial-quickbooks-accounting.openapi.yaml'],
    proseOnly: ['GET /companyinfo/4620816365213534410 200', 'POST /purchase 200'],
    // Somebody's model: it knows neither Intuit's key against repeats nor voiding, which takes an id alone and empties the lines.
    outdated:
      /query: (requestid|operation) is not described|required property 'CustomerRef'|Line: must NOT have fewer than 1/,
  },
}
