import { z } from 'zod'
import { idempotencyKey, moment, money, positiveMoney } from './values.ts'

/** Where a payment stands, whatever its vendor calls it. */
export const paymentStatus = z.enum(['REQUIRES_ACTION', 'PROCESSING', 'AUTHORIZED', 'SUCCEEDED', 'CANCELLED', 'FAILED'])
export type PaymentStatus = z.infer<typeof paymentStatus>

export const payment = z.object({
  id: z.string(),
  status: paymentStatus,
  /** The vendor's own word for the status. */
  vendorStatus: z.string(),
  amount: money,
  amountCaptured: money,
  /** The shop's own number of the order, as given at creation. */
  reference: z.string().nullable(),
  description: z.string().nullable(),
  /** Where to send the payer to approve, for vendors that work by redirect. */
  redirectUrl: z.string().nullable(),
  /** For the vendor's browser component; gives the payer's browser the right to finish this one payment. */
  clientSecret: z.string().nullable(),
  createdAt: moment.nullable(),
  live: z.boolean(),
})
export type Payment = z.infer<typeof payment>

export const createPayment = z.object({
  amount: positiveMoney,
  reference: z.string().min(1).max(127),
  description: z.string().max(127).optional(),
  /** AUTOMATIC takes the money when the payer agrees; MANUAL only reserves it until it is captured. */
  capture: z.enum(['AUTOMATIC', 'MANUAL']).default('AUTOMATIC'),
  customerEmail: z.email().optional(),
  /** Where the payer comes back to, for vendors that work by redirect. */
  returnUrl: z.url().optional(),
  cancelUrl: z.url().optional(),
  idempotencyKey,
})
export type CreatePayment = z.infer<typeof createPayment>

export const getPayment = z.object({ id: z.string().min(1).max(255) })
export type GetPayment = z.infer<typeof getPayment>

/** Typed operations of the payment category. */
export const paymentOperations = {
  'payments.create': { kind: 'mutation', input: createPayment, output: payment },
  'payments.get': { kind: 'query', input: getPayment, output: payment },
} as const
