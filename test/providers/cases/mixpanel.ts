import { mixpanel as twin } from '@patchbay/server/lab/twins/mixpanel.ts'
import type { ProviderCase } from './case.ts'

export const mixpanel: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, serviceSecret: 'wrongwrongwrongwrongwrong' },
  inputs: {
    'events.track': {
      events: [
        {
          id: 'order-NA-2001',
          name: 'purchase',
          at: '2026-10-02T10:00:00+04:00',
          userId: 'customer-7',
          value: { amountMinor: 12_500, currency: 'AED' },
          items: [{ id: 'NA-MUG-SKY', price: { amountMinor: 6_250, currency: 'AED' }, quantity: 2 }],
          orderId: 'NA-2001',
          properties: { city: 'Dubai' },
        },
      ],
      idempotencyKey: 'track-NA-2001',
    },
    'users.identify': {
      userId: 'customer-7',
      email: 'layla@example.com',
      name: 'Layla',
      properties: { plan: 'gold' },
      idempotencyKey: 'identify-7',
    },
    'reports.run': {
      from: '2026-10-01',
      to: '2026-10-03',
      metrics: ['purchase', 'begin_checkout'],
      dimensions: ['date'],
    },
  },
  pullsNothing: 'tells figures, not records',
  descriptions: {
    folder: 'mixpanel',
    files: ['ingestion.openapi.yaml', 'query.openapi.yaml'],
    // The first is in the guide to service accounts; the second is described as `/engage#profile-set`.
    proseOnly: ['GET /me 200', 'POST /engage 200'],
    // Nothing at all is sent to prove the permission.
    outdated: /^request: must NOT have fewer than 1 items/,
  },
}
