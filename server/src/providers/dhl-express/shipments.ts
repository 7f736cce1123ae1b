import type { CreateShipment, Shipment } from '@patchbay/schema/capabilities/shipping.ts'
import type { Address } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromDecimal, toDecimal } from '../shared/money.ts'
import { crossesBorder, declarationOf, kilograms, refuseCollecting, shipDay } from '../shared/parcel.ts'
import { accountsOf, plannedTime, toPackage, toPostal } from './rates.ts'

const toParty = (address: Address) => ({
  postalAddress: toPostal(address),
  contactInformation: {
    ...(address.email ? { email: address.email.slice(0, 70) } : {}),
    phone: (address.phone ?? '').slice(0, 70),
    // DHL wants a company of everybody; people are their own.
    companyName: address.company ?? address.name ?? '',
    fullName: address.name ?? address.company ?? '',
  },
})

/** Products that carry papers: nothing to declare. */
const papers = new Set(['D', 'K', 'E', 'X'])

function toDeclaration(input: CreateShipment, day: string) {
  const { total, lines } = declarationOf(input)
  return {
    isCustomsDeclarable: true,
    declaredValue: Number(toDecimal(total)),
    declaredValueCurrency: total.currency,
    exportDeclaration: {
      lineItems: lines.map((line, index) => {
        const weight = Number(kilograms(line.weightGrams * line.quantity))
        return {
          number: index + 1,
          description: line.description,
          price: Number(toDecimal(line.price)),
          quantity: { value: line.quantity, unitOfMeasurement: 'PCS' },
          ...(line.hsCode === undefined ? {} : { commodityCodes: [{ typeCode: 'outbound', value: line.hsCode }] }),
          exportReasonType: 'permanent',
          manufacturerCountry: line.originCountry,
          weight: { netValue: weight, grossValue: weight },
        }
      }),
      invoice: { number: input.reference, date: day },
      exportReason: 'SALE',
      exportReasonType: 'permanent',
    },
  }
}

const shipped = z.object({
  shipmentTrackingNumber: z.string(),
  packages: z.array(z.object({ trackingNumber: z.string() })).nullish(),
  documents: z.array(z.object({ imageFormat: z.string(), content: z.string(), typeCode: z.string() })).nullish(),
  shipmentCharges: z
    .array(z.object({ currencyType: z.string(), priceCurrency: z.string(), price: z.number() }))
    .nullish(),
  warnings: z.array(z.string()).nullish(),
})

/**
 * Makes a shipment with its label, without ordering a courier: DHL collects on its round or by a pickup of its own. It knows
 * no idempotency key, so a repeat makes a second label; DHL bills what it carries, never an unused label.
 */
export async function createShipment(
  call: Call,
  input: CreateShipment,
  connection: ConnectionFacts,
  now: () => number = Date.now,
): Promise<Shipment> {
  refuseCollecting('DHL Express', input)
  const at = now()
  const declares = crossesBorder(input.from.country, input.to.country) && !papers.has(input.service)
  const answer = await call({
    method: 'POST',
    path: '/shipments',
    idempotencyKey: input.idempotencyKey,
    json: {
      plannedShippingDateAndTime: plannedTime(input.shipDate, at, at),
      pickup: { isRequested: false },
      productCode: input.service,
      getRateEstimates: true,
      accounts: accountsOf(connection),
      outputImageProperties: {
        encodingFormat: 'pdf',
        imageOptions: [{ typeCode: 'label', templateName: 'ECOM26_84_001', isRequested: true }],
      },
      customerReferences: [{ value: input.reference, typeCode: 'CU' }],
      customerDetails: { shipperDetails: toParty(input.from), receiverDetails: toParty(input.to) },
      content: {
        packages: input.parcels.map((parcel) => ({
          ...toPackage(parcel),
          customerReferences: [{ value: input.reference, typeCode: 'CU' }],
        })),
        ...(declares ? toDeclaration(input, shipDay(input, at)) : { isCustomsDeclarable: false }),
        description: input.contents.trim().slice(0, 70),
        incoterm: 'DAP',
        unitOfMeasurement: 'metric',
      },
    },
  })
  return readAnswer('DHL Express', answer, shipped, (made) => {
    const number = made.shipmentTrackingNumber
    const charge = made.shipmentCharges?.find(({ currencyType }) => currencyType === 'BILLC')
    const label = made.documents?.find(({ typeCode }) => typeCode === 'label')
    return {
      id: number,
      trackingNumber: number,
      trackingUrl: `https://www.dhl.com/global-en/home/tracking.html?tracking-id=${encodeURIComponent(number)}`,
      status: 'CREATED' as const,
      service: input.service,
      price: charge === undefined ? null : fromDecimal(charge.price, charge.priceCurrency),
      label: label === undefined ? null : { format: label.imageFormat.toUpperCase(), url: null, base64: label.content },
      createdAt: null,
      providerData: {
        packages: (made.packages ?? []).map(({ trackingNumber }) => trackingNumber),
        warnings: made.warnings ?? [],
      },
    }
  })
}
