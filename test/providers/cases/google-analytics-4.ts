import { googleAnalytics4 as twin } from '@patchbay/server/lab/twins/google-analytics-4.ts'
import type { ProviderCase } from './case.ts'

export const googleAnalytics4: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'events.track': {
      events: [
        {
          id: 'order-NA-2001',
          name: 'purchase',
          at: '2026-11-21T10:00:00+04:00',
          userId: 'customer-7',
          clientId: '1795000000.1234567890',
          email: 'layla@example.com',
          value: { amountMinor: 12_500, currency: 'AED' },
          items: [{ id: 'NA-MUG-SKY', name: 'Mug', price: { amountMinor: 6_250, currency: 'AED' }, quantity: 2 }],
          orderId: 'NA-2001',
          url: 'https://noor-atelier.example/thanks',
        },
      ],
      idempotencyKey: 'track-NA-2001',
    },
    'reports.run': { from: '2026-10-01', to: '2026-10-03', metrics: ['activeUsers'], dimensions: ['date'] },
  },
  pullsNothing: 'tells figures, not records',
  silent: ['events.track'],
  descriptions: {
    folder: 'google-analytics-4',
    files: ['analyticsdata-v1beta.openapi.json'],
    // Google describes the Measurement Protocol in prose only.
    proseOnly: ['POST /mp/collect 204', 'POST /debug/mp/collect 200'],
  },
}
