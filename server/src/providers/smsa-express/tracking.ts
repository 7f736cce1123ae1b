import type {
  ShipmentStatus,
  TrackShipment,
  Tracking,
  ValidateAddress,
  ValidatedAddress,
} from '@patchbay/schema/capabilities/shipping.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'

/** SMSA's codes are in its status lookup and not in its documentation: the words decide. */
function statusOf(words: string): ShipmentStatus {
  if (/return/i.test(words)) return 'RETURNED'
  if (/cancel/i.test(words)) return 'CANCELLED'
  if (/out for delivery/i.test(words)) return 'OUT_FOR_DELIVERY'
  if (/not delivered|undelivered|attempt|hold|refused|incorrect|no answer|unable/i.test(words)) return 'EXCEPTION'
  if (/delivered/i.test(words)) return 'DELIVERED'
  if (/created|data received|label|awaiting/i.test(words)) return 'CREATED'
  return /picked|collect|departed|arrived|transit|facility|customs|received|forward|sorted/i.test(words)
    ? 'IN_TRANSIT'
    : 'UNKNOWN'
}

const zone = /(Z|[+-]\d\d:?\d\d)$/

/** SMSA's clock is Riyadh's where it names no zone. */
const momentOf = (text: string, offset: string | null | undefined): string | null =>
  iso(fromText(zone.test(text) ? text : `${text}${zone.test(offset ?? '') ? offset : '+03:00'}`))

const tracked = z.object({
  AWB: z.string().nullable(),
  Reference: z.string().nullish(),
  Pieces: z.int().nullish(),
  OriginCity: z.string().nullish(),
  // The vendor's spelling.
  DesinationCity: z.string().nullish(),
  isDelivered: z.boolean().nullish(),
  Scans: z
    .array(
      z.object({
        ScanType: z.string().nullish(),
        ScanDescription: z.string().nullish(),
        ScanDateTime: z.string(),
        ScanTimeZone: z.string().nullish(),
        City: z.string().nullish(),
      }),
    )
    .nullish(),
})

export async function trackShipment(call: Call, { trackingNumber }: TrackShipment): Promise<Tracking> {
  const answer = await call({ method: 'GET', path: `/api/track/single/${encodeURIComponent(trackingNumber)}` })
  return readAnswer('SMSA Express', answer, tracked, (found) => {
    if (!found.AWB)
      throw new ProviderCallError({
        errorClass: 'NOT_FOUND',
        message: `SMSA Express: there is no waybill ${trackingNumber}.`,
        advice: 'Check the number. A waybill is known once SMSA has the parcel.',
      })
    const events = (found.Scans ?? [])
      .flatMap((scan) => {
        const at = momentOf(scan.ScanDateTime, scan.ScanTimeZone)
        const description = scan.ScanDescription?.trim() ?? ''
        return at === null
          ? []
          : [{ at, status: statusOf(description), code: scan.ScanType ?? '', description, location: scan.City || null }]
      })
      .toSorted((a, b) => b.at.localeCompare(a.at))
    const delivered = events.find(({ status }) => status === 'DELIVERED')
    return {
      trackingNumber,
      status: found.isDelivered === true ? 'DELIVERED' : (events[0]?.status ?? 'CREATED'),
      deliveredAt: delivered?.at ?? null,
      events,
      providerData: {
        Reference: found.Reference ?? null,
        Pieces: found.Pieces ?? null,
        OriginCity: found.OriginCity ?? null,
        DesinationCity: found.DesinationCity ?? null,
      },
    }
  })
}

const cities = z.array(z.object({ cityName: z.string(), cityCode: z.string().nullish() }))

/** Letters of a name that count: Al-Khobar is AL KHOBAR. */
const plain = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

/** Whether SMSA delivers to the city, by its own list; streets are not looked at. */
export async function validateAddress(call: Call, { address }: ValidateAddress): Promise<ValidatedAddress> {
  const answer = await call({ method: 'GET', path: `/api/lookup/cities/${encodeURIComponent(address.country)}` })
  return readAnswer('SMSA Express', answer, cities, (list) => {
    const wanted = plain(address.city ?? '')
    const found = list.find(({ cityName }) => plain(cityName) === wanted)
    const near = wanted === '' ? [] : list.filter(({ cityName }) => plain(cityName).startsWith(wanted.slice(0, 3)))
    return {
      deliverable: found !== undefined,
      city: found?.cityName ?? null,
      postalCode: found === undefined ? null : (address.postalCode ?? null),
      messages:
        found === undefined
          ? [`SMSA Express does not list the city “${address.city ?? ''}” in ${address.country}.`]
          : [],
      providerData: {
        cityCode: found?.cityCode ?? null,
        near: found === undefined ? near.slice(0, 10).map(({ cityName }) => cityName) : [],
      },
    }
  })
}
