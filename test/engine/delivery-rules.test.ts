import { breakerStates, deliveryStates, mayFollow } from '@patchbay/schema/webhook-states.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { allow, nextSlot } from '@patchbay/server/engine/delivery/allowance.ts'
import {
  beginTrial,
  caughtUp,
  failuresToOpen,
  judgeLane,
  type LaneState,
} from '@patchbay/server/engine/delivery/breaker.ts'
import { judgeAnswer, judgeFailure, mostWaitMs, retryAfter } from '@patchbay/server/engine/delivery/judge.ts'
import { conclude, evidenceOf } from '@patchbay/server/engine/delivery/outcome.ts'
import { horizonMs, hubSchedule, mostJitter, plan } from '@patchbay/server/engine/delivery/plan.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const now = new Date('2026-11-21T10:00:00Z')
const later = (ms: number) => new Date(now.getTime() + ms)
const fresh: LaneState = {
  breaker: 'CLOSED',
  breakerSince: now,
  failuresInRow: 0,
  rowSince: null,
  failingSince: null,
  rests: 0,
  probeAt: null,
  slotAt: null,
  quietUntil: null,
  pace: null,
}

const errorClasses = [
  'TIMEOUT',
  'NETWORK',
  'EGRESS_DENIED',
  'MALFORMED_ANSWER',
  'INVALID_REQUEST',
  'CANCELLED',
] as const
const failure = fc
  .constantFrom(...errorClasses)
  .map((errorClass) => new ProviderCallError({ errorClass, message: 'It failed.', advice: '' }))
const verdict = fc.oneof(
  fc
    .record({
      status: fc.integer({ min: 100, max: 599 }),
      headers: fc.oneof(
        fc.constant({}),
        fc.string().map((value) => ({ 'retry-after': value })),
        fc.nat(1_000_000).map((seconds) => ({ 'retry-after': String(seconds) })),
      ),
    })
    .map((answer) => judgeAnswer(answer, now)),
  fc.oneof(failure, fc.constant(new Error('inside'))).map((error) => judgeFailure(error)),
)

test.each([
  [200, 'DELIVERED'],
  [204, 'DELIVERED'],
  [301, 'FAILED'],
  [304, 'FAILED'],
  [400, 'FAILED'],
  [401, 'FAILED'],
  [404, 'FAILED'],
  [410, 'GONE'],
  [429, 'PAUSE'],
  [500, 'FAILED'],
  [502, 'FAILED'],
  [503, 'FAILED'],
  [504, 'FAILED'],
])('D2: %i is %s', (status, kind) => {
  expect(judgeAnswer({ status, headers: {} }, now).kind).toBe(kind)
})

test('D2: 502, 504 and time-outs slow down, 503 with Retry-After is a pause', () => {
  for (const status of [502, 504]) expect(judgeAnswer({ status, headers: {} }, now)).toMatchObject({ slow: true })
  expect(judgeAnswer({ status: 500, headers: {} }, now)).toMatchObject({ slow: false })
  const timedOut = new ProviderCallError({ errorClass: 'TIMEOUT', message: 'Too slow.', advice: '' })
  expect(judgeFailure(timedOut)).toMatchObject({ kind: 'FAILED', slow: true })
  expect(judgeAnswer({ status: 503, headers: { 'retry-after': '7' } }, now)).toMatchObject({
    kind: 'PAUSE',
    waitMs: 7_000,
  })
})

test('D2: Retry-After is seconds or a date, at most a day, never negative', () => {
  expect(retryAfter('120', now)).toBe(120_000)
  expect(retryAfter('Sat, 21 Nov 2026 10:01:00 GMT', now)).toBe(60_000)
  expect(retryAfter('Sat, 21 Nov 2020 10:01:00 GMT', now)).toBe(0)
  expect(retryAfter('99999999', now)).toBe(mostWaitMs)
  expect(retryAfter('soon', now)).toBeNull()
  expect(retryAfter(undefined, now)).toBeNull()
})

test('D3: the schedule is followed, chance only adds, Retry-After only extends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 86_400 }), { maxLength: 20 }),
      fc.integer({ min: 1, max: 21 }),
      fc.option(fc.integer({ min: 0, max: mostWaitMs })),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (schedule, number, waitMs, chance) => {
        const next = plan({ schedule, number, failedAt: now, waitMs, random: () => chance })
        const seconds = (schedule.length === 0 ? hubSchedule : schedule)[number]
        if (seconds === undefined) {
          expect(next).toBeNull()
          return
        }
        const wait = (next?.getTime() ?? 0) - now.getTime()
        expect(wait).toBeGreaterThanOrEqual(Math.max(seconds * 1000, waitMs ?? 0))
        expect(wait).toBeLessThanOrEqual(Math.max(Math.ceil(seconds * 1000 * (1 + mostJitter)), waitMs ?? 0))
      },
    ),
  )
  expect(horizonMs([])).toBeGreaterThan(27 * 3_600_000)
  // What never had a try is kept through an outage, however short the endpoint's own schedule.
  expect(horizonMs([0])).toBe(3_600_000)
})

