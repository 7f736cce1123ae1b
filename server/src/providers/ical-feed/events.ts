import type {
  BusyTimes,
  CalendarEvent,
  CalendarEventPage,
  CalendarInfoPage,
  FindBusy,
  GetCalendarEvent,
  ListCalendarEvents,
  ListCalendars,
} from '@patchbay/schema/capabilities/calendar.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Call } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { cannotSend, cannotTellChanges, malformed } from '../shared/failure.ts'
import { type Feed, type FeedEvent, type Horizon, readFeed } from './calendar.ts'

const day = 86_400_000
/** How far a list reaches where one end is not said. */
const reach = 366 * day
/** Series have no end of their own: beyond this a list says nothing that anybody plans by. */
const longest = 5 * reach

/** The whole feed, and what time it is where it lies. */
export async function fetchFeed(call: Call): Promise<{ readonly feed: Feed; readonly now: number }> {
  const answer = await call({ method: 'GET', path: '/', headers: { accept: 'text/calendar, text/plain;q=0.5' } })
  const at = Date.parse(answer.headers['date'] ?? '')
  const feed = await readFeed(answer.text)
  if (Number.isNaN(at)) throw malformed('The feed', 'it does not say what time it is there')
  return { feed, now: at }
}

function horizonOf({ from, to }: Pick<ListCalendarEvents, 'from' | 'to'>, now: number): Horizon {
  const given = { from: Date.parse(from ?? ''), to: Date.parse(to ?? '') }
  const begins = Number.isNaN(given.from) ? (Number.isNaN(given.to) ? now : given.to) - reach : given.from
  const ends = Number.isNaN(given.to) ? (Number.isNaN(given.from) ? now : given.from) + reach : given.to
  if (ends - begins > longest)
    throw cannotSend('A feed is read for five years at most.', 'Ask for a shorter time.', 'to')
  return { from: begins, to: ends }
}

const shown = ({ begins: _begins, ends: _ends, free: _free, ...event }: FeedEvent): CalendarEvent => event

/** Without an end a list reaches a year to that side, from now or from the other end. */
export async function listEvents(call: Call, input: ListCalendarEvents): Promise<CalendarEventPage> {
  cannotTellChanges('A feed', 'events', input.updatedSince)
  const start = readNumberCursor(input.after, 0)
  const { feed, now } = await fetchFeed(call)
  const all = feed.within(horizonOf(input, now))
  const end = start + input.first
  return { items: all.slice(start, end).map(shown), nextCursor: end < all.length ? numberCursor(end) : null }
}

/** One of a series is looked for around its own time, anything else in five years about now. */
export async function getEvent(call: Call, { id }: GetCalendarEvent): Promise<CalendarEvent> {
  const { feed, now } = await fetchFeed(call)
  const original = Date.parse(`${/#(\d{4}-\d\d-\d\d)/.exec(id)?.[1] ?? ''}T00:00:00Z`)
  const middle = Number.isNaN(original) ? now : original
  const found = feed.within({ from: middle - longest / 2, to: middle + longest / 2 }).find((event) => event.id === id)
  if (found !== undefined) return shown(found)
  throw new ProviderCallError({
    errorClass: 'NOT_FOUND',
    message: 'The feed holds no such event.',
    advice: 'It may have been taken out: list the events again.',
  })
}

/** A feed is one calendar. */
export async function listCalendars(call: Call, input: ListCalendars): Promise<CalendarInfoPage> {
  readNumberCursor(input.after, 0)
  const { feed } = await fetchFeed(call)
  const { name, timeZone } = feed
  return { items: [{ id: 'feed', name, timeZone, primary: true, writable: false }], nextCursor: null }
}

export async function findBusy(call: Call, input: FindBusy): Promise<BusyTimes> {
  const { feed, now } = await fetchFeed(call)
  const horizon = horizonOf(input, now)
  const busy = feed
    .within(horizon)
    .filter(({ free, status, begins, ends }) => !free && status !== 'CANCELLED' && ends > begins)
    .map(({ begins, ends }) => ({
      from: new Date(Math.max(begins, horizon.from)).toISOString(),
      to: new Date(Math.min(ends, horizon.to)).toISOString(),
    }))
  return { busy }
}
