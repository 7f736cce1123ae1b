import type { ShipmentStatus } from '@patchbay/schema/capabilities/shipping.ts'
import type { MappedEvent } from '../webhook.ts'

/** Something that happened to a parcel, as its carrier tells it. */
export interface ParcelNews {
  readonly status: ShipmentStatus
  readonly carrier: string | null
  readonly trackingNumber: string
  readonly trackingUrl: string | null
  /** The carrier's own word for the status. */
  readonly vendorStatus: string | null
  /** The carrier's id of the shipment, where it has one. */
  readonly id?: string | null
  readonly orderId?: string | null
  readonly orderNumber?: string | null
  /** When the parcel arrived, where that is another moment than the news. */
  readonly deliveredAt?: string | null
  /** Why, for what went wrong. */
  readonly reason?: string | null
  readonly occurredAt: Date | null
}

const typeOf: Readonly<Record<ShipmentStatus, string | null>> = {
  CREATED: 'shipment.label_created',
  IN_TRANSIT: 'shipment.in_transit',
  OUT_FOR_DELIVERY: 'shipment.out_for_delivery',
  DELIVERED: 'shipment.delivered',
  RETURNED: 'shipment.returned',
  EXCEPTION: 'shipment.failed',
  CANCELLED: 'shipment.failed',
  // A code nobody knows is kept as it came and changes nothing.
  UNKNOWN: null,
}

/** The hub's event for it; none for a status that says nothing. Events of one parcel stay in order. */
export function parcelEvents(news: ParcelNews): readonly MappedEvent[] {
  const type = typeOf[news.status]
  if (type === null) return []
  const deliveredAt = news.deliveredAt ?? news.occurredAt?.toISOString() ?? null
  const failed = type === 'shipment.returned' || type === 'shipment.failed'
  return [
    {
      type,
      occurredAt: news.occurredAt,
      orderKey: `parcel:${news.trackingNumber}`,
      data: {
        id: news.id ?? null,
        orderId: news.orderId ?? null,
        orderNumber: news.orderNumber ?? null,
        carrier: news.carrier,
        trackingNumber: news.trackingNumber,
        trackingUrl: news.trackingUrl,
        status: news.vendorStatus,
        ...(type === 'shipment.delivered' ? { deliveredAt } : {}),
        ...(failed ? { reason: news.reason ?? null } : {}),
      },
    },
  ]
}
