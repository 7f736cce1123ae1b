import type {
  BusyTimes,
  CalendarEdge,
  CalendarEvent,
  CalendarEventPage,
  CalendarInfoPage,
  CreateCalendarEvent,
  DeleteCalendarEvent,
  DeletedCalendarEvent,
  FindBusy,
  GetCalendarEvent,
  ListCalendarEvents,
  ListCalendars,
  UpdateCalendarEvent,
} from '@patchbay/schema/capabilities/calendar.ts'
import { DateTime } from 'luxon'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { unlessGone } from '../shared/registration.ts'

const vendor = 'Outlook'

/** The connection's calendar, below the mailbox of whoever signed in. */
export const calendarPath = ({ settings }: ConnectionFacts): string => {
  const id = settings['calendarId'] || 'primary'
  return id === 'primary' ? '/me/calendar' : `/me/calendars/${encodeURIComponent(id)}`
}
const eventPath = (connection: ConnectionFacts, id: string) =>
  `${calendarPath(connection)}/events/${encodeURIComponent(id)}`

/** Every moment in UTC; ids that survive a move to another folder. */
const headers = { prefer: 'outlook.timezone="UTC", IdType="ImmutableId"' }

const edge = z.object({ dateTime: z.string(), timeZone: z.string().nullish() })
const event = z.object({
  id: z.string(),
  subject: z.string().nullish(),
  bodyPreview: z.string().nullish(),
  body: z.object({ contentType: z.string().nullish(), content: z.string().nullish() }).nullish(),
  location: z.object({ displayName: z.string().nullish() }).nullish(),
  start: edge,
  end: edge,
  isAllDay: z.boolean().nullish(),
  isCancelled: z.boolean().nullish(),
  showAs: z.string().nullish(),
  type: z.string().nullish(),
  seriesMasterId: z.string().nullish(),
  originalStartTimeZone: z.string().nullish(),
  attendees: z.array(z.object({ emailAddress: z.object({ address: z.string().nullish() }).nullish() })).nullish(),
  webLink: z.string().nullish(),
  onlineMeeting: z.object({ joinUrl: z.string().nullish() }).nullish(),
  iCalUId: z.string().nullish(),
  lastModifiedDateTime: z.string().nullish(),
})
type Event = z.output<typeof event>

/** "2026-01-05T10:00:00.0000000", in UTC as asked for. */
const inUtc = ({ dateTime }: z.output<typeof edge>) =>
  new Date(`${dateTime.replace(/Z$/, '').slice(0, 23)}Z`).toISOString()
const fromEdge = (value: z.output<typeof edge>, wholeDay: boolean): CalendarEdge =>
  wholeDay ? { at: null, date: value.dateTime.slice(0, 10) } : { at: inUtc(value), date: null }

/** Microsoft also has names of its own ("Arabian Standard Time"); those are no IANA names. */
const zoneName = (name: string | null | undefined) => (name && /^(UTC|[A-Z]\w+\/[\w/+-]+)$/.test(name) ? name : null)

function toEvent(found: Event): CalendarEvent {
  const wholeDay = found.isAllDay === true
  return {
    id: found.id,
    title: found.subject ?? '',
    description: (found.body?.contentType === 'text' ? found.body.content : found.bodyPreview) || null,
    location: found.location?.displayName || null,
    start: fromEdge(found.start, wholeDay),
    end: fromEdge(found.end, wholeDay),
    timeZone: zoneName(found.originalStartTimeZone),
    status: found.isCancelled === true ? 'CANCELLED' : found.showAs === 'tentative' ? 'TENTATIVE' : 'CONFIRMED',
    attendees: (found.attendees ?? []).flatMap(({ emailAddress }) => emailAddress?.address ?? []),
    url: found.webLink ?? null,
    updatedAt: found.lastModifiedDateTime ? new Date(found.lastModifiedDateTime).toISOString() : null,
    providerData: {
      iCalUId: found.iCalUId ?? null,
      type: found.type ?? null,
      seriesMasterId: found.seriesMasterId ?? null,
      originalStartTimeZone: found.originalStartTimeZone ?? null,
      joinUrl: found.onlineMeeting?.joinUrl ?? null,
    },
  }
}

const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ value: z.array(item), '@odata.nextLink': z.string().nullish() })

