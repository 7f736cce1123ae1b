import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import { address, currency, day, idempotencyKey, moment, money, providerData, shape, vendorId } from './values.ts'

/** A parcel: grams and millimetres, so that no rounding hides in a unit. */
export const parcel = shape(
  'Parcel',
  'A parcel: grams and millimetres, so that no rounding hides in a unit.',
  z.object({
    weightGrams: z.int().positive().max(1_000_000).describe('Weight in grams.'),
    lengthMm: z.int().positive().max(10_000).optional().describe('Length in millimetres.'),
    widthMm: z.int().positive().max(10_000).optional().describe('Width in millimetres.'),
    heightMm: z.int().positive().max(10_000).optional().describe('Height in millimetres.'),
  }),
)
export type Parcel = z.infer<typeof parcel>

export const quoteRates = z.object({
  from: address.describe('Where it is sent from.'),
  to: address.describe('Where it goes.'),
  parcels: z.array(parcel).min(1).max(50).describe('What is sent.'),
  currency: currency.optional().describe('Preferred currency (ISO 4217). Default: the account’s own.'),
  contents: z.string().max(100).optional().describe('What is inside, for customs.'),
  value: money.optional().describe('What it is worth, for customs.'),
  shipDate: day.optional().describe('Day it is handed over, as 2026-11-20. Default: the next working day.'),
})
export type QuoteRates = z.infer<typeof quoteRates>

export const rateQuote = shape(
  'RateQuote',
  'What sending costs.',
  z.object({
    rates: z
      .array(
        shape(
          'CarrierRate',
          'One service of the carrier and its price.',
          z.object({
            service: z.string().describe('The carrier’s code, for the shipment.'),
            name: z.string().describe('Its name for people.'),
            price: money.describe('What it costs.'),
            carrier: z.string().nullish().describe('Who carries it, for vendors that work with several.'),
            deliveryDays: z.int().nullish().describe('Days it takes, where the carrier says.'),
            deliveredBy: moment.nullish().describe('When it should arrive, where the carrier says.'),
          }),
        ),
      )
      .describe('Services, in the carrier’s order.'),
  }),
)
export type RateQuote = z.infer<typeof rateQuote>

