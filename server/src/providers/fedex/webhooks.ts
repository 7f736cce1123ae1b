import { z } from 'zod'
import { textAt } from '../shared/failure.ts'
import { fromText, onBody } from '../shared/message.ts'
import { parcelEvents } from '../shared/parcel-event.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MapEvent, WebhookSpec } from '../webhook.ts'
import { codeOf, momentOf, pageOf, statuses, statusOf, trackResult, type TrackResult } from './tracking.ts'

/** A parcel as a webhook must tell it. */
const pushed = trackResult.extend({
  trackingNumberInfo: z.object({ trackingNumber: z.string().min(1) }),
  latestStatusDetail: trackResult.shape.latestStatusDetail.unwrap().unwrap(),
})
const results = z.object({ trackResults: z.array(pushed).min(1) })
const complete = z.object({ completeTrackResults: z.array(results).min(1) })

/** FedEx pushes what its Track API answers, with more or less of the wrapping around it. */
const payload = z.union([z.object({ output: complete }), complete, results, pushed]).transform((body) => {
  if ('output' in body) return body.output.completeTrackResults.flatMap(({ trackResults }) => trackResults)
  if ('completeTrackResults' in body) return body.completeTrackResults.flatMap(({ trackResults }) => trackResults)
  return 'trackResults' in body ? body.trackResults : [body]
})

const latestOf = (found: TrackResult | undefined): Date | null =>
  (found?.scanEvents ?? [])
    .flatMap(({ date }) => fromText(date) ?? [])
    .toSorted((a, b) => b.getTime() - a.getTime())[0] ?? null

const moved: MapEvent = onBody(payload, (found) =>
  found.flatMap((one) => {
    const { latestStatusDetail: status } = one
    return parcelEvents({
      status: statusOf(codeOf(one)),
      carrier: 'FedEx',
      trackingNumber: one.trackingNumberInfo.trackingNumber,
      trackingUrl: pageOf(one.trackingNumberInfo.trackingNumber),
      vendorStatus: status.statusByLocale ?? status.description ?? codeOf(one),
      deliveredAt: momentOf(one, 'ACTUAL_DELIVERY'),
      reason: status.ancillaryDetails?.[0]?.reasonDescription ?? status.description ?? null,
      occurredAt: latestOf(one),
    })
  }),
)

const ways = [
  ['output', 'completeTrackResults', 0, 'trackResults', 0],
  ['completeTrackResults', 0, 'trackResults', 0],
  ['trackResults', 0],
  [],
] as const

/** Two letters of the status of the first parcel. */
const typeOf = (body: unknown): string | null => {
  for (const way of ways)
    for (const name of ['derivedCode', 'code']) {
      const found = textAt(body, ...way, 'latestStatusDetail', name)
      if (found !== undefined) return found
    }
  return null
}

/**
 * Advanced Integrated Visibility: https://developer.fedex.com/api/en-us/catalog/shipment-visibility-webhook/docs.html.
 * FedEx names no event and no type: the letters of the status are the type, and the bytes tell a repeat.
 */
export const fedexWebhooks: WebhookSpec = {
  // FedEx's own text speaks of base64 and, in one line, of hex: base64 is what it is seen to send.
  verify: bodyHmac({ header: 'fdx-signature', encoding: 'base64' }),
  secret: {
    from: 'source',
    label: 'Security token',
    help: 'The token you gave the webhook project in the FedEx Developer Portal.',
  },
  identify: ({ body }) => {
    const found = payload.safeParse(body).data?.[0]
    return { id: null, type: typeOf(body), occurredAt: latestOf(found) }
  },
  events: Object.fromEntries(Object.keys(statuses).map((code) => [code, moved])),
  setup: [
    'FedEx Developer Portal → My Projects → Webhooks → Create: Advanced Integrated Visibility. It needs a nine-digit FedEx account billed in the United States and costs by the number of parcels.',
    'Paste the address of this source as the destination URL: https, at most 200 characters, a name and no IP address.',
    'Choose a long random security token, save it there and paste the same token here.',
  ],
}