test('D3: whatever comes of an attempt, its delivery moves by the table, and only a try or an end follows', () => {
  fc.assert(
    fc.property(verdict, fc.integer({ min: 1, max: 12 }), (given, number) => {
      const outcome = conclude({ verdict: given, number, schedule: [], finishedAt: now, random: () => 0 })
      expect(mayFollow(deliveryStates, 'SENDING', outcome.state)).toBe(true)
      expect(outcome.nextAttemptAt !== null).toBe(outcome.state === 'WAITING')
      expect(outcome.reason === null).toBe(outcome.state === 'DELIVERED')
      expect(outcome.message).toContain(given.words)
      expect(outcome.state === 'DELIVERED').toBe(given.status !== null && given.status >= 200 && given.status < 300)
      // A fault of the hub's own never kills a delivery.
      if (given.kind === 'UNSENT') expect(outcome.state).toBe('WAITING')
    }),
  )
})

type Happening =
  | { readonly do: 'claim' }
  | { readonly do: 'end'; readonly age: number; readonly verdict: ReturnType<typeof judgeFailure> }

test('D5: whatever happens, a breaker moves by the table and never stays shut for ever', () => {
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    fc.constant({ do: 'claim' } as const),
    fc.record({ do: fc.constant('end' as const), age: fc.nat(60_000), verdict }),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(120_000), happening), { maxLength: 200 }), (story) => {
      let lane = fresh
      let at = now
      const move = (next: LaneState) => {
        if (next.breaker !== lane.breaker) expect(mayFollow(breakerStates, lane.breaker, next.breaker)).toBe(true)
        lane = next
      }
      for (const [pause, what] of story) {
        at = new Date(at.getTime() + pause)
        if (what.do === 'claim') {
          const allowance = allow(lane, { now: at, ratePerSecond: null, room: 8 })
          if (lane.breaker === 'OPEN' || lane.breaker === 'HALF_OPEN') expect(allowance.limit).toBeLessThanOrEqual(1)
          if (allowance.limit === 0) expect(allowance.lookAt?.getTime()).toBeGreaterThan(at.getTime())
          else if (allowance.mode === 'TRIAL') move(beginTrial(lane, at, 30_000))
          else if (allowance.mode === 'AGE' && pause % 5 === 0) move(caughtUp(lane, at))
        } else {
          const startedAt = new Date(at.getTime() - what.age)
          const step = judgeLane(lane, evidenceOf(what.verdict, { startedAt, finishedAt: at, since: startedAt }))
          if (step.news === 'DOWN') expect([lane.breaker, step.lane.breaker]).toEqual([lane.breaker, 'OPEN'])
          if (step.news === 'RECOVERED') expect([lane.breaker, step.lane.breaker]).toEqual(['HALF_OPEN', 'CATCHING_UP'])
          move(step.lane)
        }
        if (lane.breaker === 'OPEN' || lane.breaker === 'HALF_OPEN') expect(lane.probeAt).not.toBeNull()
      }
    }),
  )
})

test('D5: failures in a row open it, a pause in between neither counts nor clears', () => {
  const end = (lane: LaneState, status: number) =>
    judgeLane(
      lane,
      evidenceOf(judgeAnswer({ status, headers: {} }, now), { startedAt: now, finishedAt: now, since: now }),
    )
  let lane = fresh
  for (let n = 1; n < failuresToOpen; n++) lane = end(lane, 500).lane
  lane = end(lane, 429).lane
  expect(lane).toMatchObject({ breaker: 'CLOSED', failuresInRow: failuresToOpen - 1 })
  const opened = end(lane, 404)
  expect(opened).toMatchObject({ news: 'DOWN', lane: { breaker: 'OPEN', failingSince: now, rests: 1 } })
  expect(end(end(lane, 200).lane, 500).lane).toMatchObject({ breaker: 'CLOSED', failuresInRow: 1 })
})

test('D3: no window of a second holds more requests than the rate, whenever somebody looks', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0.5, 1, 3, 10, 40),
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 120 }),
      (ratePerSecond, pauses) => {
        let lane = fresh
        let at = now
        const sent: number[] = []
        for (const pause of pauses) {
          at = new Date(at.getTime() + pause)
          const { limit } = allow(lane, { now: at, ratePerSecond, room: 100 })
          if (limit === 0) continue
          for (let n = 0; n < limit; n++) sent.push(at.getTime())
          lane = { ...lane, slotAt: nextSlot(lane, { now: at, ratePerSecond }, limit) }
        }
        const most = Math.max(1, Math.ceil(ratePerSecond)) + 1
        for (const from of sent)
          expect(sent.filter((each) => each >= from && each < from + 1_000).length).toBeLessThanOrEqual(most)
      },
    ),
  )
  expect(allow({ ...fresh, slotAt: later(3_600_000) }, { now, ratePerSecond: 10, room: 1 }).lookAt).toEqual(later(100))
})
