import {
  longestStaleSeconds,
  longestTtlSeconds,
  mostCalls,
  type OwnLimitInput,
} from '@patchbay/schema/commands/lane.ts'
import { InvalidInputError, type FieldFault } from '@patchbay/schema/errors.ts'

export interface CheckedLimit {
  readonly window: OwnLimitInput['window']
  readonly calls: number
  readonly replacesVendor: boolean
}

/** Own limits, each window at most once. @throws InvalidInputError with every fault */
export function checkLimits(limits: readonly OwnLimitInput[]): CheckedLimit[] {
  const faults: FieldFault[] = []
  const seen = new Set<string>()
  limits.forEach(({ window, calls }, index) => {
    if (!isWhole(calls, 1, mostCalls))
      faults.push({
        path: `limits.${index}.calls`,
        message: 'Give a whole number from 1 to 1,000,000,000. To stop all calls, pause the connection.',
      })
    if (seen.has(window))
      faults.push({ path: `limits.${index}.window`, message: `There is a limit for the ${wordOf(window)} already.` })
    seen.add(window)
  })
  if (faults.length > 0) throw new InvalidInputError(faults)
  return limits.map(({ window, calls, replacesVendor }) => ({
    window,
    calls,
    replacesVendor: replacesVendor ?? false,
  }))
}

/** What of the caching is to change. @throws InvalidInputError with every fault */
export function checkCaching(input: { readonly ttlSeconds?: number | null; readonly staleSeconds?: number }): {
  cacheTtlSeconds?: number | null
  cacheStaleSeconds?: number
} {
  const { ttlSeconds, staleSeconds } = input
  const faults: FieldFault[] = []
  if (ttlSeconds != null && !isWhole(ttlSeconds, 0, longestTtlSeconds))
    faults.push({
      path: 'ttlSeconds',
      message: 'Give whole seconds from 0 (never) to 31,536,000 (a year), or null for what the vendor says.',
    })
  if (staleSeconds !== undefined && !isWhole(staleSeconds, 0, longestStaleSeconds))
    faults.push({ path: 'staleSeconds', message: 'Give whole seconds from 0 (never) to 2,592,000 (30 days).' })
  if (faults.length > 0) throw new InvalidInputError(faults)
  return {
    ...(ttlSeconds === undefined ? {} : { cacheTtlSeconds: ttlSeconds }),
    ...(staleSeconds === undefined ? {} : { cacheStaleSeconds: staleSeconds }),
  }
}

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most

const wordOf = (window: string): string => window.toLowerCase()
