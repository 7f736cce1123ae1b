import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { ProviderCase } from './case.ts'
import { ofFirst } from './moved.ts'

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
    'events.get': { id: 'lab00003nooratelier' },
    'events.update': {
      id: 'lab00002nooratelier',
      title: 'Fitting: Omar',
      start: { at: '2026-12-02T10:00:00+04:00', date: null },
      end: { at: '2026-12-02T11:00:00+04:00', date: null },
      timeZone: 'Asia/Dubai',
      idempotencyKey: 'fitting-2',
    },
    'events.delete': { id: 'lab00004nooratelier', idempotencyKey: 'fitting-3' },
    'calendars.list': { first: 2 },
    'busy.find': { from: '2026-12-01T00:00:00Z', to: '2026-12-08T00:00:00Z' },
  },
  moves: {
    events: { operation: 'events.delete', input: ofFirst, deletes: true },
  },
  silent: ['events.delete'],
  registration: { unlisted: true },
  descriptions: {
    folder: 'google-calendar',
    files: ['calendar-v3.openapi.json'],
    // The description says 200 with nothing in it; Google answers 204.
    proseOnly: ['DELETE /calendars/primary/events/* 204', 'POST /channels/stop 204'],
    // What is taken away is null in a patch: https://developers.google.com/workspace/calendar/api/guides/performance#patch
    outdated: /^request\/(start|end)\/date(Time)?: must be string/,
  },
}
