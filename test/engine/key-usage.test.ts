import { freshHabit, learn, readHabit, type Habit } from '@patchbay/server/engine/people/habit.ts'
import { judge, usageRules, type UsageSignal } from '@patchbay/server/engine/people/usage-judge.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { partnersOf, type Partner } from '../support/key-weeks.ts'

interface Verdict {
  /** Warmed-up hours with any use: the ones an alarm could be raised in. */
  judged: number
  readonly found: string[]
  readonly missed: string[]
  readonly false: string[]
}

/** Lives through a partner's weeks hour by hour, as the hub does: judge, tell at most once a day, learn. */
function live({ name, hours }: Partner, verdict: Verdict): Habit {
  let habit = freshHabit
  const told = new Set<string>()
  for (const hour of hours) {
    const findings = judge(habit, hour)
    if (habit.hours >= usageRules.warmUpHours && hour.requests > 0) verdict.judged += 1
    const signals = findings.map((finding) => finding.signal)
    const place = `${name} ${new Date(hour.at).toISOString()}`
    if (hour.planted !== null)
      (signals.includes(hour.planted) ? verdict.found : verdict.missed).push(`${place} ${hour.planted}`)
    for (const signal of signals) {
      const day = `${signal} ${Math.floor(hour.at / 86_400_000)}`
      if (!told.has(day) && hour.planted === null) verdict.false.push(`${place} ${signal}`)
      told.add(day)
    }
    const knew = (signal: UsageSignal) => signals.includes(signal)
    habit = learn(habit, hour, { rate: knew('RATE'), hour: knew('HOUR') })
  }
  return habit
}

function verdictOf(seed: number): Verdict {
  const verdict: Verdict = { judged: 0, found: [], missed: [], false: [] }
  for (const partner of partnersOf(seed)) live(partner, verdict)
  return verdict
}

describe('Y3: unusual use of a key', () => {
  test('every planted anomaly is found, with false alarms in less than one of a hundred hours, whatever the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const verdict = verdictOf(seed)
        expect(verdict.missed).toEqual([])
        expect(verdict.found.length).toBe(21)
        expect(verdict.judged).toBeGreaterThan(1_000)
        expect(verdict.false.length / verdict.judged, verdict.false.join('\n')).toBeLessThan(0.01)
      }),
      { numRuns: 15 },
    )
  })

  test('nothing is told before a key is known', () => {
    for (const partner of partnersOf(7)) {
      let habit = freshHabit
      for (const hour of partner.hours.slice(0, usageRules.placesWarmUpHours)) {
        expect(judge(habit, { ...hour, requests: hour.requests * 50, countries: ['KP'] })).toEqual([])
        habit = learn(habit, hour, { rate: false, hour: false })
      }
    }
  })

  test('a new routine becomes one: a partner who takes up weekends is told of and then known', () => {
    const [office] = partnersOf(11)
    const verdict: Verdict = { judged: 0, found: [], missed: [], false: [] }
    let habit = live(office as Partner, verdict)
    const day = (week: number) => Date.UTC(2026, 9, 10 + week * 7, 10)
    const told: number[] = []
    for (let week = 0; week < 6; week += 1) {
      const hour = { at: day(week), requests: 100, countries: ['AE'], networks: ['94.200.1.0/24'] }
      const findings = judge(habit, hour)
      if (findings.some((finding) => finding.signal === 'HOUR')) told.push(week)
      habit = learn(habit, hour, { rate: false, hour: findings.length > 0 })
    }
    expect(told).toEqual([0])
  })

  test('the memory of a key stays small and outlives being stored', () => {
    const cloud = partnersOf(3).find(({ name }) => name === 'job in a cloud') as Partner
    const habit = live(cloud, { judged: 0, found: [], missed: [], false: [] })
    const text = JSON.stringify(habit)
    expect(text.length).toBeLessThan(20_000)
    expect(Object.keys(habit.networks).length).toBeLessThanOrEqual(200)
    expect(readHabit(JSON.parse(text))).toEqual(habit)
    expect(readHabit({})).toEqual(freshHabit)
  })
})
