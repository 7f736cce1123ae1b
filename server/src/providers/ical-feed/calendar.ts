import type { CalendarEdge, CalendarEvent } from '@patchbay/schema/capabilities/calendar.ts'
import type ICAL from 'ical.js'
import { DateTime } from 'luxon'
import { malformed } from '../shared/failure.ts'

/** One event of a feed, or one of a series. */
export interface FeedEvent extends CalendarEvent {
  /** Milliseconds since 1970; whole days begin at midnight of the feed's zone. */
  readonly begins: number
  readonly ends: number
  /** Takes no time of its calendar (TRANSP:TRANSPARENT). */
  readonly free: boolean
}

/** Milliseconds since 1970, both ends. */
export interface Horizon {
  readonly from: number
  readonly to: number
}

export interface Feed {
  readonly name: string
  readonly timeZone: string | null
  /** Everything that lies at least partly within, in order. */
  readonly within: (horizon: Horizon) => readonly FeedEvent[]
}

/** Steps through one series (27 years of days), and events of one answer: nobody else is served while they are counted. */
const mostSteps = 10_000
const mostEvents = 5_000

const statuses: Readonly<Record<string, CalendarEvent['status']>> = { TENTATIVE: 'TENTATIVE', CANCELLED: 'CANCELLED' }

/** Parts of an id: the event, and which of its series. */
export const idOf = (uid: string, recurrence: string | null) => (recurrence === null ? uid : `${uid}#${recurrence}`)

/**
 * Reads an iCalendar feed (RFC 5545). Series are expanded with their exceptions; times stand in the zone the feed defines,
 * in an IANA zone it only names, or, without one, in the calendar's own (X-WR-TIMEZONE) or UTC.
 * @throws ProviderCallError MALFORMED_ANSWER for what is no calendar
 */
export async function readFeed(text: string): Promise<Feed> {
  const plain = text.replace(/^\uFEFF/, '').trimStart()
  if (!/^BEGIN:VCALENDAR/i.test(plain)) throw malformed('The feed', 'not with a calendar')
  // Most hubs have no feed: the parser is loaded where one is read.
  const { default: ical } = await import('ical.js')
  let calendar: ICAL.Component
  try {
    calendar = new ical.Component(ical.parse(plain))
    calendar.getAllSubcomponents('vevent')
  } catch (cause) {
    throw malformed('The feed', 'its calendar is cut off or broken', cause)
  }
  return feedOf(ical, calendar)
}

