import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import {
  incidentAction,
  judge,
  type Finding,
  type HealthState,
  type Known,
} from '@patchbay/server/engine/health/judge.ts'
import { healthDefaults } from '@patchbay/server/engine/health/settings.ts'
import { describe, expect, test } from 'vitest'

const good: Finding = { ok: true, latencyMs: 100, errorClass: null }
const slow: Finding = { ok: true, latencyMs: 3_001, errorClass: null }
const bad = (errorClass: CallErrorClass = 'UNAVAILABLE'): Finding => ({ ok: false, latencyMs: 50, errorClass })
const fresh = (state: HealthState): Known => ({ state, failuresInRow: 0, successesInRow: 0, slowInRow: 0 })

const run = (start: HealthState, findings: readonly Finding[]): HealthState[] => {
  const states: HealthState[] = []
  let known = fresh(start)
  for (const finding of findings) {
    known = judge(known, finding, healthDefaults)
    states.push(known.state)
  }
  return states
}

describe('H1: judgement with hysteresis', () => {
  const stories: readonly [string, HealthState, readonly Finding[], readonly HealthState[]][] = [
    ['the first success makes it healthy', 'UNKNOWN', [good], ['HEALTHY']],
    ['a slow first success too', 'UNKNOWN', [slow], ['HEALTHY']],
    [
      'one failure degrades, the third brings it down',
      'HEALTHY',
      [bad(), bad(), bad()],
      ['DEGRADED', 'DEGRADED', 'DOWN'],
    ],
    ['an unknown one goes the same way', 'UNKNOWN', [bad(), bad(), bad()], ['DEGRADED', 'DEGRADED', 'DOWN']],
    ['down stays down', 'DOWN', [bad(), bad()], ['DOWN', 'DOWN']],
    ['one success lifts to degraded, the second heals', 'DOWN', [good, good], ['DEGRADED', 'HEALTHY']],
    [
      'a failure in between starts the count over',
      'DOWN',
      [good, bad(), good, good],
      ['DEGRADED', 'DEGRADED', 'DEGRADED', 'HEALTHY'],
    ],
    ['degraded needs two successes', 'DEGRADED', [good, good], ['DEGRADED', 'HEALTHY']],
    [
      'two failures with a success between are not two in a row',
      'HEALTHY',
      [bad(), good, bad(), good, bad()],
      ['DEGRADED', 'DEGRADED', 'DEGRADED', 'DEGRADED', 'DEGRADED'],
    ],
    [
      'a refused key goes down at the second',
      'HEALTHY',
      [bad('AUTHENTICATION'), bad('AUTHENTICATION')],
      ['DEGRADED', 'DOWN'],
    ],
    [
      'an ended authorization too',
      'HEALTHY',
      [bad('RECONNECT_REQUIRED'), bad('RECONNECT_REQUIRED')],
      ['DEGRADED', 'DOWN'],
    ],
    ['three slow answers in a row degrade', 'HEALTHY', [slow, slow, slow], ['HEALTHY', 'HEALTHY', 'DEGRADED']],
    [
      'a fast answer starts the slow count over',
      'HEALTHY',
      [slow, slow, good, slow, slow],
      ['HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY', 'HEALTHY'],
    ],
    ['slow answers do not heal', 'DEGRADED', [slow, slow, slow], ['DEGRADED', 'DEGRADED', 'DEGRADED']],
    ['a slow answer lifts out of down', 'DOWN', [slow], ['DEGRADED']],
    [
      'a rate limit degrades and never brings down',
      'HEALTHY',
      Array<Finding>(6).fill(bad('RATE_LIMITED')),
      Array<HealthState>(6).fill('DEGRADED'),
    ],
    [
      'a rate limit does not count towards down',
      'HEALTHY',
      [bad(), bad('RATE_LIMITED'), bad(), bad()],
      ['DEGRADED', 'DEGRADED', 'DEGRADED', 'DOWN'],
    ],
    ['a rate limit does not lift out of down', 'DOWN', [bad('RATE_LIMITED')], ['DOWN']],
    [
      'exactly 3,000 ms is not slow',
      'HEALTHY',
      Array<Finding>(4).fill({ ...slow, latencyMs: 3_000 }),
      Array<HealthState>(4).fill('HEALTHY'),
    ],
  ]
  test.each(stories)('%s', (_what, start, findings, states) => {
    expect(run(start, findings)).toEqual(states)
  })

  test('thresholds are settings', () => {
    const settings = {
      ...healthDefaults,
      degradedAfterFailures: 2,
      downAfterFailures: 5,
      healthyAfterSuccesses: 1,
      slowMs: 10,
    }
    const first = judge(fresh('HEALTHY'), bad(), settings)
    expect(first).toEqual({ state: 'HEALTHY', failuresInRow: 1, successesInRow: 0, slowInRow: 0 })
    expect(judge(first, bad(), settings).state).toBe('DEGRADED')
    expect(judge({ ...fresh('DEGRADED'), failuresInRow: 4 }, bad(), settings).state).toBe('DOWN')
    expect(judge(fresh('DOWN'), { ...good, latencyMs: 5 }, settings).state).toBe('HEALTHY')
  })
})

describe('H2: what becomes of the incident', () => {
  test.each([
    [null, 'HEALTHY', null],
    [null, 'DEGRADED', 'OPENED'],
    [null, 'DOWN', 'OPENED'],
    ['DEGRADED', 'DEGRADED', null],
    ['DEGRADED', 'DOWN', 'ESCALATED'],
    ['DOWN', 'DOWN', null],
    ['DOWN', 'DEGRADED', 'EASED'],
    ['DEGRADED', 'HEALTHY', 'RESOLVED'],
    ['DOWN', 'HEALTHY', 'RESOLVED'],
    ['DOWN', 'UNKNOWN', null],
    [null, 'NOT_CONFIGURED', null],
  ] as const)('open %s, state %s: %s', (open, state, action) => {
    expect(incidentAction(open, state)).toBe(action)
  })
})
