import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'

export const googleCalendar: ProviderCase = {
  ...labCredentials['google-calendar'],
  wrong: null,
  inputs: {
    'events.list': { first: 4 },
    'events.create': {
      title: 'Fitting: Layla',
      start: { at: '2026-12-01T10:00:00+04:00', date: null },
      end: { at: '2026-12-01T11:00:00+04:00', date: null },
      timeZone: 'Asia/Dubai',
      attendees: ['layla@example.com'],
      idempotencyKey: 'fitting-1',
    },
  },
  descriptions: {
    folder: 'google-calendar',
    files: ['calendar-v3.openapi.json'],
  },
}
