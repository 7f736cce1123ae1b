import type {
  CalendarEdge,
  CalendarEvent,
  CalendarEventPage,
  CreateCalendarEvent,
  DeleteCalendarEvent,
  DeletedCalendarEvent,
  GetCalendarEvent,
  ListCalendarEvents,
  UpdateCalendarEvent,
} from '@patchbay/schema/capabilities/calendar.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import type { ResourceSpec } from '../resource.ts'
import { readAnswer } from '../shared/failure.ts'

/** Path of the connection's calendar. */
export const eventsPath = (connection: ConnectionFacts, rest = '') =>
  `/calendars/${encodeURIComponent(connection.settings['calendarId'] || 'primary')}/events${rest}`

const edge = z.object({ dateTime: z.string().optional(), date: z.string().optional(), timeZone: z.string().optional() })
const event = z.object({
  id: z.string(),
  status: z.enum(['confirmed', 'tentative', 'cancelled']).default('confirmed'),
  summary: z.string().default(''),
  description: z.string().nullish(),
  location: z.string().nullish(),
  start: edge,
  end: edge,
  attendees: z.array(z.object({ email: z.string().optional() })).default([]),
  htmlLink: z.string().nullish(),
  hangoutLink: z.string().nullish(),
  iCalUID: z.string().nullish(),
  recurringEventId: z.string().nullish(),
  transparency: z.string().nullish(),
  updated: z.string().nullish(),
})

/** Google writes moments with the calendar's offset; the hub's are in UTC. */
const inUtc = (text: string) => new Date(text).toISOString()
const fromEdge = (value: z.output<typeof edge>) => ({
  at: value.dateTime === undefined ? null : inUtc(value.dateTime),
  date: value.date ?? null,
})

function toEvent(found: z.output<typeof event>): CalendarEvent {
  return {
    id: found.id,
    title: found.summary,
    description: found.description ?? null,
    location: found.location ?? null,
    start: fromEdge(found.start),
    end: fromEdge(found.end),
    timeZone: found.start.timeZone ?? null,
    status: ({ confirmed: 'CONFIRMED', tentative: 'TENTATIVE', cancelled: 'CANCELLED' } as const)[found.status],
    attendees: found.attendees.flatMap(({ email }) => (email === undefined ? [] : [email])),
    url: found.htmlLink ?? null,
    updatedAt: found.updated ? inUtc(found.updated) : null,
    providerData: {
      iCalUID: found.iCalUID ?? null,
      hangoutLink: found.hangoutLink ?? null,
      recurringEventId: found.recurringEventId ?? null,
      transparency: found.transparency ?? null,
    },
  }
}

/** Google shows little of what was taken away. */
const gone = z.object({ id: z.string(), status: z.literal('cancelled'), updated: z.string().nullish() })
export const eventList = z.object({ items: z.array(z.union([event, gone])), nextPageToken: z.string().nullish() })

const isShown = (found: z.output<typeof event> | z.output<typeof gone>): found is z.output<typeof event> =>
  'start' in found

export async function listEvents(
  call: Call,
  input: ListCalendarEvents,
  connection: ConnectionFacts,
): Promise<CalendarEventPage> {
  const answer = await call({
    method: 'GET',
    path: eventsPath(connection),
    query: {
      timeMin: input.from,
      timeMax: input.to,
      updatedMin: input.updatedSince,
      // Repeated events come as single ones, which is also what ordering by start needs.
      singleEvents: true,
      orderBy: 'startTime',
      maxResults: input.first,
      pageToken: input.after ?? undefined,
    },
  })
  return readAnswer('Google Calendar', answer, eventList, (list) => ({
    items: list.items.filter(isShown).map(toEvent),
    nextCursor: list.nextPageToken ?? null,
  }))
}

/** Google forgets what changed some weeks ago, it does not say how many (`updatedMinTooLongAgo`). */
const reachSeconds = 21 * 86_400

