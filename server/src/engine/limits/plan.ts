import { calendarWindows, windowOf, type CalendarWindow, type WindowSpan } from '@patchbay/schema/calendar.ts'
import type { LimitSpec } from '@patchbay/schema/catalog.ts'
import type { LimitUse } from '@patchbay/schema/lane-views.ts'

/** A limit somebody set for a connection. */
export interface OwnLimit {
  readonly window: CalendarWindow
  readonly calls: number
  readonly replacesVendor: boolean
}

/** One window a connection's calls are counted in. */
export interface PlannedWindow {
  /** Null for a fixed span of `seconds`. */
  readonly window: CalendarWindow | null
  readonly seconds: number | null
  readonly limit: number
  readonly source: LimitUse['source']
  readonly vendorLimit: number | null
  readonly ownLimit: number | null
  readonly replacesVendor: boolean
  readonly note: string | null
}

/** Vendors' spans that are windows of the calendar. A vendor's month is none: it has no fixed length in seconds. */
const calendarSeconds: Readonly<Record<number, CalendarWindow>> = { 60: 'MINUTE', 3_600: 'HOUR', 86_400: 'DAY' }

/** Which limits hold: the lower of the vendor's and the own one, or the own one where it replaces the vendor's. */
export function planWindows(
  vendor: readonly LimitSpec[],
  own: readonly OwnLimit[],
  environment: 'SANDBOX' | 'LIVE',
): PlannedWindow[] {
  const holding = vendor.filter((spec) => spec.enforced !== false && (spec.environment ?? environment) === environment)
  const spans = new Map<CalendarWindow | number, LimitSpec>()
  for (const spec of holding) {
    const span = calendarSeconds[spec.windowSeconds] ?? spec.windowSeconds
    const known = spans.get(span)
    if (known === undefined || spec.requests < known.requests) spans.set(span, spec)
  }
  const fixed = [...spans].flatMap(([span, spec]) =>
    typeof span === 'number' ? [planned({ window: null, seconds: span }, spec, undefined)] : [],
  )
  const calendar = calendarWindows.flatMap((window) => {
    const spec = spans.get(window)
    const limit = own.find((each) => each.window === window)
    return spec === undefined && limit === undefined ? [] : [planned({ window, seconds: null }, spec, limit)]
  })
  return [...fixed.sort((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0)), ...calendar]
}

function planned(
  span: Pick<PlannedWindow, 'window' | 'seconds'>,
  vendor: LimitSpec | undefined,
  own: OwnLimit | undefined,
): PlannedWindow {
  const vendorLimit = vendor?.requests ?? null
  const ownLimit = own?.calls ?? null
  const replacesVendor = own?.replacesVendor ?? false
  const facts = { ...span, vendorLimit, ownLimit, replacesVendor, note: vendor?.scope ?? null }
  if (ownLimit !== null && (vendorLimit === null || replacesVendor || ownLimit < vendorLimit))
    return { ...facts, limit: ownLimit, source: 'OWN' }
  return { ...facts, limit: vendorLimit ?? 0, source: ownLimit === vendorLimit ? 'BOTH' : 'VENDOR' }
}

/** The present span of a window. Fixed spans are counted from 1970 on. */
export function spanOf(
  { window, seconds }: Pick<PlannedWindow, 'window' | 'seconds'>,
  at: Date,
  zone: string,
): WindowSpan {
  if (window !== null) return windowOf(window, at, zone)
  const length = (seconds ?? 1) * 1000
  const start = Math.floor(at.getTime() / length) * length
  return { start: new Date(start), end: new Date(start + length), id: `${seconds}s:${new Date(start).toISOString()}` }
}

/** A window as answers and refusals name it: "MINUTE", "10s". */
export const windowName = ({ window, seconds }: Pick<PlannedWindow, 'window' | 'seconds'>): string =>
  window ?? `${seconds}s`

/** The same in a sentence: "a minute", "10 seconds". */
export function windowWords({ window, seconds }: Pick<PlannedWindow, 'window' | 'seconds'>): string {
  if (window !== null) return { MINUTE: 'a minute', HOUR: 'an hour', DAY: 'a day', MONTH: 'a month' }[window]
  return seconds === 1 ? 'a second' : `${seconds} seconds`
}