function feedOf(ical: typeof ICAL, calendar: ICAL.Component): Feed {
  const words = (name: string) => calendar.getFirstPropertyValue(name)?.toString().trim() || null
  const named = words('x-wr-timezone')
  const ownZone = named !== null && isZone(named) ? named : null

  const instantOf = (time: ICAL.Time, zoneName: string | null): number => {
    if (!time.isDate && time.zone.tzid !== 'floating') return time.toJSDate().getTime()
    const zone = !time.isDate && zoneName !== null && isZone(zoneName) ? zoneName : (ownZone ?? 'UTC')
    const { year, month, day, hour, minute, second } = time
    return DateTime.fromObject({ year, month, day, hour, minute, second }, { zone }).toMillis()
  }
  const edgeOf = (time: ICAL.Time, at: number): CalendarEdge =>
    time.isDate ? { at: null, date: time.toString().slice(0, 10) } : { at: new Date(at).toISOString(), date: null }

  function eventOf(event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, recurrence: string | null): FeedEvent {
    const { component } = event
    const textOf = (name: string) => component.getFirstPropertyValue(name)?.toString().trim() || null
    const zoneOf = (name: string) => {
      const zone = component.getFirstProperty(name)?.getParameter('tzid')
      return typeof zone === 'string' ? zone : null
    }
    const zone = zoneOf('dtstart')
    const begins = instantOf(start, zone)
    const ends = Math.max(begins, instantOf(end, zoneOf('dtend') ?? zone))
    const changed = component.getFirstPropertyValue('last-modified')
    return {
      id: idOf(event.uid || textOf('dtstart') || '', recurrence),
      title: event.summary ?? '',
      description: event.description || null,
      location: event.location || null,
      start: edgeOf(start, begins),
      end: edgeOf(end, ends),
      timeZone: zone !== null && isZone(zone) ? zone : ownZone,
      status: statuses[textOf('status')?.toUpperCase() ?? ''] ?? 'CONFIRMED',
      attendees: event.attendees.flatMap((one) => {
        const address = /^mailto:(.+)$/i.exec(one.getFirstValue()?.toString() ?? '')?.[1]
        return address === undefined ? [] : [address]
      }),
      url: textOf('url'),
      updatedAt: changed instanceof ical.Time ? changed.toJSDate().toISOString() : null,
      providerData: {
        UID: event.uid,
        'RECURRENCE-ID': recurrence,
        SEQUENCE: event.sequence ?? null,
        CATEGORIES: textOf('categories'),
      },
      begins,
      ends,
      free: textOf('transp')?.toUpperCase() === 'TRANSPARENT',
    }
  }

  const events = calendar
    .getAllSubcomponents('vevent')
    .map((component) => new ical.Event(component, { exceptions: [] }))
  const masters = events.filter((event) => event.component.hasProperty('dtstart') && !event.isRecurrenceException())
  const known = new Map(masters.map((event) => [event.uid, event]))
  // An exception whose series is not in the feed is an event of its own.
  const lone = events.filter((event) => {
    if (!event.isRecurrenceException()) return false
    const master = known.get(event.uid)
    if (master?.isRecurring()) master.relateException(event)
    return !master?.isRecurring()
  })

  function* occurrences(event: ICAL.Event, horizon: Horizon): Generator<FeedEvent> {
    const lengthMs = Math.max(0, event.duration.toSeconds() * 1000)
    const hasMoved = Object.keys(event.exceptions).length > 0
    const steps = event.iterator()
    for (let count = 0; count < mostSteps; count += 1) {
      const next = steps.next()
      if (next === null || next === undefined) return
      // Clocks on walls are cheap to read, and never two days off; what was moved may lie anywhere.
      const { year, month, day, hour, minute, second } = next
      const about = Date.UTC(year, month - 1, day, hour, minute, second)
      if (about > horizon.to + margin) return
      const moved = hasMoved && Object.hasOwn(event.exceptions, next.toString())
      if (!moved && about + lengthMs < horizon.from - margin) continue
      const { item, startDate, endDate, recurrenceId } = event.getOccurrenceDetails(next)
      const found = eventOf(item, startDate, endDate, recurrenceId.toString())
      if (overlaps(found, horizon)) yield found
    }
  }

  return {
    name: words('x-wr-calname') ?? words('name') ?? 'Calendar',
    timeZone: ownZone,
    within: (horizon) => {
      const all: FeedEvent[] = []
      const add = (found: FeedEvent) => {
        if (all.length >= mostEvents)
          throw malformed('The feed', `it holds more than ${mostEvents} events in this time`)
        all.push(found)
      }
      for (const event of masters) {
        if (isSeries(event)) for (const found of occurrences(event, horizon)) add(found)
        else {
          const found = eventOf(event, event.startDate, event.endDate, null)
          if (overlaps(found, horizon)) add(found)
        }
      }
      for (const event of lone) {
        const found = eventOf(event, event.startDate, event.endDate, event.recurrenceId.toString())
        if (overlaps(found, horizon)) add(found)
      }
      return all.sort((a, b) => a.begins - b.begins || (a.id < b.id ? -1 : 1))
    },
  }
}

const margin = 2 * 86_400_000
const overlaps = ({ begins, ends }: FeedEvent, { from, to }: Horizon) =>
  begins < to && (ends > from || (ends === begins && begins >= from))

/** A rule for every second or minute is no calendar's: such a thing is read as its first event. */
const isSeries = (event: ICAL.Event) => {
  const { SECONDLY, MINUTELY } = event.getRecurrenceTypes() as Readonly<Record<string, boolean | undefined>>
  return event.isRecurring() && SECONDLY !== true && MINUTELY !== true
}

const zones = new Map<string, boolean>()
/** Does this machine know the zone by this name. */
function isZone(name: string): boolean {
  const before = zones.get(name)
  if (before !== undefined) return before
  const known = name.length <= 60 && DateTime.local({ zone: name }).isValid
  if (zones.size < 1000) zones.set(name, known)
  return known
}
