import { z } from 'zod'
import { idempotencyKey, moment, pageInput, pageOf } from './values.ts'

/** A moment or, for things that take whole days, a date; exactly one is set. */
const edge = z
  .object({ at: moment.nullable(), date: z.iso.date().nullable() })
  .refine((value) => (value.at === null) !== (value.date === null), { message: 'Give a moment or a date, not both.' })

export const calendarEvent = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  location: z.string().nullable(),
  start: edge,
  /** Exclusive. */
  end: edge,
  timeZone: z.string().nullable(),
  status: z.enum(['CONFIRMED', 'TENTATIVE', 'CANCELLED']),
  attendees: z.array(z.string()),
  url: z.string().nullable(),
  updatedAt: moment.nullable(),
})
export type CalendarEvent = z.infer<typeof calendarEvent>

export const calendarEventPage = pageOf(calendarEvent)
export type CalendarEventPage = z.infer<typeof calendarEventPage>

export const listCalendarEvents = pageInput.extend({
  from: moment.optional(),
  to: moment.optional(),
})
export type ListCalendarEvents = z.infer<typeof listCalendarEvents>

export const createCalendarEvent = z.object({
  title: z.string().min(1).max(300),
  description: z.string().max(8000).optional(),
  location: z.string().max(300).optional(),
  start: edge,
  /** Exclusive: an event of one day ends on the next. */
  end: edge,
  /** IANA name. Default: the calendar's own. */
  timeZone: z.string().max(60).optional(),
  attendees: z.array(z.email()).max(100).default([]),
  /** Mail the attendees. */
  notify: z.boolean().default(false),
  idempotencyKey,
})
export type CreateCalendarEvent = z.infer<typeof createCalendarEvent>

/** Typed operations of the calendar category. */
export const calendarOperations = {
  'events.list': { kind: 'query', input: listCalendarEvents, output: calendarEventPage },
  'events.create': { kind: 'mutation', input: createCalendarEvent, output: calendarEvent },
} as const