/** The calendar as it is kept, a series once, and with `since` what was taken away from it. */
export const pulledEvents: ResourceSpec = {
  incremental: 'CHANGES',
  deletions: 'TOLD',
  reachSeconds,
  pull: async (call, { cursor, since, limit }, connection) => {
    const answer = await call({
      method: 'GET',
      path: eventsPath(connection),
      query: { updatedMin: since ?? undefined, maxResults: limit, pageToken: cursor ?? undefined },
    })
    return readAnswer('Google Calendar', answer, eventList, ({ items, nextPageToken }) => ({
      records: items.map((found) => ({
        externalId: found.id,
        parentId: null,
        updatedAt: found.updated ? inUtc(found.updated) : null,
        deleted: found.status === 'cancelled',
        data: isShown(found) ? toEvent(found) : null,
      })),
      cursor: nextPageToken ?? null,
    }))
  },
}

/** Google lets the caller choose the id (base32hex): the key decides it, so a repeat meets its own event. */
const idOf = (connection: ConnectionFacts, key: string) =>
  createHash('sha256').update(`${connection.id}\n${key}`).digest('hex').slice(0, 40)

export async function createEvent(
  call: Call,
  input: CreateCalendarEvent,
  connection: ConnectionFacts,
): Promise<CalendarEvent> {
  const id = idOf(connection, input.idempotencyKey)
  const toEdge = (value: CreateCalendarEvent['start']) =>
    value.date !== null ? { date: value.date } : { dateTime: value.at, timeZone: input.timeZone }
  const create = async () => {
    const answer = await call({
      method: 'POST',
      path: eventsPath(connection),
      query: { sendUpdates: input.notify ? 'all' : 'none' },
      idempotencyKey: input.idempotencyKey,
      json: {
        id,
        summary: input.title,
        description: input.description,
        location: input.location,
        start: toEdge(input.start),
        end: toEdge(input.end),
        attendees: input.attendees.map((email) => ({ email })),
      },
    })
    return readAnswer('Google Calendar', answer, event, toEvent)
  }
  try {
    return await create()
  } catch (error) {
    if (!(error instanceof ProviderCallError) || error.errorClass !== 'CONFLICT') throw error
    return getEvent(call, { id }, connection)
  }
}

const eventPath = (connection: ConnectionFacts, id: string) => eventsPath(connection, `/${encodeURIComponent(id)}`)

export async function getEvent(
  call: Call,
  { id }: GetCalendarEvent,
  connection: ConnectionFacts,
): Promise<CalendarEvent> {
  return readAnswer('Google Calendar', await call({ method: 'GET', path: eventPath(connection, id) }), event, toEvent)
}

/** Whichever of both it was before, it is the other no more: Google keeps what a change does not name. */
const replaced = (value: CalendarEdge | undefined, timeZone: string | undefined) =>
  value && (value.date === null ? { date: null, dateTime: value.at, timeZone } : { date: value.date, dateTime: null })

/** A change says how things are to be, so a repeat changes nothing. */
export async function updateEvent(
  call: Call,
  input: UpdateCalendarEvent,
  connection: ConnectionFacts,
): Promise<CalendarEvent> {
  const answer = await call({
    method: 'PATCH',
    path: eventPath(connection, input.id),
    query: { sendUpdates: input.notify ? 'all' : 'none' },
    idempotencyKey: input.idempotencyKey,
    json: {
      summary: input.title,
      description: input.description,
      location: input.location,
      start: replaced(input.start, input.timeZone),
      end: replaced(input.end, input.timeZone),
    },
  })
  return readAnswer('Google Calendar', answer, event, toEvent)
}

export async function deleteEvent(
  call: Call,
  input: DeleteCalendarEvent,
  connection: ConnectionFacts,
): Promise<DeletedCalendarEvent> {
  try {
    await call({
      method: 'DELETE',
      path: eventPath(connection, input.id),
      query: { sendUpdates: input.notify ? 'all' : 'none' },
      idempotencyKey: input.idempotencyKey,
    })
  } catch (error) {
    // "Resource has been deleted": a repeat, or somebody was faster. An event that never was is another matter.
    if (!(error instanceof ProviderCallError) || error.vendorCode !== 'deleted') throw error
  }
  return { id: input.id }
}
