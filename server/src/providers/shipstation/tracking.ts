import type { ShipmentStatus, TrackShipment, Tracking } from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'
import { labelOf } from './labels.ts'

/** The two letters that ShipStation tells of a parcel. */
const statuses: Readonly<Record<string, ShipmentStatus>> = {
  NY: 'CREATED',
  AC: 'IN_TRANSIT',
  IT: 'IN_TRANSIT',
  DE: 'DELIVERED',
  SP: 'DELIVERED',
  EX: 'EXCEPTION',
  AT: 'EXCEPTION',
  UN: 'UNKNOWN',
}

/** The longer words of its description, for accounts that are told those; what matches first counts. */
const words: readonly (readonly [RegExp, ShipmentStatus])[] = [
  [/^RETURN_TO_SENDER/, 'RETURNED'],
  [/^CANCELLED/, 'CANCELLED'],
  [/^OUT_FOR_DELIVERY/, 'OUT_FOR_DELIVERY'],
  [/^(NOT_YET|ELEC_ADVICE|AWAITING_(DESPATCH|ELECTRONIC)|COLLECTION_REQUESTED)/, 'CREATED'],
  [/^(DELIVERED|PROOF_OF_DELIVERY|PARCEL_COLLECTED)/, 'DELIVERED'],
  [
    /ATTEMPTED|FAILED|^NOT_|HELD_BY|DAMAGED|LOST|DISPOSED|REFUSED|INCORRECT|DELAY|_ERROR|CARDED|NO_ACCESS|MISSORTED/,
    'EXCEPTION',
  ],
  [
    /^(IN_TRANSIT|DESPATCHED|COLLECTION_MADE|HUB_SCAN|RECEIVED_|RECD_|CUSTOMS_|SUB_CONTRACTOR|COLLECT_|AWAITING_COLLECTION)/,
    'IN_TRANSIT',
  ],
]

/** What a code means, with the carrier's words where the code means several things. */
export function statusOf(code: string | null | undefined, said: string | null | undefined): ShipmentStatus {
  const found = statuses[code ?? ''] ?? words.find(([pattern]) => pattern.test(code ?? ''))?.[1] ?? 'UNKNOWN'
  if (found === 'IN_TRANSIT' && /out for delivery/i.test(said ?? '')) return 'OUT_FOR_DELIVERY'
  return found !== 'DELIVERED' && /return(ed|ing) to sender/i.test(said ?? '') ? 'RETURNED' : found
}

const event = z.object({
  occurred_at: z.string().nullish(),
  description: z.string().nullish(),
  city_locality: z.string().nullish(),
  country_code: z.string().nullish(),
  event_code: z.string().nullish(),
  status_code: z.string().nullish(),
})
export const tracked = z.object({
  tracking_number: z.string().nullish(),
  tracking_url: z.string().nullish(),
  status_code: z.string(),
  status_description: z.string().nullish(),
  carrier_code: z.string().nullish(),
  carrier_status_description: z.string().nullish(),
  exception_description: z.string().nullish(),
  estimated_delivery_date: z.string().nullish(),
  actual_delivery_date: z.string().nullish(),
  events: z.array(event).nullish(),
})

/** Where a parcel is whose label this account bought. */
export async function trackShipment(call: Call, { trackingNumber }: TrackShipment): Promise<Tracking> {
  const path = `/v2/labels/${encodeURIComponent(await labelOf(call, trackingNumber))}/track`
  return readAnswer('ShipStation', await call({ method: 'GET', path }), tracked, (found) => {
    const events = (found.events ?? [])
      .flatMap((one) => {
        const at = iso(fromText(one.occurred_at))
        return at === null
          ? []
          : [
              {
                at,
                status: statusOf(one.status_code, one.description),
                code: one.event_code ?? one.status_code ?? '',
                description: one.description ?? '',
                location: [one.city_locality, one.country_code].filter(Boolean).join(', ') || null,
              },
            ]
      })
      .toSorted((a, b) => b.at.localeCompare(a.at))
    return {
      trackingNumber,
      status: statusOf(found.status_code, found.carrier_status_description ?? found.status_description),
      deliveredAt:
        iso(fromText(found.actual_delivery_date)) ?? events.find(({ status }) => status === 'DELIVERED')?.at ?? null,
      estimatedAt: iso(fromText(found.estimated_delivery_date)),
      events,
      providerData: {
        carrier_code: found.carrier_code ?? null,
        exception_description: found.exception_description ?? null,
      },
    }
  })
}
