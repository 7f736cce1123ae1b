import { healthStrip, uptime } from '@patchbay/schema/load/health.ts'
import type { HealthSpan } from '@patchbay/schema/loaders.ts'
import { describe, expect, test } from 'vitest'

const now = new Date('2026-11-20T12:00:00Z')
const hours = (n: number) => new Date(now.getTime() - n * 3_600_000)
const span = (state: HealthSpan['state'], from: number, to: number): HealthSpan => ({
  state,
  from: hours(from),
  to: hours(to),
})

describe('H1: uptime is the share of known time that was not DOWN', () => {
  test('time DOWN counts against it, time unknown counts for nothing', () => {
    const spans = [
      span('NOT_CONFIGURED', 100, 48),
      span('HEALTHY', 48, 18),
      span('DOWN', 18, 12),
      span('DEGRADED', 12, 0),
    ]
    expect(uptime(spans, now)).toEqual({ day: 18 / 24, week: 42 / 48, month: 42 / 48, quarter: 42 / 48 })
  })

  test('nothing known is null, not 0 and not 1', () => {
    expect(uptime([], now)).toEqual({ day: null, week: null, month: null, quarter: null })
    expect(uptime([span('UNKNOWN', 50, 0)], now).day).toBeNull()
    expect(uptime([span('HEALTHY', 60, 30), span('UNKNOWN', 30, 0)], now)).toMatchObject({ day: null, week: 1 })
  })
})

describe('H1: the strip shows the worst of each day', () => {
  test('one cell per UTC day, oldest first, ending today', () => {
    const strip = healthStrip(
      [span('HEALTHY', 60, 20), span('DOWN', 20, 19.9), span('DEGRADED', 19.9, 13), span('HEALTHY', 13, 0)],
      5,
      now,
    )
    expect(strip.map(({ state }) => state)).toEqual(['UNKNOWN', 'UNKNOWN', 'HEALTHY', 'DOWN', 'HEALTHY'])
    expect(strip.at(-1)?.from).toEqual(new Date('2026-11-20T00:00:00Z'))
    expect(strip.every((cell, n) => n === 0 || cell.from.getTime() === strip[n - 1]?.to.getTime())).toBe(true)
  })

  test('a time paused or not configured is not shown as down', () => {
    expect(healthStrip([span('UNKNOWN', 30, 6), span('HEALTHY', 6, 0)], 1, now)[0]?.state).toBe('HEALTHY')
    expect(healthStrip([span('NOT_CONFIGURED', 30, 0)], 1, now)[0]?.state).toBe('NOT_CONFIGURED')
  })
})
