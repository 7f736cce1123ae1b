import { calendarWindows, windowOf } from '@patchbay/schema/calendar.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const span = (window: (typeof calendarWindows)[number], at: string, zone: string) => {
  const { start, end } = windowOf(window, new Date(at), zone)
  return [start.toISOString(), end.toISOString()].map((each) => each.replace(':00.000Z', 'Z'))
}

describe('X5: windows of the calendar', () => {
  test.each([
    [
      'a day in Dubai begins at 20:00 UTC',
      'DAY',
      '2026-11-21T19:59:59Z',
      'Asia/Dubai',
      '2026-11-20T20:00Z',
      '2026-11-21T20:00Z',
    ],
    ['a month in Dubai', 'MONTH', '2026-11-30T20:00:00Z', 'Asia/Dubai', '2026-11-30T20:00Z', '2026-12-31T20:00Z'],
    [
      '23 hours when London puts clocks forward',
      'DAY',
      '2026-03-29T12:00Z',
      'Europe/London',
      '2026-03-29T00:00Z',
      '2026-03-29T23:00Z',
    ],
    [
      '25 hours when London puts them back',
      'DAY',
      '2026-10-25T12:00Z',
      'Europe/London',
      '2026-10-24T23:00Z',
      '2026-10-26T00:00Z',
    ],
    ['23 hours in New York', 'DAY', '2026-03-08T12:00Z', 'America/New_York', '2026-03-08T05:00Z', '2026-03-09T04:00Z'],
    ['25 hours in New York', 'DAY', '2026-11-01T12:00Z', 'America/New_York', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
    [
      'a month that loses an hour',
      'MONTH',
      '2026-03-15T12:00Z',
      'America/New_York',
      '2026-03-01T05:00Z',
      '2026-04-01T04:00Z',
    ],
    [
      'an hour in Kolkata begins at the half',
      'HOUR',
      '2026-01-01T00:10Z',
      'Asia/Kolkata',
      '2025-12-31T23:30Z',
      '2026-01-01T00:30Z',
    ],
    [
      'an hour in Chatham at the quarter',
      'HOUR',
      '2026-07-01T00:10Z',
      'Pacific/Chatham',
      '2026-06-30T23:15Z',
      '2026-07-01T00:15Z',
    ],
    ['a day in Chatham', 'DAY', '2026-07-01T00:10Z', 'Pacific/Chatham', '2026-06-30T11:15Z', '2026-07-01T11:15Z'],
    ['29 February', 'DAY', '2028-02-29T12:00Z', 'Asia/Dubai', '2028-02-28T20:00Z', '2028-02-29T20:00Z'],
    ['February of a leap year', 'MONTH', '2028-02-29T12:00Z', 'Asia/Kolkata', '2028-01-31T18:30Z', '2028-02-29T18:30Z'],
    [
      'clocks back over midnight in Havana: before',
      'DAY',
      '2026-11-01T04:30Z',
      'America/Havana',
      '2026-11-01T04:00Z',
      '2026-11-02T05:00Z',
    ],
    [
      'clocks back over midnight in Havana: again',
      'DAY',
      '2026-11-01T05:30Z',
      'America/Havana',
      '2026-11-01T04:00Z',
      '2026-11-02T05:00Z',
    ],
    [
      'clocks forward over midnight in Cairo',
      'DAY',
      '2026-04-24T12:00Z',
      'Africa/Cairo',
      '2026-04-23T22:00Z',
      '2026-04-24T21:00Z',
    ],
    [
      'the repeated hour in New York is two',
      'HOUR',
      '2026-11-01T05:30Z',
      'America/New_York',
      '2026-11-01T05:00Z',
      '2026-11-01T06:00Z',
    ],
    [
      'half an hour put back on Lord Howe',
      'HOUR',
      '2026-04-04T15:15Z',
      'Australia/Lord_Howe',
      '2026-04-04T15:00Z',
      '2026-04-04T15:30Z',
    ],
    ['a day Samoa never had', 'DAY', '2011-12-30T09:59Z', 'Pacific/Apia', '2011-12-29T10:00Z', '2011-12-30T10:00Z'],
    [
      'a zone nobody knows is UTC',
      'DAY',
      '2026-01-01T12:00Z',
      'Mars/Olympus',
      '2026-01-01T00:00Z',
      '2026-01-02T00:00Z',
    ],
  ] as const)('%s', (_what, window, at, zone, start, end) => {
    expect(span(window, at, zone)).toEqual([start, end])
  })

  test('every instant is in one window, and windows follow each other without gap', () => {
    const zones = [
      'UTC',
      'Asia/Dubai',
      'Europe/London',
      'America/New_York',
      'Asia/Kolkata',
      'Pacific/Chatham',
      'Pacific/Apia',
      'America/Havana',
      'America/Sao_Paulo',
      'Africa/Cairo',
      'Africa/Casablanca',
      'Asia/Gaza',
      'Australia/Lord_Howe',
      'America/St_Johns',
    ]
    const instants = fc.date({ min: new Date('2005-01-01'), max: new Date('2037-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(fc.constantFrom(...calendarWindows), fc.constantFrom(...zones), instants, (window, zone, at) => {
        const { start, end, id } = windowOf(window, at, zone)
        expect(start <= at && at < end).toBe(true)
        expect(windowOf(window, start, zone).id).toBe(id)
        expect(windowOf(window, new Date(end.getTime() - 1), zone)).toEqual({ start, end, id })
        expect(windowOf(window, end, zone).start).toEqual(end)
        expect(windowOf(window, end, zone).id).not.toBe(id)
      }),
      { numRuns: 3_000 },
    )
  })

  test('around every change of clocks, day and hour by hour', () => {
    for (const zone of ['America/Havana', 'Australia/Lord_Howe'])
      for (const window of ['HOUR', 'DAY'] as const) {
        let at = Date.UTC(2026, 0, 1)
        while (at < Date.UTC(2027, 0, 1)) {
          const { start, end } = windowOf(window, new Date(at), zone)
          expect(windowOf(window, new Date(end.getTime() - 1), zone).start).toEqual(start)
          at = end.getTime()
        }
      }
  })
})
