import { DateTime, IANAZone } from 'luxon'

export const calendarWindows = ['MINUTE', 'HOUR', 'DAY', 'MONTH'] as const
/** A span of the calendar. Days and months are those of a time zone, so they are not all of one length. */
export type CalendarWindow = (typeof calendarWindows)[number]

/** Begins at `start`, ends before `end`; every instant is in exactly one window of a kind and zone. */
export interface WindowSpan {
  readonly start: Date
  readonly end: Date
  /** The same for every instant of the window and for no other: "DAY:2026-11-20T20:00Z". */
  readonly id: string
}

const minuteMs = 60_000
const quarterMs = 15 * minuteMs
const hourMs = 60 * minuteMs
/** Remembered spans per kind and zone; roll-ups ask for a few days in turns. */
const rememberedSpans = 8

const zones = new Map<string, IANAZone>()
const remembered = new Map<string, WindowSpan[]>()

/**
 * The window of the calendar an instant is in. Clocks that are put forward or back make days of 23 and 25 hours, also where
 * it happens at midnight or by half an hour. A zone this machine does not know counts as UTC.
 * @param zone IANA name: "Asia/Dubai"
 */
export function windowOf(window: CalendarWindow, at: Date, zone: string): WindowSpan {
  const ms = at.getTime()
  // Offsets of zones are whole minutes, so minutes are the same everywhere.
  if (window === 'MINUTE') return spanOf(window, ms - mod(ms, minuteMs), ms - mod(ms, minuteMs) + minuteMs)
  const key = `${window} ${zone}`
  const known = remembered.get(key) ?? []
  const kept = known.find(({ start, end }) => start.getTime() <= ms && ms < end.getTime())
  if (kept) return kept
  const [start, end] = edgesOf(window, ms, zoneOf(zone))
  const span = spanOf(window, start, end)
  remembered.set(key, [span, ...known].slice(0, rememberedSpans))
  return span
}

function spanOf(window: CalendarWindow, start: number, end: number): WindowSpan {
  const from = new Date(start)
  return { start: from, end: new Date(end), id: `${window}:${from.toISOString().slice(0, 16)}Z` }
}

function zoneOf(name: string): IANAZone {
  let zone = zones.get(name)
  if (zone === undefined) {
    zone = IANAZone.create(name)
    if (!zone.isValid) zone = IANAZone.create('UTC')
    zones.set(name, zone)
  }
  return zone
}

function edgesOf(window: CalendarWindow, ms: number, zone: IANAZone): readonly [number, number] {
  if (window === 'HOUR') return hourEdges(ms, zone)
  const unit = window === 'DAY' ? 'day' : 'month'
  const local = DateTime.fromMillis(ms, { zone })
  const next = local.startOf(unit).plus(window === 'DAY' ? { days: 1 } : { months: 1 })
  return [beginning(local, unit), beginning(next, unit)]
}

/**
 * First instant of a local day or month. Where clocks go back over midnight the day begins twice, and the first time
 * counts; where they go forward over midnight it begins at one o'clock.
 */
function beginning(local: DateTime, unit: 'day' | 'month'): number {
  const start = local.startOf(unit)
  let first = start.toMillis()
  for (let back = 1; back <= 12; back++) {
    const earlier = start.toMillis() - back * quarterMs
    if (DateTime.fromMillis(earlier, { zone: start.zone }).toISODate() === start.toISODate()) first = earlier
  }
  return first
}

/** A local hour, cut where the clocks change within it: by half an hour on Lord Howe Island. */
function hourEdges(ms: number, zone: IANAZone): readonly [number, number] {
  const offsetMs = zone.offset(ms) * minuteMs
  const start = ms - mod(ms + offsetMs, hourMs)
  const end = start + hourMs
  return [
    zone.offset(start) === zone.offset(ms) ? start : changeBetween(start, ms, zone),
    zone.offset(end - 1) === zone.offset(ms) ? end : changeBetween(ms, end, zone),
  ]
}

/** First instant after `from` with the offset that `to` has; between the two the clocks change once. */
function changeBetween(from: number, to: number, zone: IANAZone): number {
  const before = zone.offset(from)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zone.offset(middle) === before) low = middle
    else high = middle
  }
  return high
}

const mod = (value: number, size: number): number => ((value % size) + size) % size
