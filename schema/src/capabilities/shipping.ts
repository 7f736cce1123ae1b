import { z } from 'zod'
import { address, moment, money } from './values.ts'

/** A parcel: grams and millimetres, so that no rounding hides in a unit. */
export const parcel = z.object({
  weightGrams: z.int().positive().max(1_000_000),
  lengthMm: z.int().positive().max(10_000).optional(),
  widthMm: z.int().positive().max(10_000).optional(),
  heightMm: z.int().positive().max(10_000).optional(),
})

export const quoteRates = z.object({
  from: address,
  to: address,
  parcels: z.array(parcel).min(1).max(50),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  /** What is inside, for customs. */
  contents: z.string().max(100).optional(),
})
export type QuoteRates = z.infer<typeof quoteRates>

export const rateQuote = z.object({
  rates: z.array(z.object({ service: z.string(), name: z.string(), price: money })),
})
export type RateQuote = z.infer<typeof rateQuote>

/** Where a parcel is, whatever its carrier calls it. */
export const shipmentStatus = z.enum([
  'CREATED',
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELIVERED',
  'EXCEPTION',
  'RETURNED',
  'UNKNOWN',
])
export type ShipmentStatus = z.infer<typeof shipmentStatus>

export const trackShipment = z.object({ trackingNumber: z.string().min(4).max(40) })
export type TrackShipment = z.infer<typeof trackShipment>

export const tracking = z.object({
  trackingNumber: z.string(),
  status: shipmentStatus,
  deliveredAt: moment.nullable(),
  /** Newest first. */
  events: z.array(
    z.object({
      at: moment,
      status: shipmentStatus,
      /** The carrier's own code and words. */
      code: z.string(),
      description: z.string(),
      location: z.string().nullable(),
    }),
  ),
})
export type Tracking = z.infer<typeof tracking>

/** Typed operations of the shipping category. */
export const shippingOperations = {
  'rates.quote': { kind: 'query', input: quoteRates, output: rateQuote },
  'shipments.track': { kind: 'query', input: trackShipment, output: tracking },
} as const
