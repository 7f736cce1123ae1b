import { createHash } from 'node:crypto'
import type {
  CancelledShipment,
  CancelShipment,
  CreateShipment,
  Shipment,
} from '@patchbay/schema/capabilities/shipping.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'
import { refuseCollecting, shipDay } from '../shared/parcel.ts'
import { amount, carriersOf, chooseCarrier, toAddress, toCustoms, toMoney, toPackage } from './requests.ts'

const label = z.object({
  label_id: z.string(),
  status: z.string().nullish(),
  shipment_id: z.string().nullish(),
  tracking_number: z.string().nullish(),
  tracking_url: z.string().nullish(),
  tracking_status: z.string().nullish(),
  service_code: z.string(),
  carrier_code: z.string().nullish(),
  shipment_cost: amount.nullish(),
  insurance_cost: amount.nullish(),
  voided: z.boolean().nullish(),
  created_at: z.string().nullish(),
  label_format: z.string().nullish(),
  label_download: z
    .object({
      pdf: z.string().nullish(),
      png: z.string().nullish(),
      zpl: z.string().nullish(),
      href: z.string().nullish(),
    })
    .nullish(),
})
type Label = z.output<typeof label>

const statuses: Readonly<Record<string, Shipment['status']>> = { in_transit: 'IN_TRANSIT', delivered: 'DELIVERED' }

function toShipment(found: Label): Shipment {
  const { label_download: files } = found
  const url = files?.pdf ?? files?.href ?? files?.png ?? files?.zpl ?? null
  const cost = found.shipment_cost ? toMoney(found.shipment_cost) : null
  return {
    id: found.label_id,
    trackingNumber: found.tracking_number ?? '',
    trackingUrl: found.tracking_url ?? null,
    status: found.voided === true ? 'CANCELLED' : (statuses[found.tracking_status ?? ''] ?? 'CREATED'),
    service: found.service_code,
    price: cost,
    label:
      found.voided === true || url === null
        ? null
        : { format: (found.label_format ?? 'pdf').toUpperCase(), url, base64: null },
    createdAt: iso(fromText(found.created_at)),
    providerData: {
      shipment_id: found.shipment_id ?? null,
      carrier_code: found.carrier_code ?? null,
      status: found.status ?? null,
    },
  }
}

const listed = z.object({ labels: z.array(label), page: z.int(), pages: z.int() })

/** Parcels by their labels, newest first; voided ones stay. ShipStation asks by when a label was made. */
export async function listShipments(
  call: Call,
  {
    first,
    after,
    createdAfter,
  }: { readonly first: number; readonly after: string | null; readonly createdAfter?: string },
) {
  const page = readNumberCursor(after, 1)
  const answer = await call({
    method: 'GET',
    path: '/v2/labels',
    query: {
      created_at_start: createdAfter,
      sort_by: 'created_at',
      sort_dir: 'desc',
      page,
      page_size: first,
    },
  })
  return readAnswer('ShipStation', answer, listed, ({ labels, pages }) => ({
    items: labels.map(toShipment),
    nextCursor: labels.length > 0 && page < pages ? numberCursor(page + 1) : null,
  }))
}

/** ShipStation's own number for one effect: it keeps one shipment for each. */
const externalId = (key: string) => `pb-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`

const list = z.object({ labels: z.array(label) })

/** The label that a first try bought before its answer was lost; null where there is none. */
async function find(
  call: Call,
  external: string,
): Promise<{ readonly shipment: string; readonly label: Label | null } | null> {
  try {
    const answer = await call({ method: 'GET', path: `/v2/shipments/external_shipment_id/${external}` })
    const shipment = readAnswer(
      'ShipStation',
      answer,
      z.object({ shipment_id: z.string() }),
      (found) => found.shipment_id,
    )
    const bought = await call({ method: 'GET', path: '/v2/labels', query: { shipment_id: shipment, page_size: 1 } })
    return { shipment, label: readAnswer('ShipStation', bought, list, ({ labels }) => labels[0] ?? null) }
  } catch (error) {
    if (error instanceof ProviderCallError && error.errorClass === 'NOT_FOUND') return null
    throw error
  }
}

const format = { label_format: 'pdf', label_layout: '4x6', label_download_type: 'url' } as const

/**
 * Buys a label, which is charged at once. ShipStation knows no idempotency key: each effect is a shipment under a number of
 * its own, looked for first, so that a repeat brings the label that was bought.
 */
export async function createShipment(
  call: Call,
  input: CreateShipment,
  _connection: ConnectionFacts,
  now: () => number = Date.now,
): Promise<Shipment> {
  refuseCollecting('ShipStation', input)
  const { customs, products } = toCustoms(input)
  const external = externalId(input.idempotencyKey)
  const standing = await find(call, external)
  if (standing?.label) return toShipment(standing.label)
  if (standing !== null) {
    const path = `/v2/labels/shipment/${encodeURIComponent(standing.shipment)}`
    const answer = await call({ method: 'POST', path, idempotencyKey: input.idempotencyKey, json: format })
    return readAnswer('ShipStation', answer, label, toShipment)
  }
  const carrier = chooseCarrier(await carriersOf(call), input.carrier, input.service)
  const answer = await call({
    method: 'POST',
    path: '/v2/labels',
    idempotencyKey: input.idempotencyKey,
    json: {
      ...format,
      shipment: {
        carrier_id: carrier.carrier_id,
        service_code: input.service,
        external_shipment_id: external,
        shipment_number: input.reference,
        ship_date: `${shipDay(input, now())}T12:00:00Z`,
        ship_from: toAddress(input.from),
        ship_to: toAddress(input.to),
        ...customs,
        packages: input.parcels.map((parcel, index) => ({
          ...toPackage(parcel),
          content_description: input.contents.slice(0, 35),
          label_messages: { reference1: input.reference, reference2: '', reference3: '' },
          ...(index === 0 ? products : {}),
        })),
      },
    },
  })
  return readAnswer('ShipStation', answer, label, toShipment)
}

const voided = z.object({ approved: z.boolean(), message: z.string().nullish(), reason_code: z.string().nullish() })

/** Takes a label back and asks the carrier for the money; carriers do so for some weeks while nobody scanned it. */
export async function cancelShipment(call: Call, input: CancelShipment): Promise<CancelledShipment> {
  const path = `/v2/labels/${encodeURIComponent(input.id)}/void`
  const answer = await call({ method: 'PUT', path, idempotencyKey: input.idempotencyKey })
  return readAnswer('ShipStation', answer, voided, ({ approved, message, reason_code }) => ({
    id: input.id,
    cancelled: approved,
    message: message ?? null,
    providerData: { reason_code: reason_code ?? null },
  }))
}

/** Id of the label with a tracking number. Throws ProviderCallError NOT_FOUND for a parcel of somebody else. */
export async function labelOf(call: Call, trackingNumber: string): Promise<string> {
  const query = { tracking_number: trackingNumber, page_size: 1 }
  const answer = await call({ method: 'GET', path: '/v2/labels', query })
  const found = readAnswer('ShipStation', answer, list, ({ labels }) => labels[0]?.label_id)
  if (found !== undefined) return found
  throw new ProviderCallError({
    errorClass: 'NOT_FOUND',
    message: `ShipStation: no label of this account has the number ${trackingNumber}.`,
    advice: 'Check the number. ShipStation follows parcels whose labels it made.',
  })
}
