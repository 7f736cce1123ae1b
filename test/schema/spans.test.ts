import { accrued } from '@patchbay/schema/load/analytics/accrual.ts'
import { middleMs, piecesOf, type Piece } from '@patchbay/schema/load/analytics/pieces.ts'
import { before, beginningOf, nextOf, rangeOf } from '@patchbay/schema/load/analytics/range.ts'
import { windowOf } from '@patchbay/schema/calendar.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const zones = ['UTC', 'Asia/Dubai', 'Asia/Kolkata', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo']
const zone = fc.constantFrom(...zones)
const now = new Date('2026-11-21T10:07:31.500Z')
const minute = 60_000
const within = (days: number) =>
  fc
    .integer({ min: 1, max: days * 1440 })
    .map((minutes) => new Date(Math.floor(now.getTime() / minute) * minute - minutes * minute))

/** Rows of every grain a call of this moment is counted in, as the database begins them. */
const rowsOf = (at: Date, timeZone: string) =>
  (['MINUTE', 'HOUR', 'DAY', 'MONTH'] as const).map((grain) => ({ grain, at: windowOf(grain, at, timeZone).start }))

const holds = ({ grain, from, to }: Piece, row: { grain: string; at: Date }): boolean =>
  grain === row.grain &&
  row.at.getTime() >= from.getTime() - middleMs[grain] &&
  row.at.getTime() < to.getTime() - middleMs[grain]

describe('A1: a span is cut into rows', () => {
  test('that hold every minute of it once and no other, also where clocks change', () => {
    const moment = fc.constantFrom('2026-03-31T10:07:31Z', '2026-10-28T10:07:31Z', '2026-11-04T10:07:31Z')
    const back = fc.integer({ min: 1, max: 7 * 1440 })
    fc.assert(
      fc.property(zone, moment, back, back, back, (timeZone, present, ...minutes) => {
        const now = new Date(present)
        const [a = now, b = now, at = now] = minutes.map(
          (count) => new Date((Math.floor(now.getTime() / minute) - count) * minute),
        )
        const [since, until] = a < b ? [a, b] : [b, a]
        if (since.getTime() === until.getTime()) return
        const pieces = piecesOf(since, until, { timeZone, now })
        const found = pieces.filter((piece) => rowsOf(at, timeZone).some((row) => holds(piece, row))).length
        expect(found).toBe(at >= since && at < until ? 1 : 0)
      }),
      { numRuns: 400 },
    )
  })

  test('of which a year needs few', () => {
    const pieces = piecesOf(beginningOf('DAY', new Date('2025-11-21T10:00:00Z'), 'Asia/Dubai'), now, {
      timeZone: 'Asia/Dubai',
      now,
    })
    expect(pieces.map(({ grain }) => grain)).toEqual(['DAY', 'MONTH'])
  })

  test('however old: an edge nothing fine is kept of is taken whole', () => {
    const since = new Date('2024-03-05T07:13:00Z')
    const pieces = piecesOf(since, new Date('2024-06-01T00:00:00Z'), { timeZone: 'UTC', now })
    expect(pieces.map(({ grain }) => grain)).toEqual(['DAY', 'MONTH'])
    expect(pieces[0]?.from).toEqual(new Date('2024-03-05T00:00:00Z'))
  })
})

