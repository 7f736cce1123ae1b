import { z } from 'zod'
import { textAt } from '../shared/failure.ts'
import { iso, onBody, someText } from '../shared/message.ts'
import { parcelEvents } from '../shared/parcel-event.ts'
import { headerToken } from '../shared/signatures/token.ts'
import type { MapEvent, WebhookSpec } from '../webhook.ts'
import { momentOf, pageOf, statusOf } from './tracking.ts'

const activity = z.object({
  trackingNumber: z.string().min(1),
  activityStatus: z.object({ type: z.string(), code: someText, description: someText }),
  gmtActivityDate: someText,
  gmtActivityTime: someText,
})

const moved: MapEvent = onBody(activity, (found) => {
  const { type, description } = found.activityStatus
  const occurredAt = momentOf(found.gmtActivityDate, found.gmtActivityTime)
  return parcelEvents({
    status: statusOf(type, description ?? ''),
    carrier: 'UPS',
    trackingNumber: found.trackingNumber,
    trackingUrl: pageOf(found.trackingNumber),
    vendorStatus: description ?? type,
    deliveredAt: iso(occurredAt),
    reason: description,
    occurredAt,
  })
})

/** Kinds of news; UPS calls them types of the status. */
export const newsTypes = ['M', 'MV', 'P', 'I', 'U', 'O', 'D', 'X', 'RS'] as const

const byName = headerToken({ header: 'credential' })
const asBearer = headerToken({ header: 'authorization', prefix: 'Bearer ' })

/**
 * Track Alert: https://developer.ups.com/tag/UPS-Track-Alert. UPS signs nothing: it repeats a credential as it was told, in a
 * header of that name or as a bearer token, and names no event.
 */
export const upsWebhooks: WebhookSpec = {
  verify: (request, facts) =>
    request.headers['credential'] === undefined && request.headers['authorization'] !== undefined
      ? asBearer(request, facts)
      : byName(request, facts),
  secret: {
    from: 'source',
    label: 'Credential',
    help: 'The credential you gave UPS with the address: a long random text of your own.',
  },
  secretNames: ['credential', 'authorization'],
  identify: ({ body }) => {
    const date = textAt(body, 'gmtActivityDate')
    const time = textAt(body, 'gmtActivityTime')
    const number = textAt(body, 'trackingNumber')
    const type = textAt(body, 'activityStatus', 'type') ?? null
    const code = textAt(body, 'activityStatus', 'code') ?? type
    return {
      // The same parcel, moment and status are the same news.
      id: number === undefined || date === undefined ? null : [number, date, time ?? '', code ?? ''].join(':'),
      type,
      occurredAt: momentOf(date, time),
    }
  },
  events: Object.fromEntries(newsTypes.map((type) => [type, moved])),
  setup: [
    'UPS Developer Portal → your app → add the product Track Alert, then open its settings.',
    'Give the address of this source as the webhook URL and a long random text as the credential; add the same text here.',
    'Subscribe: for all parcels of your account on the same page, or number by number with POST /api/track/v2/subscription/standard/package. A number is told of for 14 days.',
  ],
}
