import type { CreateShipment, Shipment } from '@patchbay/schema/capabilities/shipping.ts'
import type { Address } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, malformed, readAnswer } from '../shared/failure.ts'
import { toDecimal } from '../shared/money.ts'
import { declarationOf, kilograms, shipDay, totalGrams } from '../shared/parcel.ts'

/** SMSA takes streets of 10 to 100 characters; a short one is lengthened by its city. */
function toAddress(address: Address, side: 'from' | 'to') {
  const { name = address.company ?? '', line1 = '', city = '' } = address
  const street = line1.length < 10 ? [line1, city].filter(Boolean).join(', ') : line1
  if (street.length < 10 || name.length < 5)
    throw cannotSend(
      'SMSA Express wants a name of at least 5 and a street of at least 10 characters.',
      'Write both out in full.',
      side,
    )
  return {
    ContactName: name.slice(0, 150),
    ContactPhoneNumber: address.phone ?? '',
    AddressLine1: street.slice(0, 100),
    AddressLine2: [street.slice(100), address.line2].filter(Boolean).join(' ').slice(0, 100),
    City: city.slice(0, 50),
    Country: address.country,
    District: '',
    PostalCode: address.postalCode ?? '',
    ShortCode: '',
    Coordinates: '',
  }
}

/** Money is collected in the currency of where it is collected; these are the lands SMSA delivers in itself. */
const currencies: Readonly<Record<string, string>> = {
  SA: 'SAR',
  AE: 'AED',
  KW: 'KWD',
  BH: 'BHD',
  OM: 'OMR',
  QA: 'QAR',
  JO: 'JOD',
  EG: 'EGP',
}

function toCollect({ cashOnDelivery, to }: CreateShipment): number {
  if (cashOnDelivery === undefined) return 0
  const wanted = currencies[to.country]
  if (wanted !== undefined && wanted !== cashOnDelivery.currency)
    throw cannotSend(
      `SMSA Express collects ${wanted} in ${to.country}, not ${cashOnDelivery.currency}.`,
      `Give cashOnDelivery in ${wanted}.`,
      'cashOnDelivery',
    )
  return Number(toDecimal(cashOnDelivery))
}

const shipped = z.object({
  sawb: z.string(),
  createDate: z.string().nullish(),
  shipmentParcelsCount: z.int().nullish(),
  waybills: z.array(z.object({ awb: z.string(), awbFile: z.string().nullish() })),
})

/**
 * Makes a shipment with a label for each parcel. SMSA knows no idempotency key and takes the same order number twice, so a
 * repeat makes a second shipment: it is billed when it is handed over. SMSA takes none back by its REST API.
 */
export async function createShipment(
  call: Call,
  input: CreateShipment,
  connection: ConnectionFacts,
  now: () => number = Date.now,
): Promise<Shipment> {
  const { total } = declarationOf(input)
  const answer = await call({
    method: 'POST',
    path: '/api/shipment/b2c/new',
    idempotencyKey: input.idempotencyKey,
    json: {
      ConsigneeAddress: toAddress(input.to, 'to'),
      ShipperAddress: toAddress(input.from, 'from'),
      OrderNumber: input.reference,
      DeclaredValue: Number(toDecimal(total)),
      ShipmentCurrency: total.currency,
      CODAmount: toCollect(input),
      Parcels: input.parcels.length,
      ShipDate: `${shipDay(input, now())}T08:00:00`,
      Weight: Number(kilograms(totalGrams(input.parcels))),
      WeightUnit: 'KG',
      ContentDescription: input.contents,
      WaybillType: 'PDF',
      ServiceCode: input.service,
      VatPaid: true,
      DutyPaid: false,
      SMSARetailID: connection.settings['retailId'] || '0',
    },
  })
  return readAnswer('SMSA Express', answer, shipped, (made) => {
    const [first, ...rest] = made.waybills
    if (first === undefined) throw malformed('SMSA Express', 'without a waybill')
    return {
      id: made.sawb,
      trackingNumber: first.awb,
      trackingUrl: `https://www.smsaexpress.com/trackingdetails?tracknumbers=${encodeURIComponent(first.awb)}`,
      status: 'CREATED' as const,
      service: input.service,
      // What it costs stands in the contract: there is no rate by API.
      price: null,
      label: first.awbFile ? { format: 'PDF', url: null, base64: first.awbFile } : null,
      createdAt: null,
      // The other parcels, each with a label of its own.
      providerData: {
        createDate: made.createDate ?? null,
        waybills: rest.map(({ awb, awbFile }) => ({ awb, awbFile: awbFile ?? null })),
      },
    }
  })
}
