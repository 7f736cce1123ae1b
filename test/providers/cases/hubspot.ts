import { hubspot as twin } from '@patchbay/server/lab/twins/hubspot.ts'
import type { Made, ProviderCase } from './case.ts'
import { ofFirst } from './moved.ts'

const contact = (made: Made) => ({ id: made['contacts.upsert']?.['id'] })
const deal = (made: Made) => ({ id: made['deals.create']?.['id'] })

export const hubspot: ProviderCase = {
  ...twin.credentials,
  wrong: { accessToken: 'pat-eu1-ffffffff-ffff-4fff-8fff-ffffffffffff' },
  inputs: {
    'contacts.upsert': {
      email: 'Noura@example.com',
      firstName: 'Noura',
      lastName: 'Al Falasi',
      company: 'Al Quoz Prints',
      idempotencyKey: 'contact-noura',
    },
    'contacts.get': contact,
    'contacts.list': { first: 5, updatedSince: '2026-01-01T00:00:00Z' },
    'deals.create': (made: Made) => ({
      name: 'Uniforms',
      amount: { amountMinor: 125_050, currency: 'AED' },
      stage: 'qualifiedtobuy',
      closeOn: '2026-12-20',
      contactId: contact(made).id,
      idempotencyKey: 'deal-uniforms',
    }),
    'deals.update': (made: Made) => ({ ...deal(made), stage: 'closedwon', idempotencyKey: 'deal-uniforms-won' }),
    'deals.get': deal,
    'deals.list': { first: 5 },
    'notes.create': (made: Made) => ({
      contactId: contact(made).id,
      text: 'Ordered <samples> & liked them.',
      idempotencyKey: 'note-1',
    }),
  },
  moves: {
    contacts: { operation: 'contacts.upsert' },
    deals: { operation: 'deals.update', input: ofFirst },
  },
}
