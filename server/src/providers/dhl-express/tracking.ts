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
import { malformed, readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'

/** Checkpoints by DHL's two letters; the list is public in parts only, so the words decide for the rest. */
const statusOfCode: Readonly<Record<string, ShipmentStatus>> = {
  SA: 'CREATED',
  PU: 'IN_TRANSIT',
  PL: 'IN_TRANSIT',
  DF: 'IN_TRANSIT',
  AF: 'IN_TRANSIT',
  AR: 'IN_TRANSIT',
  CR: 'IN_TRANSIT',
  RR: 'IN_TRANSIT',
  WC: 'OUT_FOR_DELIVERY',
  OK: 'DELIVERED',
  DD: 'DELIVERED',
  OH: 'EXCEPTION',
  CA: 'EXCEPTION',
  BA: 'EXCEPTION',
  NH: 'EXCEPTION',
  RD: 'EXCEPTION',
  RT: 'RETURNED',
}

function statusOf(code: string, words: string): ShipmentStatus {
  const known = statusOfCode[code]
  if (known !== undefined) return known
  if (/return/i.test(words)) return 'RETURNED'
  if (/out for delivery|with delivery courier/i.test(words)) return 'OUT_FOR_DELIVERY'
  if (/not delivered|attempt|hold|refused|incorrect|exception/i.test(words)) return 'EXCEPTION'
  if (/delivered/i.test(words)) return 'DELIVERED'
  return /picked up|processed|departed|arrived|transit|facility|customs|clearance/i.test(words)
    ? 'IN_TRANSIT'
    : 'UNKNOWN'
}

const tracked = z.object({
  shipments: z.array(
    z.object({
      shipmentTrackingNumber: z.string(),
      description: z.string().nullish(),
      productCode: z.string().nullish(),
      estimatedDeliveryDate: z.string().nullish(),
      events: z
        .array(
          z.object({
            date: z.string(),
            time: z.string(),
            GMTOffset: z.string().nullish(),
            typeCode: z.string(),
            description: z.string().nullish(),
            serviceArea: z.array(z.object({ description: z.string().nullish() })).nullish(),
          }),
        )
        .default([]),
    }),
  ),
})

/** Where a parcel is. Times are local to each checkpoint and told with their offset; without one they count as UTC. */
export async function trackShipment(call: Call, { trackingNumber }: TrackShipment): Promise<Tracking> {
  const answer = await call({
    method: 'GET',
    path: `/shipments/${encodeURIComponent(trackingNumber)}/tracking`,
    query: { trackingView: 'all-checkpoints', levelOfDetail: 'shipment', requestGMTOffsetPerEvent: true },
  })
  return readAnswer('DHL Express', answer, tracked, ({ shipments: [found] }) => {
    if (found === undefined) throw malformed('DHL Express', 'with no shipment')
    const events = found.events
      .flatMap((event) => {
        const at = iso(fromText(`${event.date}T${event.time}${event.GMTOffset ?? 'Z'}`))
        const description = event.description?.trim() ?? ''
        return at === null
          ? []
          : [
              {
                at,
                status: statusOf(event.typeCode, description),
                code: event.typeCode,
                description,
                location: event.serviceArea?.[0]?.description ?? null,
              },
            ]
      })
      .toSorted((a, b) => b.at.localeCompare(a.at))
    return {
      trackingNumber,
      // A label that nobody has scanned yet has no checkpoint.
      status: events[0]?.status ?? 'CREATED',
      deliveredAt: events.find(({ status }) => status === 'DELIVERED')?.at ?? null,
      events,
      providerData: {
        productCode: found.productCode ?? null,
        description: found.description ?? null,
        estimatedDeliveryDate: found.estimatedDeliveryDate ?? null,
      },
    }
  })
}

const validated = z.object({
  warnings: z.array(z.string()).nullish(),
  address: z.array(
    z.object({
      cityName: z.string().nullish(),
      postalCode: z.string().nullish(),
      serviceArea: z.object({ code: z.string().nullish(), description: z.string().nullish() }).nullish(),
    }),
  ),
})

/** Whether DHL delivers to a city or postal code; streets are not looked at. */
export async function validateAddress(call: Call, { address }: ValidateAddress): Promise<ValidatedAddress> {
  try {
    const answer = await call({
      method: 'GET',
      path: '/address-validate',
      query: {
        type: 'delivery',
        countryCode: address.country,
        postalCode: address.postalCode,
        cityName: address.city?.slice(0, 45),
      },
    })
    return readAnswer('DHL Express', answer, validated, ({ address: [found], warnings }) => ({
      deliverable: found !== undefined,
      city: found?.cityName ?? null,
      postalCode: found?.postalCode || null,
      messages: warnings ?? [],
      providerData: { serviceArea: found?.serviceArea?.code ?? null },
    }))
  } catch (error) {
    // A place DHL does not know is refused like a wrong request; the words are the answer.
    if (!(error instanceof ProviderCallError) || !['INVALID_REQUEST', 'NOT_FOUND'].includes(error.errorClass))
      throw error
    return { deliverable: false, city: null, postalCode: null, messages: [error.message] }
  }
}
