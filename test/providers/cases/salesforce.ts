import { salesforce as twin } from '@patchbay/server/lab/twins/salesforce.ts'
import type { Made, ProviderCase } from './case.ts'
import { ofFirst } from './moved.ts'

const contact = (made: Made) => ({ id: made['contacts.upsert']?.['id'] })
const deal = (made: Made) => ({ id: made['deals.create']?.['id'] })

export const salesforce: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'contacts.upsert': {
      email: 'noura@example.com',
      firstName: 'Noura',
      lastName: 'Al Falasi',
      company: 'Falasi & Sons',
      idempotencyKey: 'contact-noura',
    },
    'contacts.get': contact,
    'contacts.list': { first: 5, updatedSince: '2026-01-01T00:00:00Z' },
    'deals.create': (made: Made) => ({
      name: 'Uniforms',
      amount: { amountMinor: 125_050, currency: 'AED' },
      stage: 'Qualification',
      closeOn: '2026-12-20',
      contactId: contact(made).id,
      idempotencyKey: 'deal-uniforms',
    }),
    'deals.update': (made: Made) => ({ ...deal(made), stage: 'Closed Won', idempotencyKey: 'deal-uniforms-won' }),
    'deals.get': deal,
    'deals.list': { first: 5 },
    'notes.create': (made: Made) => ({ contactId: contact(made).id, text: 'Likes samples.', idempotencyKey: 'note-1' }),
  },
  moves: {
    contacts: { operation: 'contacts.upsert' },
    deals: { operation: 'deals.update', input: ofFirst },
  },
}
