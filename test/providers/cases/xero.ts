import { uuidOf } from '@patchbay/server/lab/chance.ts'
import { xero as twin } from '@patchbay/server/lab/twins/xero.ts'
import type { Made, ProviderCase } from './case.ts'
import { ofSomebody } from './moved.ts'

const invoice = (made: Made) => ({ id: made['invoices.create']?.['id'] })
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })

export const xero: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'accounts.list': { first: 5 },
    'contacts.upsert': {
      name: 'Noura Al Falasi',
      email: 'noura@example.com',
      phone: '+971501112233',
      address: { line1: 'Villa 4', city: 'Dubai', country: 'AE' },
      idempotencyKey: 'contact-noura',
    },
    'contacts.list': { first: 5 },
    'invoices.create': (made: Made) => ({
      contactId: made['contacts.upsert']?.['id'],
      reference: 'NA-2001',
      dueOn: '2027-01-31',
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
    'invoices.void': { id: uuidOf('xero:invoice:1'), idempotencyKey: 'void-2' },
    'expenses.create': {
      amount: aed(8_550),
      spentOn: '2026-11-20',
      accountId: '425',
      supplier: 'Aramex',
      description: 'Parcels of November',
      idempotencyKey: 'spent-1',
    },
    'expenses.list': { first: 5 },
  },
  moves: {
    payments: {
      operation: 'payments.record',
      input: () => ({ invoiceId: uuidOf('xero:invoice:2'), amount: aed(1_000) }),
    },
    contacts: { operation: 'contacts.upsert' },
    expenses: { operation: 'expenses.create' },
    invoices: { operation: 'invoices.create', input: ofSomebody },
  },
  descriptions: {
    folder: 'xero',
    files: ['xero_accounting.yaml', 'xero-identity.yaml'],
    // The vendor's own example has these moments without a zone, which its format forbids.
    outdated: /(created|updated)DateUtc: must match format/,
  },
}
