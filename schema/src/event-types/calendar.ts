import { z } from 'zod'
import { definerOf, text } from './form.ts'

/** Calendars. */
export const calendarEvents = [
  definerOf('CALENDAR')(
    'calendar.changed',
    'Something in a calendar changed. The vendor does not say what: read the calendar.',
    z.object({
      calendarId: text('Null where it is the account’s own.'),
      resourceId: text('The vendor’s id of what is watched.'),
      removed: z.boolean().describe('The calendar itself is gone.'),
    }),
    { calendarId: 'orders@example.com', resourceId: 'ret08u3rv24htgh289g', removed: false },
  ),
]
