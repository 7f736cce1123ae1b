import type { ShipmentStatus, TrackShipment, Tracking } from '@patchbay/schema/capabilities/shipping.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'

/** FedEx's two letters. */
export const statuses: Readonly<Record<string, ShipmentStatus>> = {
  OC: 'CREATED',
  IN: 'CREATED',
  PU: 'IN_TRANSIT',
  PX: 'IN_TRANSIT',
  AR: 'IN_TRANSIT',
  AF: 'IN_TRANSIT',
  DP: 'IN_TRANSIT',
  LO: 'IN_TRANSIT',
  IT: 'IN_TRANSIT',
  CC: 'IN_TRANSIT',
  OD: 'OUT_FOR_DELIVERY',
  DL: 'DELIVERED',
  DE: 'EXCEPTION',
  SE: 'EXCEPTION',
  DY: 'EXCEPTION',
  CD: 'EXCEPTION',
  HL: 'EXCEPTION',
  RS: 'RETURNED',
  RD: 'RETURNED',
  CA: 'CANCELLED',
}
export const statusOf = (code: string | null | undefined): ShipmentStatus => statuses[code ?? ''] ?? 'UNKNOWN'

/** Page to follow a parcel on. */
export const pageOf = (number: string) => `https://www.fedex.com/fedextrack/?trknbr=${encodeURIComponent(number)}`

const place = z.object({ city: z.string().nullish(), countryCode: z.string().nullish() }).nullish()

/** One parcel in an answer of the Track API, and in a webhook. */
export const trackResult = z.object({
  trackingNumberInfo: z.object({ trackingNumber: z.string().nullish() }).nullish(),
  latestStatusDetail: z
    .object({
      code: z.string().nullish(),
      derivedCode: z.string().nullish(),
      description: z.string().nullish(),
      statusByLocale: z.string().nullish(),
      ancillaryDetails: z.array(z.object({ reasonDescription: z.string().nullish() })).nullish(),
    })
    .nullish(),
  scanEvents: z
    .array(
      z.object({
        date: z.string().nullish(),
        eventType: z.string().nullish(),
        eventDescription: z.string().nullish(),
        exceptionDescription: z.string().nullish(),
        scanLocation: place,
      }),
    )
    .nullish(),
  dateAndTimes: z.array(z.object({ type: z.string().nullish(), dateTime: z.string().nullish() })).nullish(),
  serviceDetail: z.object({ type: z.string().nullish(), description: z.string().nullish() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
})
export type TrackResult = z.output<typeof trackResult>

/** A moment FedEx tells by its kind; null where it has no zone, because then it is the local time of who knows where. */
export function momentOf({ dateAndTimes }: TrackResult, kind: string): string | null {
  const text = dateAndTimes?.find(({ type }) => type === kind)?.dateTime ?? ''
  return /(Z|[+-]\d\d:\d\d)$/.test(text) ? iso(fromText(text)) : null
}

export const codeOf = ({ latestStatusDetail }: TrackResult): string | null =>
  latestStatusDetail?.derivedCode ?? latestStatusDetail?.code ?? null

const tracked = z.object({
  output: z.object({
    completeTrackResults: z.array(z.object({ trackResults: z.array(trackResult).min(1) })).min(1),
  }),
})

export async function trackShipment(call: Call, { trackingNumber }: TrackShipment): Promise<Tracking> {
  const answer = await call({
    method: 'POST',
    path: '/track/v1/trackingnumbers',
    safe: true,
    json: { includeDetailedScans: true, trackingInfo: [{ trackingNumberInfo: { trackingNumber } }] },
  })
  return readAnswer('FedEx', answer, tracked, ({ output }) => {
    const found = output.completeTrackResults[0]?.trackResults[0]
    // FedEx answers 200 for a number it does not know, with the error inside.
    if (found === undefined || found.error?.code)
      throw new ProviderCallError({
        errorClass: 'NOT_FOUND',
        message: `FedEx: ${found?.error?.message ?? `there is no parcel ${trackingNumber}.`}`,
        advice: 'Check the number. A label made in the last hours may not be known yet.',
        ...(found?.error?.code ? { vendorCode: found.error.code } : {}),
      })
    const events = (found.scanEvents ?? [])
      .flatMap((event) => {
        const at = iso(fromText(event.date))
        const where = [event.scanLocation?.city, event.scanLocation?.countryCode].filter(Boolean).join(', ')
        return at === null
          ? []
          : [
              {
                at,
                status: statusOf(event.eventType),
                code: event.eventType ?? '',
                description: event.exceptionDescription || event.eventDescription || '',
                location: where || null,
              },
            ]
      })
      .toSorted((a, b) => b.at.localeCompare(a.at))
    const status = statusOf(codeOf(found))
    return {
      trackingNumber,
      status: status === 'UNKNOWN' ? (events[0]?.status ?? 'UNKNOWN') : status,
      deliveredAt:
        momentOf(found, 'ACTUAL_DELIVERY') ?? events.find((event) => event.status === 'DELIVERED')?.at ?? null,
      estimatedAt: momentOf(found, 'ESTIMATED_DELIVERY'),
      events,
      providerData: {
        serviceType: found.serviceDetail?.type ?? null,
        statusByLocale: found.latestStatusDetail?.statusByLocale ?? null,
      },
    }
  })
}
