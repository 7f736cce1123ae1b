import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import { labWaybills } from '@patchbay/server/lab/twins/aramex.ts'
import type { ProviderCase } from './case.ts'

export const aramex: ProviderCase = {
  ...labCredentials.aramex,
  wrong: { ...labCredentials.aramex.good, password: 'wrong' },
  inputs: {
    'rates.quote': {
      from: { line1: 'Al Quoz 3', city: 'Dubai', country: 'AE' },
      to: { line1: 'King Fahd Road', city: 'Riyadh', country: 'SA' },
      parcels: [{ weightGrams: 600 }, { weightGrams: 350 }],
      currency: 'AED',
    },
    'shipments.track': { trackingNumber: labWaybills.delivered },
  },
}
