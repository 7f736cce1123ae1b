import type { Sample } from './sample.ts'

const headers = (state: string, number: number) => ({
  'x-goog-channel-id': '4ba78bf0-6a47-11e2-bcfd-0800200c9a66',
  'x-goog-channel-expiration': 'Fri, 27 Nov 2026 08:00:00 GMT',
  'x-goog-resource-id': 'ret08u3rv24htgh289g',
  'x-goog-resource-uri': 'https://www.googleapis.com/calendar/v3/calendars/orders%40example.com/events?alt=json',
  'x-goog-resource-state': state,
  'x-goog-message-number': String(number),
})
const id = (number: number) => `4ba78bf0-6a47-11e2-bcfd-0800200c9a66:${number}`

export const googleCalendarSamples: readonly Sample[] = [
  {
    type: 'calendar.changed',
    id: id(10),
    headers: headers('exists', 10),
    body: undefined,
    events: [
      {
        type: 'calendar.changed',
        data: { calendarId: 'orders@example.com', resourceId: 'ret08u3rv24htgh289g', removed: false },
      },
    ],
  },
  {
    type: 'calendar.changed',
    id: id(11),
    headers: headers('not_exists', 11),
    body: undefined,
    events: [{ type: 'calendar.changed', data: { removed: true } }],
  },
]
