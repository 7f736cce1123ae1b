import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BusyTimes, CalendarEventPage } from '@patchbay/schema/capabilities/calendar.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { icalFeed } from '@patchbay/server/providers/ical-feed.ts'
import { readFeed } from '@patchbay/server/providers/ical-feed/calendar.ts'
import { atTwin } from './at-twin.ts'
import { icalFeed as feedCase } from './cases/ical-feed.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = (change: object = {}) => atTwin(icalFeed, { ...feedCase.good, ...change }, lab.origin)
const day = 86_400_000

/** A feed of these events, between these days of 2026. */
async function within(lines: readonly string[], from = '2026-12-01', to = '2026-12-31', head: readonly string[] = []) {
  const text = ['BEGIN:VCALENDAR', 'VERSION:2.0', ...head, ...lines, 'END:VCALENDAR'].join('\r\n')
  return (await readFeed(text)).within({ from: Date.parse(`${from}T00:00:00Z`), to: Date.parse(`${to}T00:00:00Z`) })
}
const event = (...lines: readonly string[]) => ['BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT']

describe('iCal feed: what a calendar says', () => {
  test('a series without end is expanded as far as asked, without what was taken out, with what was moved', async () => {
    const { run } = await connected()
    const now = Date.now()
    const { items } = await run<CalendarEventPage>('events.list', {
      first: 100,
      from: new Date(now - 20 * day).toISOString(),
      to: new Date(now + 60 * day).toISOString(),
    })
    const counts = items.filter(({ title }) => title.startsWith('Stock count'))
    expect(counts.length).toBeGreaterThanOrEqual(9)
    expect(counts.filter(({ title }) => title === 'Stock count, moved')).toHaveLength(1)
    const days = counts.map(({ start }) => Date.parse(start.at ?? '') / day)
    const gaps = days.slice(1).map((at, index) => Math.round(at - (days[index] ?? 0)))
    // One is missing, one is a day late.
    expect(gaps.toSorted((a, b) => b - a).slice(0, 2)).toEqual([15, 7])
  })

  test('escapes, folded lines, addresses and whole days come out as they were meant', async () => {
    const { run } = await connected()
    const { items } = await run<CalendarEventPage>('events.list', { first: 100 })
    expect(items.find(({ title }) => title.startsWith('Fitting'))).toMatchObject({
      description: 'Bring the second hoodie, size L;\nالباب الخلفي مفتوح. Ring at the back door.',
      location: 'Noor Atelier, Al Quoz',
      attendees: [expect.stringContaining('@example.com')],
    })
    const closed = items.find(({ title }) => title === 'Closed')
    const [start, end] = [closed?.start.date ?? '', closed?.end.date ?? '']
    // The end of whole days is the day after the last.
    expect(Date.parse(end) - Date.parse(start)).toBe(2 * day)
  })

  test.each([
    ['of the feed', 'DTSTART;TZID=Europe/Berlin:20261201T100000', [], '2026-12-01T09:00:00.000Z'],
    ['of the calendar', 'DTSTART:20261201T100000', ['X-WR-TIMEZONE:Asia/Dubai'], '2026-12-01T06:00:00.000Z'],
    ['nobody knows', 'DTSTART;TZID=Nowhere/Land:20261201T100000', [], '2026-12-01T10:00:00.000Z'],
    ['UTC', 'DTSTART:20261201T100000Z', ['X-WR-TIMEZONE:Asia/Dubai'], '2026-12-01T10:00:00.000Z'],
  ])('a time in a zone %s', async (_what, start, head, at) => {
    const [found] = await within(event(start, 'DURATION:PT1H'), undefined, undefined, head)
    expect(found).toMatchObject({ start: { at, date: null } })
  })

  test('a series keeps its hour when the clocks change', async () => {
    const zone = 'TZID=Europe/Berlin'
    const found = await within(
      event(`DTSTART;${zone}:20261019T100000`, `DTEND;${zone}:20261019T110000`, 'RRULE:FREQ=WEEKLY;COUNT=2'),
      '2026-10-01',
    )
    expect(found.map(({ start }) => start.at)).toEqual(['2026-10-19T08:00:00.000Z', '2026-10-26T09:00:00.000Z'])
  })

  test('a series of every second holds nobody up: it is its first event', async () => {
    const second = event('DTSTART:20261201T000000Z', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY')
    expect(await within(second)).toHaveLength(1)
  })

  test('more events than anybody reads are refused, not returned in part', async () => {
    const hourly = ['a', 'b', 'c'].flatMap((uid) => [
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'DTSTART:20260101T000000Z',
      'DURATION:PT1M',
      'RRULE:FREQ=HOURLY',
      'END:VEVENT',
    ])
    await expect(within(hourly, '2026-01-01', '2026-10-01')).rejects.toMatchObject({ errorClass: 'MALFORMED_ANSWER' })
  })

  test.each(['', '<html></html>', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a', 'BEGIN:VCARD\r\nEND:VCARD'])(
    'C3: %j is no calendar',
    async (text) => expect(readFeed(text)).rejects.toMatchObject({ errorClass: 'MALFORMED_ANSWER' }),
  )
})

describe('iCal feed: whose address is a secret', () => {
  test.each([
    '//evil.example/feed.ics',
    'https://evil.example/feed.ics',
    '/a/../../stripe/api/v1/balance',
    '/feeds/%zz#x',
    'feed.ics',
    '',
    '/a b.ics',
    '\\\\evil.example/x',
  ])('X1: the path %j leads nowhere', async (feedPath) => {
    const { run } = await connected({ feedPath })
    await expect(run('events.list', {})).rejects.toMatchObject({ status: null, field: 'feedPath' })
  })

  test.each(['evil', '127.1', 'a.example/x', 'a@b.example', 'a.example:99999999', ''])(
    'X1: %j becomes no host',
    (host) => {
      const hosts = icalFeed.hosts({ id: 'c', environment: 'LIVE', settings: { host }, baseUrl: null })
      // Numbers pass the form; the guard judges what they resolve to.
      expect(hosts.api).toBe(host === '127.1' ? 'https://127.1' : 'https://no-feed.invalid')
    },
  )

  test('the request an operation makes knows nothing of the path', async () => {
    const { run, sent } = await connected()
    await run('calendars.list', {})
    expect(JSON.stringify(sent)).not.toContain('private-')
  })

  test('S1: every event once, in any page size; busy times leave out what takes none', async () => {
    const { run } = await connected()
    for (const first of [5, 100]) {
      const ids: string[] = []
      let after: string | null = null
      do {
        const page: CalendarEventPage = await run<CalendarEventPage>('events.list', { first, after })
        ids.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      } while (after !== null && ids.length < 200)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBeGreaterThan(50)
    }
    const now = Date.now()
    const asked = { from: new Date(now + 10.5 * day).toISOString(), to: new Date(now + 11 * day).toISOString() }
    const { busy } = await run<BusyTimes>('busy.find', asked)
    expect(busy.every(({ from, to }) => Date.parse(to) - Date.parse(from) < day / 2)).toBe(true)
  })

  test('more than five years are no question', async () => {
    const { run } = await connected()
    const asked = run('events.list', { from: '2020-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' })
    await expect(asked).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', field: 'to' })
  })
})