/** The next page is an address; what leads on in it is a number or a token. */
function nextCursor(link: string | null | undefined): string | null {
  const query = URL.parse(link ?? '')?.searchParams
  for (const name of ['$skiptoken', '$skip']) {
    const value = query?.get(name)
    if (value) return textCursor(`${name}=${value}`)
  }
  return null
}

function positionOf(cursor: string | null): Readonly<Record<string, string>> {
  if (cursor === null) return {}
  const [, name = '', value = ''] = /^(\$skiptoken|\$skip)=(.+)$/.exec(readTextCursor(cursor)) ?? []
  return name === '' ? {} : { [name]: value }
}

/** Exchange looks at most 1,825 days far in one view. */
const viewDays = 1_825

/** Both ends of a view; null when neither is given, for a list of all that expands no series. */
function viewOf({
  from,
  to,
}: Pick<ListCalendarEvents, 'from' | 'to'>): { startDateTime: string; endDateTime: string } | null {
  const anchor = from ?? to
  if (anchor === undefined) return null
  const start = DateTime.fromISO(from ?? anchor, { zone: 'utc' })
  const end = DateTime.fromISO(to ?? anchor, { zone: 'utc' })
  return {
    startDateTime: (from === undefined ? end.minus({ days: viewDays }) : start).toISO() ?? anchor,
    endDateTime: (to === undefined ? start.plus({ days: viewDays }) : end).toISO() ?? anchor,
  }
}

/** Exchange sorts by what it filters by. */
const orderOf = ({ updatedSince }: Pick<ListCalendarEvents, 'updatedSince'>): Readonly<Record<string, string>> =>
  updatedSince === undefined
    ? { $orderby: 'start/dateTime' }
    : {
        $filter: `lastModifiedDateTime ge ${new Date(updatedSince).toISOString()}`,
        $orderby: 'lastModifiedDateTime desc',
      }

/**
 * Within times: every single event, those of a series too. Without any: what the calendar holds, a series once. With one
 * end only the view reaches 1,825 days to the other side, as far as Exchange looks.
 */
export async function listEvents(
  call: Call,
  input: ListCalendarEvents,
  connection: ConnectionFacts,
): Promise<CalendarEventPage> {
  const view = viewOf(input)
  const answer = await call({
    method: 'GET',
    path: `${calendarPath(connection)}/${view === null ? 'events' : 'calendarView'}`,
    query: { ...view, ...orderOf(input), $top: input.first, ...positionOf(input.after) },
    headers,
  })
  return readAnswer(vendor, answer, pageOf(event), ({ value, '@odata.nextLink': next }) => ({
    items: value.map(toEvent),
    nextCursor: nextCursor(next),
  }))
}

export async function getEvent(
  call: Call,
  { id }: GetCalendarEvent,
  connection: ConnectionFacts,
): Promise<CalendarEvent> {
  const answer = await call({ method: 'GET', path: eventPath(connection, id), headers })
  return readAnswer(vendor, answer, event, toEvent)
}

/** A wall clock and its zone, as Exchange wants them. */
function toEdge(value: CalendarEdge, timeZone: string | undefined) {
  if (value.date !== null) return { dateTime: `${value.date}T00:00:00`, timeZone: timeZone ?? 'UTC' }
  const zone = timeZone ?? 'UTC'
  const local = DateTime.fromISO(value.at ?? '', { zone })
  if (!local.isValid)
    throw cannotSend(`“${zone}” is no time zone.`, 'Give an IANA name, such as Asia/Dubai.', 'timeZone')
  return { dateTime: local.toFormat("yyyy-MM-dd'T'HH:mm:ss"), timeZone: zone }
}

/** Names the effect at Exchange: the same text twice is one event. */
const transactionOf = (connection: ConnectionFacts, key: string) =>
  createHash('sha256').update(`${connection.id}\n${key}`).digest('hex').slice(0, 40)

