import type {
  CancelledShipment,
  CancelShipment,
  CreateShipment,
  Shipment,
} from '@patchbay/schema/capabilities/shipping.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { malformed, readAnswer } from '../shared/failure.ts'
import { toDecimal } from '../shared/money.ts'
import { crossesBorder, declarationOf, refuseCollecting, shipDay } from '../shared/parcel.ts'
import { charge, toMoney } from './rates.ts'
import { accountOf, chargesTo, toAddress, toDay, toPackage, toParty, toWeight, version } from './requests.ts'
import { pageOf } from './tracking.ts'

function invoice(input: CreateShipment, day: string) {
  const { total, lines } = declarationOf(input)
  const buyer = toParty(input.to)
  return {
    FormType: ['01'],
    Contacts: {
      SoldTo: {
        Name: buyer.Name,
        AttentionName: buyer.AttentionName,
        ...(buyer.Phone === undefined ? {} : { Phone: buyer.Phone }),
        Address: toAddress(input.to),
      },
    },
    Product: lines.map((line) => ({
      Description: (line.description.match(/.{1,35}/gu) ?? []).slice(0, 3),
      Unit: {
        Number: String(line.quantity),
        UnitOfMeasurement: { Code: 'PCS', Description: 'PCS' },
        Value: toDecimal(line.price),
      },
      ...(line.hsCode === undefined ? {} : { CommodityCode: line.hsCode.slice(0, 15) }),
      OriginCountryCode: line.originCountry,
      ProductWeight: toWeight(line.weightGrams * line.quantity, input.from),
    })),
    InvoiceNumber: input.reference,
    InvoiceDate: toDay(day),
    ReasonForExport: 'SALE',
    TermsOfShipment: 'DAP',
    CurrencyCode: total.currency,
  }
}

const piece = z.object({
  TrackingNumber: z.string(),
  ShippingLabel: z
    .object({ ImageFormat: z.object({ Code: z.string().nullish() }).nullish(), GraphicImage: z.string() })
    .nullish(),
})
const shipped = z.object({
  ShipmentResponse: z.object({
    ShipmentResults: z.object({
      ShipmentIdentificationNumber: z.string(),
      ShipmentCharges: z.object({ TotalCharges: charge.nullish() }).nullish(),
      NegotiatedRateCharges: z.object({ TotalCharge: charge.nullish() }).nullish(),
      // One thing in old versions where there is only one.
      PackageResults: z.union([z.array(piece), piece.transform((one) => [one])]),
    }),
  }),
})

/**
 * Makes a shipment with a label for each parcel. UPS knows no idempotency key, so a repeat makes a second shipment: an unused
 * one is not billed, and can be cancelled.
 */
export async function createShipment(
  call: Call,
  input: CreateShipment,
  connection: ConnectionFacts,
  now: () => number = Date.now,
): Promise<Shipment> {
  refuseCollecting('UPS', input)
  const { from, to, parcels, reference } = input
  const day = shipDay(input, now())
  const declares = crossesBorder(from.country, to.country)
  // UPS prints references on parcels within the United States and on the shipment everywhere else.
  const references = [{ Value: reference }]
  const inside = from.country === to.country && from.country === 'US'
  const answer = await call({
    method: 'POST',
    path: `/shipments/${version}/ship`,
    idempotencyKey: input.idempotencyKey,
    json: {
      ShipmentRequest: {
        Request: { RequestOption: 'nonvalidate', TransactionReference: { CustomerContext: reference } },
        Shipment: {
          Description: input.contents.slice(0, 50),
          Shipper: { ...toParty(from), ShipperNumber: accountOf(connection) },
          ShipTo: toParty(to),
          ShipFrom: toParty(from),
          PaymentInformation: chargesTo(connection),
          ShipmentRatingOptions: { NegotiatedRatesIndicator: 'Y' },
          ...(inside ? {} : { ReferenceNumber: references }),
          Service: { Code: input.service },
          ShipmentDate: toDay(day),
          NumOfPiecesInShipment: String(parcels.length),
          ...(declares ? { ShipmentServiceOptions: { InternationalForms: invoice(input, day) } } : {}),
          Package: parcels.map((parcel) => ({
            Description: input.contents.slice(0, 35),
            Packaging: { Code: '02', Description: 'Customer Supplied Package' },
            ...toPackage(parcel, from),
            ...(inside ? { ReferenceNumber: references } : {}),
          })),
        },
        LabelSpecification: {
          LabelImageFormat: { Code: 'PNG' },
          LabelStockSize: { Height: '6', Width: '4' },
        },
      },
    },
  })
  return readAnswer('UPS', answer, shipped, ({ ShipmentResponse: { ShipmentResults: made } }) => {
    const [first, ...rest] = made.PackageResults
    if (first === undefined) throw malformed('UPS', 'without a parcel')
    const cost = made.NegotiatedRateCharges?.TotalCharge ?? made.ShipmentCharges?.TotalCharges
    const label = first.ShippingLabel
    return {
      id: made.ShipmentIdentificationNumber,
      trackingNumber: first.TrackingNumber,
      trackingUrl: pageOf(first.TrackingNumber),
      status: 'CREATED' as const,
      service: input.service,
      price: cost ? toMoney(cost) : null,
      label: label
        ? { format: label.ImageFormat?.Code?.toUpperCase() ?? 'PNG', url: null, base64: label.GraphicImage }
        : null,
      createdAt: null,
      // The other parcels of the shipment, each with a label of its own.
      providerData: {
        PackageResults: rest.map(({ TrackingNumber, ShippingLabel }) => ({
          TrackingNumber,
          GraphicImage: ShippingLabel?.GraphicImage ?? null,
        })),
      },
    }
  })
}

const voided = z.object({
  VoidShipmentResponse: z.object({
    SummaryResult: z.object({ Status: z.object({ Code: z.string(), Description: z.string().nullish() }) }),
  }),
})

/** UPS's numbers for a shipment that is taken back already, and for one that cannot be any more. */
const isVoid = '190117'
const isLate = '190102'

/** Takes a shipment back; UPS does so for some weeks, as long as no parcel of it was scanned. Done before is done. */
export async function cancelShipment(call: Call, input: CancelShipment): Promise<CancelledShipment> {
  const path = `/shipments/${version}/void/cancel/${encodeURIComponent(input.id)}`
  try {
    const answer = await call({ method: 'DELETE', path, idempotencyKey: input.idempotencyKey })
    return readAnswer('UPS', answer, voided, ({ VoidShipmentResponse: { SummaryResult } }) => ({
      id: input.id,
      cancelled: SummaryResult.Status.Code === '1',
      message: SummaryResult.Status.Description ?? null,
    }))
  } catch (error) {
    const code = error instanceof ProviderCallError ? error.vendorCode : null
    if (code !== isVoid && code !== isLate) throw error
    return { id: input.id, cancelled: code === isVoid, message: error instanceof Error ? error.message : null }
  }
}
