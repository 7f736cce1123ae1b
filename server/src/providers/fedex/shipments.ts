import type {
  CancelledShipment,
  CancelShipment,
  CreateShipment,
  Shipment,
} from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { malformed, readAnswer } from '../shared/failure.ts'
import { crossesBorder, declarationOf, kilograms, refuseCollecting, shipDay, totalGrams } from '../shared/parcel.ts'
import { accountOf, senderPays, toAmount, toCommodity, toLineItem, toParty } from './requests.ts'
import { pageOf } from './tracking.ts'

const document = z.object({
  contentType: z.string().nullish(),
  encodedLabel: z.string().nullish(),
  url: z.string().nullish(),
})
const shipped = z.object({
  output: z.object({
    transactionShipments: z
      .array(
        z.object({
          masterTrackingNumber: z.string().nullish(),
          serviceType: z.string().nullish(),
          serviceName: z.string().nullish(),
          shipDatestamp: z.string().nullish(),
          pieceResponses: z
            .array(z.object({ trackingNumber: z.string().nullish(), packageDocuments: z.array(document).nullish() }))
            .default([]),
          shipmentDocuments: z.array(document).nullish(),
        }),
      )
      .min(1),
  }),
})

function customs(input: CreateShipment, connection: ConnectionFacts) {
  const { total, lines } = declarationOf(input)
  return {
    dutiesPayment: senderPays(connection),
    totalCustomsValue: toAmount(total),
    commercialInvoice: { shipmentPurpose: 'SOLD', termsOfSale: 'DAP' },
    commodities: lines.map(toCommodity),
  }
}

/**
 * Makes a shipment with its label. FedEx knows no idempotency key, so a repeat makes a second label: it costs nothing while
 * nobody hands the parcel over, and it can be cancelled. FedEx tells no price here.
 */
export async function createShipment(
  call: Call,
  input: CreateShipment,
  connection: ConnectionFacts,
  now: () => number = Date.now,
): Promise<Shipment> {
  refuseCollecting('FedEx', input)
  const declares = crossesBorder(input.from.country, input.to.country)
  const answer = await call({
    method: 'POST',
    path: '/ship/v1/shipments',
    idempotencyKey: input.idempotencyKey,
    json: {
      accountNumber: accountOf(connection),
      labelResponseOptions: 'LABEL',
      mergeLabelDocOption: 'LABELS_ONLY',
      requestedShipment: {
        shipper: toParty(input.from),
        recipients: [toParty(input.to)],
        shipDatestamp: shipDay(input, now()),
        serviceType: input.service,
        packagingType: 'YOUR_PACKAGING',
        pickupType: 'USE_SCHEDULED_PICKUP',
        totalWeight: Number(kilograms(totalGrams(input.parcels), 2)),
        shippingChargesPayment: senderPays(connection),
        labelSpecification: { imageType: 'PDF', labelStockType: 'PAPER_4X6' },
        ...(declares ? { customsClearanceDetail: customs(input, connection) } : {}),
        requestedPackageLineItems: input.parcels.map((parcel, index) => ({
          sequenceNumber: index + 1,
          ...toLineItem(parcel),
          itemDescription: input.contents.slice(0, 50),
          customerReferences: [{ customerReferenceType: 'CUSTOMER_REFERENCE', value: input.reference }],
        })),
      },
    },
  })
  return readAnswer('FedEx', answer, shipped, ({ output }) => {
    const [made] = output.transactionShipments
    const pieces = made?.pieceResponses ?? []
    const number = made?.masterTrackingNumber ?? pieces[0]?.trackingNumber
    if (!number) throw malformed('FedEx', 'without a tracking number')
    const documents = [
      ...pieces.flatMap(({ packageDocuments }) => packageDocuments ?? []),
      ...(made?.shipmentDocuments ?? []),
    ]
    const label = documents.find(({ contentType }) => contentType?.includes('LABEL') === true)
    return {
      id: number,
      trackingNumber: number,
      trackingUrl: pageOf(number),
      status: 'CREATED' as const,
      service: made?.serviceType ?? input.service,
      price: null,
      label:
        label?.encodedLabel || label?.url
          ? { format: 'PDF', url: label.url || null, base64: label.encodedLabel || null }
          : null,
      createdAt: null,
      providerData: {
        serviceName: made?.serviceName ?? null,
        shipDatestamp: made?.shipDatestamp ?? null,
        trackingNumbers: pieces.flatMap(({ trackingNumber }) => (trackingNumber ? [trackingNumber] : [])),
      },
    }
  })
}

const cancelled = z.object({
  output: z.object({ cancelledShipment: z.boolean(), message: z.string().nullish() }),
})

/** Takes a shipment back with all its parcels, before FedEx has them. */
export async function cancelShipment(
  call: Call,
  input: CancelShipment,
  connection: ConnectionFacts,
): Promise<CancelledShipment> {
  const answer = await call({
    method: 'PUT',
    path: '/ship/v1/shipments/cancel',
    idempotencyKey: input.idempotencyKey,
    json: {
      accountNumber: accountOf(connection),
      trackingNumber: input.id,
      deletionControl: 'DELETE_ALL_PACKAGES',
    },
  })
  return readAnswer('FedEx', answer, cancelled, ({ output }) => ({
    id: input.id,
    cancelled: output.cancelledShipment,
    message: output.message ?? null,
  }))
}