export async function createEvent(
  call: Call,
  input: CreateCalendarEvent,
  connection: ConnectionFacts,
): Promise<CalendarEvent> {
  if (input.attendees.length > 0 && !input.notify)
    throw cannotSend(
      'Outlook mails everybody who is invited, always.',
      'Say `notify: true`, or leave the attendees out.',
      'notify',
    )
  const answer = await call({
    method: 'POST',
    path: `${calendarPath(connection)}/events`,
    headers,
    idempotencyKey: input.idempotencyKey,
    json: {
      subject: input.title,
      ...(input.description === undefined ? {} : { body: { contentType: 'text', content: input.description } }),
      ...(input.location === undefined ? {} : { location: { displayName: input.location } }),
      start: toEdge(input.start, input.timeZone),
      end: toEdge(input.end, input.timeZone),
      isAllDay: input.start.date !== null,
      attendees: input.attendees.map((address) => ({ emailAddress: { address }, type: 'required' })),
      transactionId: transactionOf(connection, input.idempotencyKey),
    },
  })
  return readAnswer(vendor, answer, event, toEvent)
}

/** A change says how things are to be, so a repeat changes nothing. Outlook tells attendees by itself. */
export async function updateEvent(
  call: Call,
  input: UpdateCalendarEvent,
  connection: ConnectionFacts,
): Promise<CalendarEvent> {
  const answer = await call({
    method: 'PATCH',
    path: eventPath(connection, input.id),
    headers,
    idempotencyKey: input.idempotencyKey,
    json: {
      subject: input.title,
      ...(input.description === undefined ? {} : { body: { contentType: 'text', content: input.description } }),
      ...(input.location === undefined ? {} : { location: { displayName: input.location } }),
      ...(input.start === undefined
        ? {}
        : { start: toEdge(input.start, input.timeZone), isAllDay: input.start.date !== null }),
      ...(input.end === undefined ? {} : { end: toEdge(input.end, input.timeZone) }),
    },
  })
  return readAnswer(vendor, answer, event, toEvent)
}

/** What is gone is gone: a repeat is no failure. An id that is none is refused as malformed. */
export async function deleteEvent(
  call: Call,
  input: DeleteCalendarEvent,
  connection: ConnectionFacts,
): Promise<DeletedCalendarEvent> {
  const path = eventPath(connection, input.id)
  await unlessGone(call({ method: 'DELETE', path, headers, idempotencyKey: input.idempotencyKey }))
  return { id: input.id }
}

const calendar = z.object({
  id: z.string(),
  name: z.string().nullish(),
  canEdit: z.boolean().nullish(),
  isDefaultCalendar: z.boolean().nullish(),
  owner: z.object({ name: z.string().nullish(), address: z.string().nullish() }).nullish(),
})

/** Exchange says no zone of a calendar: a mailbox has one. */
export async function listCalendars(call: Call, input: ListCalendars): Promise<CalendarInfoPage> {
  const query = { $top: input.first, ...positionOf(input.after) }
  const answer = await call({ method: 'GET', path: '/me/calendars', query, headers })
  return readAnswer(vendor, answer, pageOf(calendar), ({ value, '@odata.nextLink': next }) => ({
    items: value.map((found) => ({
      id: found.id,
      name: found.name ?? '',
      timeZone: null,
      primary: found.isDefaultCalendar === true,
      writable: found.canEdit === true,
      providerData: { owner: found.owner?.address ?? null },
    })),
    nextCursor: nextCursor(next),
  }))
}

/** More events than this in the time asked for are no question about free hours. */
const mostPages = 10

/** What is neither free nor called off. Read from the calendar itself: a free/busy query knows mailboxes, not calendars. */
export async function findBusy(call: Call, input: FindBusy, connection: ConnectionFacts): Promise<BusyTimes> {
  const busy: { from: string; to: string }[] = []
  let after: string | null = null
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await call({
      method: 'GET',
      path: `${calendarPath(connection)}/calendarView`,
      query: {
        startDateTime: input.from,
        endDateTime: input.to,
        $orderby: 'start/dateTime',
        $top: 500,
        ...positionOf(after),
      },
      headers,
    })
    after = readAnswer(vendor, answer, pageOf(event), ({ value, '@odata.nextLink': next }) => {
      for (const found of value)
        if (found.isCancelled !== true && found.showAs !== 'free' && found.showAs !== 'workingElsewhere')
          busy.push({ from: inUtc(found.start), to: inUtc(found.end) })
      return nextCursor(next)
    })
    if (after === null) return { busy }
  }
  throw cannotSend('There are more than 5,000 events in this time.', 'Ask for a shorter one.', 'to')
}
