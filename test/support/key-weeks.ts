import type { KeyHour } from '@patchbay/server/engine/people/habit.ts'
import type { UsageSignal } from '@patchbay/server/engine/people/usage-judge.ts'

/** Made-up partners, each with a routine, and hours with what was planted in them. Everything comes from the seed. */
export interface LabelledHour extends KeyHour {
  readonly planted: UsageSignal | null
}

export interface Partner {
  readonly name: string
  readonly hours: readonly LabelledHour[]
}

type Random = () => number

/** mulberry32: a small generator that gives the same numbers everywhere. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
const around = (random: Random, mean: number): number =>
  Math.max(0, Math.round(mean + normal(random) * Math.sqrt(mean)))
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

interface Routine {
  readonly name: string
  /** Requests of an hour: day 0 is Monday. */
  readonly requests: (random: Random, day: number, hour: number) => number
  readonly places: (random: Random, at: number) => { readonly country: string; readonly network: string }
  readonly plants: readonly UsageSignal[]
}

const office = { country: 'AE', network: '94.200.1.0/24' }
const isWorkday = (day: number): boolean => day < 5

const routines: readonly Routine[] = [
  {
    name: 'partner in office hours',
    requests: (random, day, hour) => {
      if (!isWorkday(day)) return 0
      if (hour === 7 || hour === 18) return random() < 0.5 ? around(random, 15) : 0
      return hour < 8 || hour > 17 ? 0 : around(random, hour === 12 ? 60 : 140)
    },
    places: (random) => (random() < 0.1 ? { ...office, network: '94.200.7.0/24' } : office),
    plants: ['RATE', 'HOUR', 'COUNTRY', 'NETWORK'],
  },
  {
    name: 'nightly batch',
    requests: (random, _day, hour) => {
      if (hour === 2) return around(random, 2_000)
      return hour === 3 && random() < 0.3 ? around(random, 200) : 0
    },
    places: () => ({ country: 'DE', network: '88.198.4.0/24' }),
    plants: ['RATE', 'HOUR', 'COUNTRY', 'NETWORK'],
  },
  {
    name: 'steady poller',
    // Now and then it is down for an hour.
    requests: (random) => (random() < 0.01 ? 0 : around(random, 60)),
    places: () => ({ country: 'US', network: '52.10.3.0/24' }),
    plants: ['RATE', 'COUNTRY', 'NETWORK'],
  },
  {
    name: 'shop with bursts',
    requests: (random, _day, hour) =>
      Math.round(Math.exp(normal(random) * 0.9) * (hour >= 8 && hour <= 22 ? 80 : 12)) + 1,
    places: (random) => ({ country: 'GB', network: pick(random, ['81.2.69.0/24', '81.2.70.0/24', '81.2.71.0/24']) }),
    plants: ['RATE', 'COUNTRY', 'NETWORK'],
  },
  {
    name: 'weekend shop',
    requests: (random, day, hour) => (day >= 5 && hour >= 10 && hour <= 21 ? around(random, 90) : 0),
    places: () => ({ country: 'FR', network: '2a01:cb00:12::/48' }),
    plants: ['RATE', 'HOUR', 'COUNTRY', 'NETWORK'],
  },
  {
    name: 'travelling user',
    requests: (random) => (random() < 0.22 ? around(random, 12) + 1 : 0),
    places: (random, at) => {
      const stay = Math.floor(at / (3.5 * 86_400_000))
      const country = ['AE', 'SA', 'GB', 'IN', 'SG', 'DE', 'US', 'JP', 'KE', 'BR', 'FR', 'ZA'][stay % 12] ?? 'AE'
      return { country, network: `10${stay % 7}.${stay % 250}.${Math.floor(random() * 4)}.0/24` }
    },
    plants: ['RATE'],
  },
  {
    name: 'job in a cloud',
    requests: (random, _day, hour) => around(random, 300 + 100 * Math.sin((hour / 24) * 2 * Math.PI)),
    places: (random) => ({
      country: 'IE',
      network: `54.${Math.floor(random() * 60)}.${Math.floor(random() * 200)}.0/24`,
    }),
    plants: ['RATE', 'COUNTRY'],
  },
]

const hourMs = 3_600_000
const start = Date.UTC(2026, 8, 7)
/** Weeks of learning before the labelled one. */
export const learningWeeks = 3

/** The partners of a seed: weeks of routine, and a last one with one of each kind planted on a day of its own. */
export function partnersOf(seed: number): Partner[] {
  const random = randomOf(seed)
  return routines.map((routine) => {
    const hours: LabelledHour[] = []
    const total = (learningWeeks + 1) * 168
    const places = (at: number, requests: number) =>
      Array.from({ length: Math.min(3, requests) }, () => routine.places(random, at))
    for (let n = 0; n < total; n += 1) {
      const at = start + n * hourMs
      const requests = routine.requests(random, Math.floor(n / 24) % 7, n % 24)
      const met = places(at, requests)
      hours.push({
        at,
        requests,
        countries: [...new Set(met.map((one) => one.country))],
        networks: [...new Set(met.map((one) => one.network))],
        planted: null,
      })
    }
    plant(random, routine, hours)
    return { name: routine.name, hours }
  })
}

function plant(random: Random, { plants }: Routine, hours: LabelledHour[]): void {
  const from = learningWeeks * 168
  const busiest = Math.max(...hours.map((hour) => hour.requests))
  const taken = new Set<number>()
  /** An hour of the labelled week that fits, not within a day of another plant of this key. */
  const choose = (fits: (hour: LabelledHour, n: number) => boolean): number => {
    const free = hours.flatMap((hour, n) => (n >= from && fits(hour, n) && !taken.has(n) ? [n] : []))
    const n = pick(random, free)
    taken.add(n)
    return n
  }
  /** Nothing within an hour of it in any week: a batch that runs on for a while is no anomaly. */
  const wasQuiet = (n: number): boolean =>
    [0, 1, 2, 3].every((week) => [-1, 0, 1].every((step) => (hours[n + step - week * 168]?.requests ?? 0) === 0))
  const change = (n: number, change: Partial<LabelledHour>): void => {
    hours[n] = { ...(hours[n] as LabelledHour), ...change }
  }
  for (const kind of plants) {
    if (kind === 'RATE')
      change(
        choose((hour) => hour.requests > 0),
        { requests: busiest * 8 + 100, planted: kind },
      )
    if (kind === 'HOUR') {
      const usual = hours.find((hour) => hour.requests > 0) as LabelledHour
      const n = choose((hour, at) => hour.requests === 0 && wasQuiet(at))
      change(n, { requests: 25, countries: usual.countries, networks: usual.networks, planted: kind })
    }
    if (kind === 'COUNTRY') {
      const n = choose((hour) => hour.requests > 0)
      const { countries, networks } = hours[n] as LabelledHour
      change(n, { countries: [...countries, 'KP'], networks: [...networks, '175.45.176.0/24'], planted: kind })
    }
    if (kind === 'NETWORK') {
      const n = choose((hour) => hour.requests > 0)
      change(n, { networks: [...(hours[n] as LabelledHour).networks, '185.220.101.0/24'], planted: kind })
    }
  }
}