describe('A1: points of a span', () => {
  test('follow each other without gap, days of 23 and 25 hours included', () => {
    for (const timeZone of zones)
      for (const [since, until] of [
        ['2026-03-27T12:00:00Z', '2026-04-01T00:00:00Z'],
        ['2026-10-23T12:00:00Z', '2026-11-03T00:00:00Z'],
      ]) {
        const { points } = rangeOf({ since: new Date(since ?? ''), until: new Date(until ?? '') }, 'DAY', {
          now,
          timeZone,
        })
        for (const [n, at] of points.entries()) {
          expect(at).toEqual(windowOf('DAY', at, timeZone).start)
          if (points[n + 1] !== undefined) expect(nextOf('DAY', at, timeZone)).toEqual(points[n + 1])
        }
      }
    const berlin = rangeOf(
      { since: new Date('2026-10-23T22:00:00Z'), until: new Date('2026-10-27T00:00:00Z') },
      'DAY',
      { now, timeZone: 'Europe/Berlin' },
    )
    expect(berlin.points.map((at) => at.toISOString().slice(0, 13))).toEqual([
      '2026-10-23T22',
      '2026-10-24T22',
      '2026-10-25T23',
      '2026-10-26T23',
    ])
  })

  test('by the week begin on Monday, also in the week clocks change', () => {
    for (const timeZone of zones) {
      const { points } = rangeOf({ preset: 'YEAR' }, 'WEEK', { now, timeZone })
      for (const at of points) {
        const day = new Intl.DateTimeFormat('en', { timeZone, weekday: 'long' }).format(at)
        expect(day).toBe('Monday')
      }
      expect(points.length).toBeLessThanOrEqual(54)
    }
  })

  test('are 200 at most when the hub chooses, 360 minutes apart', () => {
    fc.assert(
      fc.property(zone, within(1800), (timeZone, since) => {
        const { points, grain } = rangeOf({ since }, 'AUTO', { now, timeZone })
        expect(points.length).toBeGreaterThan(0)
        expect(points.length).toBeLessThanOrEqual(grain === 'MINUTE' ? 361 : 206)
      }),
    )
  })

  test('of the span before are as many, whole days staying whole', () => {
    const range = rangeOf({ preset: 'WEEK' }, 'DAY', {
      now: new Date('2026-10-28T15:00:00Z'),
      timeZone: 'Europe/Berlin',
    })
    const earlier = before(range, 'PREVIOUS', 'WEEK')
    expect(earlier.points).toHaveLength(7)
    expect(earlier.since.toISOString()).toBe('2026-10-14T22:00:00.000Z')
    expect(earlier.until.toISOString()).toBe('2026-10-21T14:00:00.000Z')
    const month = before(rangeOf({ preset: 'LAST_MONTH' }, 'DAY', { now, timeZone: 'UTC' }), 'PREVIOUS', 'LAST_MONTH')
    expect([month.since, month.until]).toEqual([new Date('2026-09-01T00:00:00Z'), new Date('2026-10-01T00:00:00Z')])
  })
})

describe('A2: a subscription', () => {
  test('comes to exactly its amount in a month, however the month is cut', () => {
    fc.assert(
      fc.property(
        zone,
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        within(700),
        fc.array(fc.integer({ min: 1, max: 40_000 }), { maxLength: 12 }),
        (timeZone, amountMicros, at, cuts) => {
          const { start, end } = windowOf('MONTH', at, timeZone)
          const price = { amountMicros, since: new Date(0), until: null }
          const edges = [start, ...cuts.map((minutes) => new Date(start.getTime() + minutes * minute)), end]
            .filter((edge) => edge <= end)
            .sort((a, b) => a.getTime() - b.getTime())
          let sum = 0n
          for (const [n, edge] of edges.entries()) {
            const next = edges[n + 1]
            if (next !== undefined) sum += accrued(price, edge, next, timeZone)
          }
          expect(sum).toBe(amountMicros)
        },
      ),
    )
  })

  test('costs its share of the days it held', () => {
    const price = {
      amountMicros: 30_000_000n,
      since: new Date('2026-11-11T00:00:00Z'),
      until: new Date('2026-11-21T00:00:00Z'),
    }
    expect(accrued(price, new Date('2026-11-01T00:00:00Z'), new Date('2026-12-01T00:00:00Z'), 'UTC')).toBe(10_000_000n)
    expect(accrued(price, new Date('2026-12-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z'), 'UTC')).toBe(0n)
  })
})
