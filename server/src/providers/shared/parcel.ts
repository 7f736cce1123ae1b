import type { CreateShipment, Parcel } from '@patchbay/schema/capabilities/shipping.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { cannotSend } from './failure.ts'

/**
 * A whole number of small units as a decimal of ones `places` larger, by digits and never by floating point. Digits beyond
 * `keep` are rounded up, as carriers weigh: 1,251 g in kilograms with one digit is 1.3.
 */
function larger(value: number, places: number, keep: number): string {
  const unit = 10 ** Math.max(0, places - keep)
  const kept = Math.min(places, keep)
  const digits = String(Math.ceil(value / unit)).padStart(kept + 1, '0')
  if (kept === 0) return digits
  const fraction = digits.slice(-kept).replace(/0+$/, '')
  return fraction === '' ? digits.slice(0, -kept) : `${digits.slice(0, -kept)}.${fraction}`
}

/** Grams as kilograms, to the gram unless the carrier takes fewer digits: 600 is "0.6". */
export const kilograms = (grams: number, keep = 3): string => larger(grams, 3, keep)

/** Millimetres as centimetres, to the millimetre unless the carrier takes fewer digits: 105 is "10.5". */
export const centimetres = (mm: number, keep = 1): string => larger(mm, 1, keep)

/** All that is sent together, in grams. */
export const totalGrams = (parcels: readonly Pick<Parcel, 'weightGrams'>[]): number =>
  parcels.reduce((sum, { weightGrams }) => sum + weightGrams, 0)

/** The three sides of a parcel; null where one is not told, because carriers take all or none. */
export function sides({ lengthMm, widthMm, heightMm }: Parcel): readonly [number, number, number] | null {
  return lengthMm === undefined || widthMm === undefined || heightMm === undefined
    ? null
    : [lengthMm, widthMm, heightMm]
}

/** The day a shipment is handed over: the one asked for, or today in UTC. */
export const shipDay = ({ shipDate }: Pick<CreateShipment, 'shipDate'>, now: number): string =>
  shipDate ?? new Date(now).toISOString().slice(0, 10)

/** Lands between which goods need no declaration (European Union). */
const union = new Set('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '))

/** Must the goods be declared to customs on that way. */
export const crossesBorder = (from: string, to: string): boolean => from !== to && !(union.has(from) && union.has(to))

/** For carriers that collect no money at the door: better refused than sent unpaid. */
export function refuseCollecting(carrier: string, { cashOnDelivery }: Pick<CreateShipment, 'cashOnDelivery'>): void {
  if (cashOnDelivery !== undefined)
    throw cannotSend(
      `${carrier} collects no money at the door.`,
      'Leave cashOnDelivery out, or send with a carrier that collects.',
      'cashOnDelivery',
    )
}

/** A line of the customs declaration, with every amount in the one currency of the declaration. */
export interface DeclaredLine {
  readonly description: string
  readonly quantity: number
  /** Of one. */
  readonly price: Money
  /** Of one. */
  readonly weightGrams: number
  readonly hsCode: string | undefined
  readonly originCountry: string
}

/**
 * The customs declaration: its lines as they were given, or the whole parcel as one line. Throws ProviderCallError where
 * neither lines nor a value were given, or where they are in several currencies.
 */
export function declarationOf(input: CreateShipment): {
  readonly total: Money
  readonly lines: readonly DeclaredLine[]
} {
  const { items = [], value, from, contents, parcels } = input
  const lines = items.map((item) => ({
    description: item.description,
    quantity: item.quantity,
    price: item.price,
    weightGrams: item.weightGrams,
    hsCode: item.hsCode,
    originCountry: item.originCountry ?? from.country,
  }))
  const currencies = new Set([value?.currency, ...lines.map(({ price }) => price.currency)].filter(Boolean))
  const [currency] = currencies
  if (currency === undefined)
    throw cannotSend(
      'This parcel crosses a border and has no value.',
      'Give its value, or its items with prices.',
      'value',
    )
  if (currencies.size > 1)
    throw cannotSend(
      `A customs declaration is in one currency, not in ${[...currencies].join(' and ')}.`,
      'Give the value and all prices in the same currency.',
      'items',
    )
  const sum = lines.reduce((all, { price, quantity }) => all + price.amountMinor * quantity, 0)
  const total = value ?? { amountMinor: sum, currency }
  const whole = { description: contents, quantity: 1, price: total, weightGrams: totalGrams(parcels) }
  return {
    total,
    lines: lines.length > 0 ? lines : [{ ...whole, hsCode: undefined, originCountry: from.country }],
  }
}

/** Grams as pounds with one digit, rounded up; a pound is 453.59237 g. Whole numbers throughout. */
export function pounds(grams: number): string {
  const tenths = Math.ceil((grams * 1_000_000) / 45_359_237)
  return larger(tenths, 1, 1)
}

/** Millimetres as whole inches, rounded up; an inch is 25.4 mm. */
export const inches = (mm: number): string => String(Math.ceil((mm * 10) / 254))
