import { adoptPasted, parcelScenarios, type ParcelTold } from '../../parcel-news.ts'
import type { StepKind } from '../../parcel.ts'
import type { WebhookSpec } from '../../webhook.ts'

/** UPS's kind of a status, its code and its words. */
export const words: Readonly<Record<StepKind, readonly [string, string, string]>> = {
  CREATED: ['M', 'MP', 'Shipper created a label, UPS has not received the package yet.'],
  PICKED_UP: ['P', 'OR', 'Origin Scan'],
  DEPARTED: ['I', 'DP', 'Departed from Facility'],
  OUT: ['D', 'OT', 'Out For Delivery Today'],
  DELIVERED: ['D', 'FS', 'DELIVERED'],
  CANCELLED: ['MV', 'VP', 'Billing information voided.'],
}

export const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10).replaceAll('-', '')
export const clockOf = (at: number) => new Date(at).toISOString().slice(11, 19).replaceAll(':', '')

/** Track Alert: a credential in a header, no signature, one step of one parcel. */
export const upsWebhooks: WebhookSpec<object> = {
  proof: ['credential'],
  coversBody: false,
  scenarios: parcelScenarios('UPS', 16),
  subscribers: () => [],
  adopt: adoptPasted,
  write: ({ data }, { secret }) => {
    const { number, steps } = data as ParcelTold
    const [step] = steps
    const at = step?.at ?? 0
    const [type, code, description] = words[step?.kind ?? 'CREATED']
    const delivered = step?.kind === 'DELIVERED'
    const local = at + 4 * 3_600_000
    const body = JSON.stringify({
      trackingNumber: `1Z${number}`,
      localActivityDate: dayOf(local),
      localActivityTime: clockOf(local),
      activityLocation: { city: step?.city ?? '', stateProvince: '', postalCode: '', country: step?.country ?? '' },
      activityStatus: { type, code, description, descriptionCode: '' },
      scheduledDeliveryDate: '',
      actualDeliveryDate: delivered ? dayOf(local) : '',
      actualDeliveryTime: delivered ? clockOf(local) : '',
      gmtActivityDate: dayOf(at),
      gmtActivityTime: clockOf(at),
      deliveryStartTime: '',
      deliveryEndTime: '',
    })
    const headers = { 'content-type': 'application/json', 'user-agent': 'UPSPubSubTrackingService' }
    return { headers: secret === null ? headers : { ...headers, credential: secret }, body }
  },
}
