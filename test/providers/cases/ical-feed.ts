import { icalFeed as twin } from '@patchbay/server/lab/twins/ical-feed.ts'
import type { ProviderCase } from './case.ts'

export const icalFeed: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, password: 'the-password-of-somebody-else' },
  inputs: {
    'events.list': { first: 4 },
    'events.get': { id: 'fitting-1@noor-atelier.example' },
    'calendars.list': {},
    'busy.find': { from: '2026-11-01T00:00:00Z', to: '2027-11-01T00:00:00Z' },
  },
}
