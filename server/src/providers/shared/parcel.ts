import type { CreateShipment, Parcel } from '@patchbay/schema/capabilities/shipping.ts'

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
