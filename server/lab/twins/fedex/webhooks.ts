import { createHmac } from 'node:crypto'
import { adoptPasted, parcelScenarios, type ParcelTold } from '../../parcel-news.ts'
import type { StepKind } from '../../parcel.ts'
import type { WebhookSpec } from '../../webhook.ts'

export const codes: Readonly<Record<StepKind, readonly [string, string]>> = {
  CREATED: ['OC', 'Shipment information sent to FedEx'],
  PICKED_UP: ['PU', 'Picked up'],
  DEPARTED: ['DP', 'Left FedEx origin facility'],
  OUT: ['OD', 'On FedEx vehicle for delivery'],
  DELIVERED: ['DL', 'Delivered'],
  CANCELLED: ['CA', 'Shipment cancelled by sender'],
}

/** A parcel as the Track API answers and a webhook tells it; newest scan first. */
export function resultOf(
  number: string,
  steps: readonly { readonly kind: StepKind; readonly at: number; readonly city: string; readonly country: string }[],
) {
  const [latest] = steps
  const [code, description] = codes[latest?.kind ?? 'CREATED']
  return {
    trackingNumberInfo: { trackingNumber: number, carrierCode: 'FDXE', trackingNumberUniqueId: `1~${number}~FX` },
    latestStatusDetail: { code, derivedCode: code, statusByLocale: description, description },
    scanEvents: steps.map(({ kind, at, city, country }) => ({
      date: new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00'),
      eventType: codes[kind][0],
      eventDescription: codes[kind][1],
      derivedStatusCode: codes[kind][0],
      scanLocation: { city, countryCode: country, residential: false },
    })),
    dateAndTimes:
      latest?.kind === 'DELIVERED'
        ? [{ type: 'ACTUAL_DELIVERY', dateTime: new Date(latest.at).toISOString().replace(/\.\d+Z$/, '+00:00') }]
        : [],
    serviceDetail: { type: 'INTERNATIONAL_PRIORITY', description: 'FedEx International Priority' },
  }
}

/** Advanced Integrated Visibility: signed in base64, without an id and without a type. */
export const fedexWebhooks: WebhookSpec<object> = {
  proof: ['fdx-signature'],
  coversBody: true,
  scenarios: parcelScenarios('fedex', 12),
  subscribers: () => [],
  adopt: adoptPasted,
  write: ({ data }, { secret }) => {
    const { number, steps } = data as ParcelTold
    const body = JSON.stringify({
      output: { completeTrackResults: [{ trackingNumber: number, trackResults: [resultOf(number, steps)] }] },
    })
    const headers = { 'content-type': 'application/json' }
    if (secret === null) return { headers, body }
    return {
      headers: { ...headers, 'fdx-signature': createHmac('sha256', secret).update(body).digest('base64') },
      body,
    }
  },
}
