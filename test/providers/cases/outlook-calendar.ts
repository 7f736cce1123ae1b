import { outlookCalendar as twin } from '@patchbay/server/lab/twins/outlook-calendar.ts'
import type { ProviderCase } from './case.ts'
import { ofFirst } from './moved.ts'

export const outlookCalendar: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'events.list': { first: 4, from: '2026-11-01T00:00:00Z', to: '2027-01-01T00:00:00Z' },
    'events.create': {
      title: 'Fitting: Layla',
      description: 'Second fitting.',
      location: 'Noor Atelier',
      start: { at: '2026-12-01T10:00:00+04:00', date: null },
      end: { at: '2026-12-01T11:00:00+04:00', date: null },
      timeZone: 'Asia/Dubai',
      attendees: ['layla@example.com'],
      notify: true,
      idempotencyKey: 'fitting-1',
    },
    'events.get': { id: 'AAMkAGLabNoor0003=' },
    'events.update': {
      id: 'AAMkAGLabNoor0002=',
      title: 'Fitting: Omar',
      start: { at: '2026-12-02T10:00:00+04:00', date: null },
      end: { at: '2026-12-02T11:00:00+04:00', date: null },
      timeZone: 'Asia/Dubai',
      idempotencyKey: 'fitting-2',
    },
    'events.delete': { id: 'AAMkAGLabNoor0004=', idempotencyKey: 'fitting-3' },
    'calendars.list': { first: 2 },
    'busy.find': { from: '2026-12-01T00:00:00Z', to: '2026-12-08T00:00:00Z' },
  },
  moves: {
    events: { operation: 'events.update', input: ofFirst },
  },
  silent: ['events.delete'],
  understood: { 'events.delete': [404] },
  descriptions: {
    folder: 'microsoft-graph-calendar',
    files: ['graph-v1.0-calendar.openapi.json'],
    // The description at hand holds calendars only.
    proseOnly: ['GET /me 200'],
    // The description asks for a type in every object, which Graph neither wants nor gives, and knows no order by a part.
    outdated: /required property '@odata\.type'|^query \$orderby/,
  },
}