/** Where a parcel is, whatever its carrier calls it. */
export const shipmentStatus = shape(
  'ShipmentStatus',
  'Where a parcel is, whatever its carrier calls it.',
  z.enum(['CREATED', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED', 'EXCEPTION', 'RETURNED', 'CANCELLED', 'UNKNOWN']),
)
export type ShipmentStatus = z.infer<typeof shipmentStatus>

export const trackShipment = z.object({
  trackingNumber: z.string().min(4).max(40).describe('Number on the label.'),
  carrier: z.string().max(60).optional().describe('Code of the carrier, for vendors that work with several.'),
})
export type TrackShipment = z.infer<typeof trackShipment>

export const tracking = shape(
  'ShipmentTracking',
  'Where a parcel is and was.',
  z.object({
    trackingNumber: z.string().describe('Number on the label.'),
    status: shipmentStatus.describe('Where it is.'),
    deliveredAt: moment.nullable().describe('When it arrived.'),
    estimatedAt: moment.nullish().describe('When it should arrive, where the carrier says.'),
    events: z
      .array(
        shape(
          'ShipmentTrackingEvent',
          'Something that happened to a parcel.',
          z.object({
            at: moment.describe('When.'),
            status: shipmentStatus.describe('What it means.'),
            code: z.string().describe('The carrier’s own code.'),
            description: z.string().describe('The carrier’s own words.'),
            location: z.string().nullable().describe('Where.'),
          }),
        ),
      )
      .describe('Newest first.'),
    providerData,
  }),
)
export type Tracking = z.infer<typeof tracking>

export const createShipment = z.object({
  from: address.describe('Who sends it: name, street, city, country and telephone.'),
  to: address.describe('Who gets it: name, street, city, country and telephone.'),
  parcels: z.array(parcel).min(1).max(50).describe('What is sent.'),
  service: z.string().max(60).describe('`service` of a quoted rate.'),
  carrier: z.string().max(60).optional().describe('Code of the carrier, for vendors that work with several.'),
  reference: z.string().min(1).max(35).describe('The shop’s own number, printed on the label.'),
  contents: z.string().min(1).max(100).describe('What is inside, for customs.'),
  value: money.optional().describe('What it is worth, for customs; needed across a border.'),
  items: z
    .array(
      shape(
        'CustomsItem',
        'A line of the customs declaration.',
        z.object({
          description: z.string().min(1).max(100).describe('What it is.'),
          quantity: z.int().positive().max(10_000).describe('How many.'),
          price: money.describe('Price of one.'),
          weightGrams: z.int().positive().describe('Weight of one in grams.'),
          hsCode: z.string().max(20).optional().describe('Customs tariff number.'),
          originCountry: z.string().length(2).optional().describe('Where it was made (ISO 3166-1).'),
        }),
      ),
    )
    .max(100)
    .optional()
    .describe('Lines of the customs declaration; needed across a border by most carriers.'),
  cashOnDelivery: money.optional().describe('What the carrier collects at the door, where it does.'),
  shipDate: day.optional().describe('Day it is handed over, as 2026-11-20. Default: today.'),
  idempotencyKey,
})
export type CreateShipment = z.infer<typeof createShipment>

export const shipment = shape(
  'CarrierShipment',
  'A parcel handed to a carrier, with its label.',
  z.object({
    id: z.string().describe('The carrier’s id, for cancelling.'),
    trackingNumber: z.string().describe('Number on the label.'),
    trackingUrl: z.string().nullable().describe('Page to follow it on.'),
    status: shipmentStatus.describe('Where it is.'),
    service: z.string().describe('The carrier’s code of the service.'),
    price: money.nullable().describe('What it costs, where the carrier says.'),
    label: shape(
      'ShippingLabel',
      'A label to print: an address to fetch it from, or the file itself.',
      z.object({
        format: z.string().describe('PDF, PNG or ZPL.'),
        url: z.string().nullable().describe('Where to fetch it.'),
        base64: z.string().nullable().describe('The file, in base64.'),
      }),
    )
      .nullable()
      .describe('The label; null once cancelled.'),
    createdAt: moment.nullable().describe('When it was made.'),
    providerData,
  }),
)
export type Shipment = z.infer<typeof shipment>

export const cancelShipment = z.object({
  id: vendorId.describe('`id` of the shipment as its creation told it.'),
  idempotencyKey,
})
export type CancelShipment = z.infer<typeof cancelShipment>

export const cancelledShipment = shape(
  'CancelledShipment',
  'A shipment that was taken back.',
  z.object({
    id: z.string().describe('The carrier’s id.'),
    cancelled: z.boolean().describe('The carrier took it back; false when it was too late.'),
    message: z.string().nullable().describe('The carrier’s words.'),
    providerData,
  }),
)
export type CancelledShipment = z.infer<typeof cancelledShipment>

export const validateAddress = z.object({ address: address.describe('The address in question.') })
export type ValidateAddress = z.infer<typeof validateAddress>

export const validatedAddress = shape(
  'ValidatedAddress',
  'What the carrier thinks of an address.',
  z.object({
    deliverable: z.boolean().describe('The carrier delivers there.'),
    city: z.string().nullable().describe('The city as the carrier writes it.'),
    postalCode: z.string().nullable().describe('The postal code as the carrier writes it.'),
    messages: z.array(z.string()).describe('What the carrier says of it.'),
    providerData,
  }),
)
export type ValidatedAddress = z.infer<typeof validatedAddress>

/** Typed operations of the shipping category. */
export const shippingOperations = {
  'rates.quote': {
    kind: 'query',
    field: 'quoteRates',
    description: 'What sending parcels costs, service by service.',
    input: quoteRates,
    output: rateQuote,
  },
  'shipments.create': {
    kind: 'mutation',
    field: 'createCarrierShipment',
    description: 'Hands a shipment to the carrier and brings its label.',
    input: createShipment,
    output: shipment,
  },
  'shipments.track': {
    kind: 'query',
    field: 'trackShipment',
    description: 'Where a parcel is and was.',
    input: trackShipment,
    output: tracking,
  },
  'shipments.cancel': {
    kind: 'mutation',
    field: 'cancelCarrierShipment',
    description: 'Takes a shipment back before the carrier has it.',
    input: cancelShipment,
    output: cancelledShipment,
  },
  'addresses.validate': {
    kind: 'query',
    field: 'validateAddress',
    description: 'Whether the carrier delivers to an address.',
    input: validateAddress,
    output: validatedAddress,
  },
} as const satisfies OperationContracts
