import { facebookPixel as twin } from '@patchbay/server/lab/twins/facebook-pixel.ts'
import type { ProviderCase } from './case.ts'

export const facebookPixel: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, accessToken: 'EAAwrongwrongwrongwrong' },
  inputs: {
    'events.track': {
      events: [
        {
          id: 'order-NA-2001',
          name: 'purchase',
          at: new Date().toISOString(),
          userId: 'customer-7',
          clientId: 'fb.1.1795000000000.1234567890',
          email: 'layla@example.com',
          phone: '+971 50 123 4567',
          value: { amountMinor: 12_500, currency: 'AED' },
          items: [{ id: 'NA-MUG-SKY', price: { amountMinor: 6_250, currency: 'AED' }, quantity: 2 }],
          orderId: 'NA-2001',
          url: 'https://noor-atelier.example/thanks',
          ipAddress: '203.0.113.7',
          userAgent: 'Mozilla/5.0',
        },
      ],
      idempotencyKey: 'track-NA-2001',
    },
    'reports.run': { from: '2026-10-01', to: '2026-10-02', metrics: ['count'], dimensions: ['event'] },
  },
  pullsNothing: 'takes events, and tells figures',
  descriptions: {
    folder: 'meta',
    files: ['graph-api-nodes.json'],
  },
}
