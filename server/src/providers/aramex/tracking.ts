import type { ShipmentStatus, TrackShipment, Tracking } from '@patchbay/schema/capabilities/shipping.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { paths } from './paths.ts'

/** Codes seen in public integrations; Aramex prints no list, so the words decide for the rest. */
const statusOfCode: Readonly<Record<string, ShipmentStatus>> = {
  SH014: 'CREATED',
  SH047: 'IN_TRANSIT',
  SH001: 'IN_TRANSIT',
  SH003: 'OUT_FOR_DELIVERY',
  SH005: 'DELIVERED',
  SH006: 'DELIVERED',
  SH033: 'EXCEPTION',
  SH069: 'RETURNED',
}

function statusOf(code: string, words: string): ShipmentStatus {
  const known = statusOfCode[code]
  if (known !== undefined) return known
  if (/return/i.test(words)) return 'RETURNED'
  if (/out for delivery/i.test(words)) return 'OUT_FOR_DELIVERY'
  if (/not delivered|attempt|hold|problem|refused|incorrect/i.test(words)) return 'EXCEPTION'
  if (/delivered/i.test(words)) return 'DELIVERED'
  if (/received|departed|arrived|transit|facility|customs/i.test(words)) return 'IN_TRANSIT'
  return 'UNKNOWN'
}

/** `/Date(1722924060000+0400)/` as ISO 8601: the number is UTC, the zone only says where. */
function momentOf(wcf: string): string {
  const time = Number(/^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(wcf)?.[1] ?? Number.NaN)
  if (Number.isNaN(time)) throw new RangeError(`${wcf.slice(0, 40)} is not a moment`)
  return new Date(time).toISOString()
}

const update = z.object({
  UpdateCode: z.string(),
  UpdateDescription: z.string().nullish(),
  UpdateDateTime: z.string(),
  UpdateLocation: z.string().nullish(),
})
/** A list of pairs from most gateways, a map from some. */
const trackAnswer = z.object({
  TrackingResults: z.union([
    z.array(z.object({ Key: z.string(), Value: z.array(update) })),
    z
      .record(z.string(), z.array(update))
      .transform((map) => Object.entries(map).map(([Key, Value]) => ({ Key, Value }))),
  ]),
})

export async function trackShipment(call: Call, input: TrackShipment): Promise<Tracking> {
  const answer = await call({
    method: 'POST',
    path: paths.track,
    safe: true,
    json: { Shipments: [input.trackingNumber], GetLastTrackingUpdateOnly: false },
  })
  const updates = readAnswer(
    'Aramex',
    answer,
    trackAnswer,
    ({ TrackingResults }) => TrackingResults.find((result) => result.Key === input.trackingNumber)?.Value,
  )
  if (updates === undefined)
    throw new ProviderCallError({
      errorClass: 'NOT_FOUND',
      message: `Aramex: there is no waybill ${input.trackingNumber}.`,
      advice: 'Check the number. A waybill made in the last hour may not be known yet.',
    })
  return readAnswer('Aramex', answer, z.unknown(), () => {
    const events = updates
      .map((one) => ({
        at: momentOf(one.UpdateDateTime),
        status: statusOf(one.UpdateCode, one.UpdateDescription ?? ''),
        code: one.UpdateCode,
        description: one.UpdateDescription ?? '',
        location: one.UpdateLocation ?? null,
      }))
      .sort((a, b) => (a.at < b.at ? 1 : -1))
    return {
      trackingNumber: input.trackingNumber,
      status: events[0]?.status ?? 'UNKNOWN',
      deliveredAt: events.find((event) => event.status === 'DELIVERED')?.at ?? null,
      events,
    }
  })
}
