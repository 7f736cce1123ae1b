import {
  activeShare,
  levelAround,
  levelOf,
  shareAround,
  slotOf,
  type Habit,
  type KeyHour,
  type Places,
} from './habit.ts'

/** Kinds of unusual use. */
export type UsageSignal = 'RATE' | 'HOUR' | 'COUNTRY' | 'NETWORK'

export interface Finding {
  readonly signal: UsageSignal
  /** What was met and what would have been usual, in words. */
  readonly words: string
}

/** Thresholds of the judge; docs/api-keys.md explains them. */
export const usageRules = {
  /** Hours before rate and hour are judged: every hour of the week was met twice. */
  warmUpHours: 14 * 24,
  /** Hours before places are judged. */
  placesWarmUpHours: 7 * 24,
  /** Fewer requests in an hour are never a burst. */
  leastBurst: 30,
  /** A burst has at least this many times the requests the hour usually has, */
  burstFactor: 4,
  /** lies this many usual distances above it, */
  burstDistances: 6,
  /** or has this many times those of the busiest hour so far. */
  peakFactor: 3,
  /** Fewer requests in an hour it is never active in may be a clock, or somebody trying something once. */
  leastOutOfHours: 5,
  /** Active hours that must be known of a key to know its hours at all. */
  leastActiveHours: 7,
  /** A key that was met outside its hours more often than this has none. */
  mostSurprises: 0.005,
  /** New places, each counting half after fourteen days, beyond which a key is one that moves around. */
  mostNewCountries: 1,
  mostNewNetworks: 2,
} as const

/** What is unusual about an hour, whole or as far as it has come. Pure: the habit and the hour decide. */
export function judge(habit: Habit, hour: KeyHour): Finding[] {
  if (hour.requests === 0) return []
  const found: Finding[] = []
  const slot = slotOf(hour.at)
  if (habit.hours >= usageRules.warmUpHours) {
    const isOut = shareAround(habit, slot) < activeShare
    const burst = burstOf(habit, hour, slot)
    if (burst !== null) found.push({ signal: 'RATE', words: burst })
    if (isOut && hour.requests >= usageRules.leastOutOfHours && hasHours(habit))
      found.push({
        signal: 'HOUR',
        words: `${hour.requests} requests at an hour of the week (${nameOf(slot)} UTC) in which it is not used.`,
      })
  }
  if (habit.hours >= usageRules.placesWarmUpHours) {
    const country = habit.newCountries > usageRules.mostNewCountries ? null : newPlace(habit.countries, hour.countries)
    const network = habit.newNetworks > usageRules.mostNewNetworks ? null : newPlace(habit.networks, hour.networks)
    if (country !== null)
      found.push({ signal: 'COUNTRY', words: `Used from ${country}; so far from ${listOf(habit.countries)}.` })
    // A new country is a new network as well: that is one thing, not two.
    else if (network !== null)
      found.push({ signal: 'NETWORK', words: `Used from the network ${network}, for the first time.` })
  }
  return found
}

function burstOf(habit: Habit, { requests }: KeyHour, slot: number): string | null {
  const { leastBurst, burstFactor, burstDistances, peakFactor } = usageRules
  if (requests < leastBurst) return null
  const level = levelOf(requests)
  const expected = levelAround(habit, slot)
  // Of hours that never saw anything, only the busiest of all tells what would be much.
  const distance = Math.max(Math.log(burstFactor), burstDistances * 1.25 * habit.spread)
  const isFar = expected !== null && level - expected > distance
  const isRecord = level - habit.peak > Math.log(peakFactor)
  if (!isFar && !isRecord) return null
  const usual = Math.round(Math.expm1(expected ?? habit.peak))
  return `${requests} requests within the hour; usual is about ${usual}.`
}

/** Whether a key keeps hours: enough of them are known, and it hardly ever was met outside. */
function hasHours({ active, surprises }: Habit): boolean {
  if (active < usageRules.leastActiveHours * 0.9) return false
  return surprises < 0.5 || surprises / active < usageRules.mostSurprises
}

/** A place never seen; null when there is none, or none to compare with. */
function newPlace(known: Places, met: readonly string[]): string | null {
  for (const _ in known) return met.find((name) => known[name] === undefined) ?? null
  return null
}

const listOf = (places: Places): string => Object.keys(places).toSorted().slice(0, 8).join(', ')

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const nameOf = (slot: number): string => `${days[Math.floor(slot / 24)] ?? ''} ${String(slot % 24).padStart(2, '0')}:00`
