import { convertkit as twin } from '@patchbay/server/lab/twins/convertkit.ts'
import type { ProviderCase } from './case.ts'
import { sameAddress } from './moved.ts'

export const convertkit: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, apiKey: 'kit_99999999999999999999999999999999' },
  registration: { perType: true },
  inputs: {
    'audiences.list': { first: 1 },
    'subscribers.upsert': {
      email: 'huda@example.com',
      firstName: 'Huda',
      lastName: 'Saleh',
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
  descriptions: {
    folder: 'kit',
    files: ['kit-v4.openapi.json'],
    // Made of examples: what stands in one is taken for what stands in all, and an empty answer is not known to it.
    outdated:
      /^(request\/fields: must|request: must have required property 'referrer'|answer\/subscribers\/\d+\/fields: must|answer\/broadcast\/subscriber_filter\/0\/all\/0: must|answer\/pagination\/\w+_cursor: must be string|answers nothing|request\/subscriber_filter)/,
  },
}
