import { constantContact as twin } from '@patchbay/server/lab/twins/constant-contact.ts'
import type { ProviderCase } from './case.ts'
import { sameAddress } from './moved.ts'

export const constantContact: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'audiences.list': { first: 1 },
    'subscribers.upsert': {
      email: 'huda@example.com',
      firstName: 'Huda',
      lastName: 'Saleh',
      phone: '+971501234567',
      tags: ['Customer', 'VIP'],
      idempotencyKey: 'subscriber-huda',
    },
    'subscribers.get': { email: 'layla@example.com' },
    'subscribers.list': { first: 3 },
    'subscribers.tag': { email: 'layla@example.com', add: ['VIP'], remove: ['Customer'], idempotencyKey: 'tag-layla' },
    'subscribers.unsubscribe': { email: 'omar@example.com', idempotencyKey: 'leave-omar' },
    'campaigns.list': { first: 2 },
    'campaigns.create': {
      name: 'December',
      subject: 'New in December',
      html: '<p>Look.</p>',
      idempotencyKey: 'campaign-december',
    },
    'campaigns.send': (made) => ({ id: made['campaigns.create']?.['id'], idempotencyKey: 'send-december' }),
  },
  moves: {
    contacts: { operation: 'subscribers.upsert', input: sameAddress },
  },
}
