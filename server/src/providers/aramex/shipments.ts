import type { CreateShipment, Shipment } from '@patchbay/schema/capabilities/shipping.ts'
import type { Address, Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { malformed, readAnswer } from '../shared/failure.ts'
import { toDecimal } from '../shared/money.ts'
import { kilograms, shipDay, totalGrams } from '../shared/parcel.ts'
import { paths, toAddress, toDimensions } from './paths.ts'

const toParty = (address: Address, account: string, reference: string) => ({
  Reference1: reference,
  Reference2: '',
  AccountNumber: account,
  PartyAddress: toAddress(address),
  Contact: {
    Department: '',
    PersonName: address.name ?? '',
    Title: '',
    // Aramex wants a company of everybody; people are their own.
    CompanyName: address.company ?? address.name ?? '',
    PhoneNumber1: address.phone ?? '',
    PhoneNumber1Ext: '',
    PhoneNumber2: '',
    PhoneNumber2Ext: '',
    FaxNumber: '',
    CellPhone: address.phone ?? '',
    EmailAddress: address.email ?? '',
    Type: '',
  },
})

const toAmount = (money: Money | undefined) =>
  money === undefined ? null : { CurrencyCode: money.currency, Value: Number(toDecimal(money)) }

const toWeight = (grams: number) => ({ Unit: 'KG', Value: Number(kilograms(grams)) })

/** WCF writes moments as milliseconds; noon in UTC is the same day wherever Aramex collects. */
const toMoment = (day: string) => `/Date(${Date.parse(`${day}T12:00:00Z`)})/`

function toShipment(input: CreateShipment, account: string, now: number) {
  const moment = toMoment(shipDay(input, now))
  return {
    Reference1: input.reference,
    Reference2: '',
    Reference3: '',
    Shipper: toParty(input.from, account, input.reference),
    Consignee: toParty(input.to, '', input.reference),
    ThirdParty: null,
    ShippingDateTime: moment,
    DueDate: moment,
    Comments: '',
    PickupLocation: '',
    OperationsInstructions: '',
    AccountingInstrcutions: '',
    Details: {
      Dimensions: toDimensions(input.parcels),
      ActualWeight: toWeight(totalGrams(input.parcels)),
      ChargeableWeight: null,
      DescriptionOfGoods: input.contents,
      GoodsOriginCountry: input.items?.[0]?.originCountry ?? input.from.country,
      NumberOfPieces: input.parcels.length,
      ProductGroup: input.from.country === input.to.country ? 'DOM' : 'EXP',
      ProductType: input.service,
      PaymentType: 'P',
      PaymentOptions: '',
      CustomsValueAmount: toAmount(input.value),
      CashOnDeliveryAmount: toAmount(input.cashOnDelivery),
      InsuranceAmount: null,
      CashAdditionalAmount: null,
      CollectAmount: null,
      Services: input.cashOnDelivery === undefined ? '' : 'CODS',
      Items: (input.items ?? []).map((item) => ({
        PackageType: 'Box',
        Quantity: item.quantity,
        Weight: toWeight(item.weightGrams * item.quantity),
        Comments: item.description,
        Reference: item.hsCode ?? '',
      })),
    },
    Attachments: [],
    ForeignHAWB: '',
    TransportType: 0,
    PickupGUID: '',
  }
}

const created = z.object({
  Shipments: z
    .array(
      z.object({
        ID: z.string().nullish(),
        ForeignHAWB: z.string().nullish(),
        ShipmentLabel: z
          .object({
            LabelURL: z.string().nullish(),
            // Bytes, as a list of numbers or in base64.
            LabelFileContents: z.union([z.array(z.int().min(0).max(255)), z.string()]).nullish(),
          })
          .nullish(),
      }),
    )
    .min(1),
})

function toLabel({ ShipmentLabel }: z.output<typeof created>['Shipments'][number]): Shipment['label'] {
  const { LabelURL: url, LabelFileContents: bytes } = ShipmentLabel ?? {}
  const base64 = Array.isArray(bytes) ? Buffer.from(bytes).toString('base64') : bytes
  return url || base64 ? { format: 'PDF', url: url || null, base64: base64 || null } : null
}

/**
 * Makes a waybill with its label (report 9201, 10 × 15 cm, as an address to fetch it from). Aramex knows no idempotency key
 * and does not look at the reference, so a repeat makes a second waybill: it costs nothing while nobody hands it over.
 */
export async function createShipment(
  call: Call,
  input: CreateShipment,
  connection: ConnectionFacts,
  now: () => number = Date.now,
): Promise<Shipment> {
  const answer = await call({
    method: 'POST',
    path: paths.create,
    idempotencyKey: input.idempotencyKey,
    json: {
      LabelInfo: { ReportID: 9201, ReportType: 'URL' },
      Shipments: [toShipment(input, connection.settings['accountNumber'] ?? '', now())],
    },
  })
  return readAnswer('Aramex', answer, created, ({ Shipments: [made] }) => {
    if (!made?.ID) throw malformed('Aramex', 'without the number of the waybill')
    return {
      id: made.ID,
      trackingNumber: made.ID,
      trackingUrl: `https://www.aramex.com/ae/en/track/results?ShipmentNumber=${encodeURIComponent(made.ID)}`,
      status: 'CREATED' as const,
      service: input.service,
      // What it costs stands in the contract and on the invoice.
      price: null,
      label: toLabel(made),
      createdAt: null,
      providerData: { ForeignHAWB: made.ForeignHAWB || null },
    }
  })
}
