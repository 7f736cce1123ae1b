import type { ShipmentStatus, TrackShipment, Tracking } from '@patchbay/schema/capabilities/shipping.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'

/** Page to follow a parcel on. */
export const pageOf = (number: string) => `https://www.ups.com/track?tracknum=${encodeURIComponent(number)}`

const statusOfType: Readonly<Record<string, ShipmentStatus>> = {
  M: 'CREATED',
  MV: 'CANCELLED',
  P: 'IN_TRANSIT',
  I: 'IN_TRANSIT',
  U: 'IN_TRANSIT',
  O: 'OUT_FOR_DELIVERY',
  D: 'DELIVERED',
  X: 'EXCEPTION',
  RS: 'RETURNED',
  NA: 'UNKNOWN',
}

/** UPS's kind of a status, with the words where one kind means several things: D is the last van as well as the door. */
export function statusOf(type: string | null | undefined, words: string): ShipmentStatus {
  const found = statusOfType[type ?? ''] ?? 'UNKNOWN'
  if (found === 'DELIVERED' && /out for delivery|loaded on|on vehicle/i.test(words)) return 'OUT_FOR_DELIVERY'
  if (found !== 'DELIVERED' && /return(ed|ing) to (the )?sender/i.test(words)) return 'RETURNED'
  return found === 'CREATED' && /void/i.test(words) ? 'CANCELLED' : found
}

/** `20261123` and `74700`, which is 07:47, as a moment; UTC unless an offset is told. */
export function momentOf(date: string | null | undefined, time: string | null | undefined, offset = 'Z'): Date | null {
  const day = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(date ?? '')
  const clock = /^(\d\d)(\d\d)(\d\d)$/.exec((time ?? '').replaceAll(':', '').padStart(6, '0'))
  if (day === null || clock === null) return null
  return fromText(`${day.slice(1).join('-')}T${clock.slice(1).join(':')}${offset}`)
}

const status = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  description: z.string().nullish(),
})
const activity = z.object({
  date: z.string().nullish(),
  time: z.string().nullish(),
  gmtDate: z.string().nullish(),
  gmtTime: z.string().nullish(),
  status: status.nullish(),
  location: z
    .object({
      address: z
        .object({ city: z.string().nullish(), countryCode: z.string().nullish(), country: z.string().nullish() })
        .nullish(),
    })
    .nullish(),
})

const tracked = z.object({
  trackResponse: z.object({
    shipment: z
      .array(
        z.object({
          package: z
            .array(
              z.object({
                trackingNumber: z.string().nullish(),
                currentStatus: status.nullish(),
                activity: z.array(activity).default([]),
                service: z.object({ code: z.string().nullish(), description: z.string().nullish() }).nullish(),
                deliveryDate: z.array(z.object({ type: z.string().nullish(), date: z.string().nullish() })).nullish(),
              }),
            )
            .nullish(),
          warnings: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).nullish(),
        }),
      )
      .min(1),
  }),
})

export async function trackShipment(call: Call, { trackingNumber }: TrackShipment): Promise<Tracking> {
  const answer = await call({
    method: 'GET',
    path: `/track/v1/details/${encodeURIComponent(trackingNumber)}`,
    query: { locale: 'en_US', returnSignature: 'false', returnMilestones: 'false' },
  })
  return readAnswer('UPS', answer, tracked, ({ trackResponse }) => {
    const [shipment] = trackResponse.shipment
    const parcels = shipment?.package ?? []
    const found = parcels.find((one) => one.trackingNumber === trackingNumber) ?? parcels[0]
    // UPS answers 200 for a number it does not know, with a warning instead of a parcel.
    if (found === undefined)
      throw new ProviderCallError({
        errorClass: 'NOT_FOUND',
        message: `UPS: ${shipment?.warnings?.[0]?.message ?? `there is no parcel ${trackingNumber}`}.`,
        advice: 'Check the number. A label made in the last hours may not be known yet.',
      })
    const events = found.activity
      .flatMap((one) => {
        // Without a Greenwich time the local one stands in, for want of its zone.
        const at = iso(momentOf(one.gmtDate, one.gmtTime) ?? momentOf(one.date, one.time))
        const description = one.status?.description?.trim() ?? ''
        const { city, countryCode, country } = one.location?.address ?? {}
        return at === null
          ? []
          : [
              {
                at,
                status: statusOf(one.status?.type, description),
                code: one.status?.code ?? one.status?.type ?? '',
                description,
                location: [city, countryCode ?? country].filter(Boolean).join(', ') || null,
              },
            ]
      })
      .toSorted((a, b) => b.at.localeCompare(a.at))
    return {
      trackingNumber,
      status: events[0]?.status ?? statusOf(found.currentStatus?.type, found.currentStatus?.description ?? ''),
      deliveredAt: events.find((event) => event.status === 'DELIVERED')?.at ?? null,
      events,
      providerData: {
        service: found.service?.description ?? found.service?.code ?? null,
        currentStatus: found.currentStatus?.description ?? null,
        deliveryDate: (found.deliveryDate ?? []).map(({ type, date }) => `${type ?? ''} ${date ?? ''}`.trim()),
      },
    }
  })
}
