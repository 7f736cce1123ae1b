/** Hours of a week, Monday 00:00 UTC first. */
export const slotsOfWeek = 168
const hourMs = 3_600_000
/** Monday 5 January 1970, 00:00 UTC. */
const firstMonday = 4 * 24 * hourMs

/** Place of an hour in the week. */
export const slotOf = (at: number): number =>
  ((Math.floor((at - firstMonday) / hourMs) % slotsOfWeek) + slotsOfWeek) % slotsOfWeek

/** What happened in one hour of a key. */
export interface KeyHour {
  /** Beginning of the hour, milliseconds since 1970. */
  readonly at: number
  readonly requests: number
  /** ISO countries it was used from; unknown ones are left out. */
  readonly countries: readonly string[]
  /** Networks it was used from (/24, /48). */
  readonly networks: readonly string[]
}

/** Places by name, and when a key was last used from there, to the day, in hours since 1970. */
export type Places = Readonly<Record<string, number>>

/**
 * What use of a key is usual. Kept as JSON in ApiKeyHabit.memory: about 4 kB of hours, and places of the last 90 days.
 * Levels are natural logarithms of 1 + requests, so that a burst is a distance and not a matter of size.
 */
export interface Habit {
  readonly version: 1
  /** Hours looked at. */
  readonly hours: number
  /** Share of past weeks in which this hour of the week saw requests, newer weeks weighing more; null before the first. */
  readonly share: readonly (number | null)[]
  /** Level of this hour of the week, over the weeks it saw any; null before the first. */
  readonly level: readonly (number | null)[]
  /** Usual distance of an active hour from its level. */
  readonly spread: number
  /** Busiest level; falls by half of its requests in thirty days. */
  readonly peak: number
  /** Active hours after the first week, older ones weighing less. */
  readonly active: number
  /** Those among them that came when the key had never been active before. */
  readonly surprises: number
  readonly countries: Places
  readonly networks: Places
  /** Countries and networks that were new after the first half week; each counts half after fourteen days. */
  readonly newCountries: number
  readonly newNetworks: number
}

export const freshHabit: Habit = {
  version: 1,
  hours: 0,
  share: Array<null>(slotsOfWeek).fill(null),
  level: Array<null>(slotsOfWeek).fill(null),
  spread: 0.5,
  peak: 0,
  active: 0,
  surprises: 0,
  countries: {},
  networks: {},
  newCountries: 0,
  newNetworks: 0,
}

/** The habit in a row, or a fresh one when its form is of another version. */
export function readHabit(memory: unknown): Habit {
  const habit = memory as Partial<Habit> | null
  return habit?.version === 1 && habit.share?.length === slotsOfWeek ? (habit as Habit) : freshHabit
}

/** Level of a number of requests. */
export const levelOf = (requests: number): number => Math.log1p(requests)

const weekHours = slotsOfWeek
/** Weight of the newest week in a slot: a change of routine is the routine after three weeks. */
const weekWeight = 0.3
/** Weight of the newest active hour in the usual distance. */
const spreadWeight = 0.05
const peakFall = Math.LN2 / (30 * 24)
/** Weight an older active hour keeps with each new one. */
const memoryOfHours = 0.99
/** An hour that was called unusual counts this much as a surprise, or one alarm would keep the next from being raised. */
const toldSurprise = 0.3
const placeHours = 90 * 24
const settlingHours = 84
const newcomerFall = 0.5 ** (1 / (14 * 24))
const mostPlaces = 200

/** Share of weeks in which a key was active in a slot or the one before or after: people and clocks are not exact. */
export function shareAround(habit: Habit, slot: number): number {
  return Math.max(...around(slot).map((one) => habit.share[one] ?? 0))
}

/** Level to expect in a slot; null where it was never active around it. */
export function levelAround(habit: Habit, slot: number): number | null {
  const known = around(slot).flatMap((one) => habit.level[one] ?? [])
  return known.length === 0 ? null : Math.max(...known)
}

const around = (slot: number): number[] => [-1, 0, 1].map((step) => (slot + step + slotsOfWeek) % slotsOfWeek)

/** From which share of weeks on an hour is one the key is active in. */
export const activeShare = 0.05

/**
 * Learns a whole hour. What was told as unusual teaches less: an attacker must not make himself usual, and a new routine
 * must become one nevertheless.
 */
export function learn(habit: Habit, hour: KeyHour, told: { readonly rate: boolean; readonly hour: boolean }): Habit {
  const slot = slotOf(hour.at)
  const share = [...habit.share]
  const level = [...habit.level]
  const isActive = hour.requests > 0
  const before = share[slot] ?? null
  share[slot] = before === null ? Number(isActive) : mix(before, Number(isActive), weekWeight)
  let { spread, peak, active, surprises } = habit
  peak = Math.max(0, peak - peakFall)
  if (isActive) {
    const real = levelOf(hour.requests)
    const expected = levelAround(habit, slot)
    const lived = told.rate ? Math.min(real, Math.max(expected ?? 0, peak) + Math.log(1.5)) : real
    const known = level[slot] ?? null
    level[slot] = round(known === null ? lived : mix(known, lived, weekWeight))
    if (expected !== null) {
      const distance = Math.min(Math.abs(lived - (known ?? expected)), 3 * spread)
      spread = round(mix(spread, distance, spreadWeight))
    }
    peak = Math.max(peak, lived)
    if (habit.hours >= weekHours) {
      const surprise = shareAround(habit, slot) >= activeShare ? 0 : told.hour ? toldSurprise : 1
      active = active * memoryOfHours + 1
      surprises = surprises * memoryOfHours + surprise
    }
  }
  share[slot] = round(share[slot] ?? 0)
  return {
    ...habit,
    hours: habit.hours + 1,
    share,
    level,
    spread,
    peak: round(peak),
    active: round(active),
    surprises: round(surprises),
    countries: visit(habit.countries, hour.countries, hour.at),
    networks: visit(habit.networks, hour.networks, hour.at),
    newCountries: newcomers(habit, habit.newCountries, habit.countries, hour.countries),
    newNetworks: newcomers(habit, habit.newNetworks, habit.networks, hour.networks),
  }
}

function newcomers(habit: Habit, before: number, known: Places, met: readonly string[]): number {
  const fresh = habit.hours < settlingHours ? 0 : met.filter((name) => known[name] === undefined).length
  return round(before * newcomerFall + fresh)
}

/** Remembers places to the day, at most 200 of them and none longer than 90 days without a visit. */
function visit(places: Places, names: readonly string[], at: number): Places {
  const hour = Math.floor(at / hourMs)
  const fresh = names.filter((name) => hour - (places[name] ?? -placeHours) >= 24)
  if (fresh.length === 0) return places
  const next: Record<string, number> = { ...places }
  for (const name of fresh) next[name] = hour
  const entries = Object.entries(next)
  if (entries.length <= mostPlaces) return next
  const kept = entries.filter(([, last]) => hour - last <= placeHours).toSorted(([, a], [, b]) => b - a)
  return Object.fromEntries(kept.slice(0, mostPlaces))
}

const mix = (old: number, fresh: number, weight: number): number => old + (fresh - old) * weight
const round = (value: number): number => Math.round(value * 10_000) / 10_000
