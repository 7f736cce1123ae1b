import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import {
  day,
  done,
  idempotencyKey,
  moment,
  pageInput,
  pageOf,
  providerData,
  shape,
  updatedSince,
  vendorId,
} from './values.ts'

/** A moment or, for things that take whole days, a date; exactly one is set. */
const edge = shape(
  'CalendarEdge',
  'When an event begins or ends: an instant or, for things that take whole days, a date. Exactly one is set.',
  z
    .object({
      at: moment.nullable().default(null).describe('The instant; null for whole days.'),
      date: day.nullable().default(null).describe('The day, as 2026-11-20; null for an instant.'),
    })
    .refine((value) => (value.at === null) !== (value.date === null), {
      message: 'Give an instant or a date, not both.',
    }),
)
export type CalendarEdge = z.infer<typeof edge>

export const calendarEvent = shape(
  'CalendarEvent',
  'An event of a calendar.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    title: z.string().describe('Its name.'),
    description: z.string().nullable().describe('What it is about.'),
    location: z.string().nullable().describe('Where.'),
    start: edge.describe('When it begins.'),
    end: edge.describe('When it ends; the day after the last for whole days.'),
    timeZone: z.string().nullable().describe('IANA name of its zone.'),
    status: shape(
      'CalendarEventStatus',
      'Whether an event takes place.',
      z.enum(['CONFIRMED', 'TENTATIVE', 'CANCELLED']),
    ).describe('Whether it takes place.'),
    attendees: z.array(z.string()).describe('Addresses of who is invited.'),
    url: z.string().nullable().describe('Its page.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    providerData,
  }),
)
export type CalendarEvent = z.infer<typeof calendarEvent>

export const calendarEventPage = pageOf(calendarEvent)
export type CalendarEventPage = z.infer<typeof calendarEventPage>

export const listCalendarEvents = pageInput.extend({
  from: moment.optional().describe('Only events that end after this instant.'),
  to: moment.optional().describe('Only events that begin before this instant.'),
  updatedSince: updatedSince('events'),
})
export type ListCalendarEvents = z.infer<typeof listCalendarEvents>

export const getCalendarEvent = z.object({ id: z.string().min(1).max(1024).describe('The vendor’s id of the event.') })
export type GetCalendarEvent = z.infer<typeof getCalendarEvent>

const timeZone = z.string().max(60).optional().describe('IANA name of the zone. Default: the calendar’s own.')

export const createCalendarEvent = z.object({
  title: z.string().min(1).max(300).describe('Its name.'),
  description: z.string().max(8000).optional().describe('What it is about.'),
  location: z.string().max(300).optional().describe('Where.'),
  start: edge.describe('When it begins.'),
  end: edge.describe('When it ends; the day after the last for whole days.'),
  timeZone,
  attendees: z.array(z.email()).max(100).default([]).describe('Addresses to invite.'),
  notify: z.boolean().default(false).describe('Mail the attendees. Default false.'),
  idempotencyKey,
})
export type CreateCalendarEvent = z.infer<typeof createCalendarEvent>

export const updateCalendarEvent = z.object({
  id: z.string().min(1).max(1024).describe('The vendor’s id of the event.'),
  title: z.string().min(1).max(300).optional().describe('Its name.'),
  description: z.string().max(8000).optional().describe('What it is about.'),
  location: z.string().max(300).optional().describe('Where.'),
  start: edge.optional().describe('When it begins; together with `end`.'),
  end: edge.optional().describe('When it ends; the day after the last for whole days.'),
  timeZone,
  notify: z.boolean().default(false).describe('Mail the attendees. Default false.'),
  idempotencyKey,
})
export type UpdateCalendarEvent = z.infer<typeof updateCalendarEvent>

export const deleteCalendarEvent = z.object({
  id: vendorId.max(1024).describe('The vendor’s id of the event.'),
  notify: z.boolean().default(false).describe('Mail the attendees. Default false.'),
  idempotencyKey,
})
export type DeleteCalendarEvent = z.infer<typeof deleteCalendarEvent>
export const deletedCalendarEvent = shape('DeletedCalendarEvent', 'An event that is gone.', done('event'))
export type DeletedCalendarEvent = z.infer<typeof deletedCalendarEvent>

export const calendarInfo = shape(
  'CalendarInfo',
  'A calendar of the account.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    name: z.string().describe('Its name.'),
    timeZone: z.string().nullable().describe('IANA name of its zone.'),
    primary: z.boolean().describe('The account’s own.'),
    writable: z.boolean().describe('The connection may change it.'),
    providerData,
  }),
)
export type CalendarInfo = z.infer<typeof calendarInfo>
export const calendarInfoPage = pageOf(calendarInfo)
export type CalendarInfoPage = z.infer<typeof calendarInfoPage>
export const listCalendars = pageInput
export type ListCalendars = z.infer<typeof listCalendars>

export const findBusy = z.object({
  from: moment.describe('From this instant.'),
  to: moment.describe('To this instant.'),
})
export type FindBusy = z.infer<typeof findBusy>
export const busyTimes = shape(
  'BusyTimes',
  'When a calendar is taken.',
  z.object({
    busy: z
      .array(
        shape(
          'BusyTime',
          'A time that is taken.',
          z.object({ from: moment.describe('From this instant.'), to: moment.describe('To this instant.') }),
        ),
      )
      .describe('In order.'),
    providerData,
  }),
)
export type BusyTimes = z.infer<typeof busyTimes>

/** Typed operations of the calendar category. */
export const calendarOperations = {
  'events.list': {
    kind: 'query',
    field: 'fetchCalendarEvents',
    description: 'Events of the connection’s calendar, in order.',
    input: listCalendarEvents,
    output: calendarEventPage,
  },
  'events.get': {
    kind: 'query',
    field: 'fetchCalendarEvent',
    description: 'One event, as the calendar has it now.',
    input: getCalendarEvent,
    output: calendarEvent,
  },
  'events.create': {
    kind: 'mutation',
    field: 'createCalendarEvent',
    description: 'Puts an event in the calendar.',
    input: createCalendarEvent,
    output: calendarEvent,
  },
  'events.update': {
    kind: 'mutation',
    field: 'updateCalendarEvent',
    description: 'Changes an event.',
    input: updateCalendarEvent,
    output: calendarEvent,
  },
  'events.delete': {
    kind: 'mutation',
    field: 'deleteCalendarEvent',
    description: 'Takes an event out of the calendar.',
    input: deleteCalendarEvent,
    output: deletedCalendarEvent,
  },
  'calendars.list': {
    kind: 'query',
    field: 'fetchCalendars',
    description: 'Calendars of the account.',
    input: listCalendars,
    output: calendarInfoPage,
  },
  'busy.find': {
    kind: 'query',
    field: 'findBusy',
    description: 'When the connection’s calendar is taken.',
    input: findBusy,
    output: busyTimes,
  },
} as const satisfies OperationContracts
