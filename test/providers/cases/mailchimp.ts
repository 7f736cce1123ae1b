import { mailchimp as twin } from '@patchbay/server/lab/twins/mailchimp.ts'
import type { ProviderCase } from './case.ts'
import { sameAddress } from './moved.ts'

const email = 'huda@example.com'

export const mailchimp: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, apiKey: '99999999999999999999999999999999-us6' },
  inputs: {
    'audiences.list': { first: 1 },
    'subscribers.upsert': {
      email,
      firstName: 'Huda',
      lastName: 'Saleh',
      phone: '+971501234567',
      tags: ['Customer'],
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
  descriptions: {
    folder: 'mailchimp',
    files: ['mailchimp-marketing-3.0.openapi.json'],
    // A draft's is empty.
    outdated: /send_time: must match format/,
  },
}
