import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import { subscriptionOperations } from './subscription.ts'
import {
  idempotencyKey,
  moment,
  money,
  pageInput,
  pageOf,
  positiveMoney,
  providerData,
  shape,
  updatedSince,
  vendorId,
} from './values.ts'

/** Where a payment stands, whatever its vendor calls it. */
export const paymentStatus = shape(
  'PaymentStatus',
  'Where a payment stands, whatever its vendor calls it.',
  z.enum(['REQUIRES_ACTION', 'PROCESSING', 'AUTHORIZED', 'SUCCEEDED', 'CANCELLED', 'FAILED']),
)
export type PaymentStatus = z.infer<typeof paymentStatus>

/** How likely a payment is fraud, as the vendor judges (Stripe Radar). */
export const paymentRisk = shape(
  'PaymentRisk',
  'How likely a payment is fraud, as the vendor judges.',
  z.object({
    level: shape(
      'PaymentRiskLevel',
      'How the vendor rates the risk of fraud.',
      z.enum(['NORMAL', 'ELEVATED', 'HIGHEST', 'NOT_ASSESSED']),
    ).describe('The rating.'),
    score: z.int().min(0).max(100).nullable().describe('0 to 100, where the vendor tells one.'),
    outcome: z.string().nullable().describe('What the vendor did about it, in its own word.'),
    reason: z.string().nullable().describe('Why, in the vendor’s words.'),
  }),
)
export type PaymentRisk = z.infer<typeof paymentRisk>

export const payment = shape(
  'Payment',
  'A payment as it stands at its vendor.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    status: paymentStatus.describe('Where it stands.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    amount: money.describe('What is to be paid.'),
    amountCaptured: money.describe('What was taken.'),
    amountRefunded: money.nullish().describe('What was given back; null where the vendor does not say.'),
    reference: z.string().nullable().describe('The shop’s own number of the order, as given at creation.'),
    description: z.string().nullable().describe('What is paid for.'),
    redirectUrl: z
      .string()
      .nullable()
      .describe('Where to send the payer to approve, for vendors that work by redirect.'),
    clientSecret: z
      .string()
      .nullable()
      .describe('For the vendor’s browser component; gives the payer’s browser the right to finish this one payment.'),
    method: z
      .string()
      .nullish()
      .describe('Kind of payment method, in the vendor’s word (card, klarna, us_bank_account).'),
    risk: paymentRisk.nullish().describe('Risk of fraud; null where the vendor does not judge.'),
    failure: z.string().nullish().describe('Why it failed, in the vendor’s words; null where it did not.'),
    createdAt: moment.nullable().describe('When it was made.'),
    updatedAt: moment.nullish().describe('When it changed last, where the vendor says.'),
    live: z.boolean().describe('Real money moves.'),
    providerData,
  }),
)
export type Payment = z.infer<typeof payment>

export const createPayment = z.object({
  amount: positiveMoney.describe('What is to be paid.'),
  reference: z.string().min(1).max(127).describe('The shop’s own number of the order.'),
  description: z.string().max(127).optional().describe('What is paid for.'),
  capture: shape('PaymentCapture', 'When the money is taken.', z.enum(['AUTOMATIC', 'MANUAL']))
    .default('AUTOMATIC')
    .describe('AUTOMATIC takes the money when the payer agrees; MANUAL only reserves it until it is captured.'),
  customerEmail: z.email().optional().describe('Where the vendor sends the receipt.'),
  returnUrl: z.url().optional().describe('Where the payer comes back to, for vendors that work by redirect.'),
  cancelUrl: z.url().optional().describe('Where the payer comes back to without having paid.'),
  paymentMethodId: z
    .string()
    .max(255)
    .optional()
    .describe(
      'A payment method the vendor’s browser component made (Stripe pm_…, Square cnon:…). No card data reaches the hub.',
    ),
  methodTypes: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{1,40}$/))
    .min(1)
    .max(20)
    .optional()
    .describe('Kinds of payment method to offer, by the vendor’s names. Default: what the account has switched on.'),
  statementDescriptor: z.string().max(22).optional().describe('What the payer’s statement shows.'),
  idempotencyKey,
})
export type CreatePayment = z.infer<typeof createPayment>

export const getPayment = z.object({ id: vendorId.describe('The vendor’s id of the payment.') })
export type GetPayment = z.infer<typeof getPayment>

export const listPayments = pageInput.extend({
  createdAfter: moment.optional().describe('Only payments made at or after this instant.'),
  createdBefore: moment.optional().describe('Only payments made before this instant.'),
  updatedSince: updatedSince('payments'),
})
export type ListPayments = z.infer<typeof listPayments>

export const capturePayment = z.object({
  id: vendorId.describe('The vendor’s id of the payment.'),
  amount: positiveMoney.optional().describe('Default: all that was reserved.'),
  idempotencyKey,
})
export type CapturePayment = z.infer<typeof capturePayment>

export const cancelPayment = z.object({ id: vendorId.describe('The vendor’s id of the payment.'), idempotencyKey })
export type CancelPayment = z.infer<typeof cancelPayment>

export const checkout = shape(
  'Checkout',
  'A page of the vendor on which somebody pays.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    url: z.string().nullable().describe('Where to send the payer; null once it is over.'),
    status: shape('CheckoutStatus', 'Where a checkout stands.', z.enum(['OPEN', 'COMPLETE', 'EXPIRED'])).describe(
      'Where it stands.',
    ),
    paid: z.boolean().describe('The money was taken or reserved.'),
    paymentId: z.string().nullable().describe('The vendor’s id of the payment, once there is one.'),
    subscriptionId: z.string().nullable().describe('The vendor’s id of the subscription it begins.'),
    total: money.nullable().describe('What is to be paid; null where the vendor does not say.'),
    reference: z.string().nullable().describe('The shop’s own number of the order.'),
    expiresAt: moment.nullable().describe('Until when it can be paid.'),
    providerData,
  }),
)
export type Checkout = z.infer<typeof checkout>

export const createCheckout = z
  .object({
    mode: shape('CheckoutMode', 'What a checkout is for.', z.enum(['PAYMENT', 'SUBSCRIPTION']))
      .default('PAYMENT')
      .describe('Pay once, or begin a subscription.'),
    items: z
      .array(
        shape(
          'CheckoutItem',
          'A line of a checkout: a price kept at the vendor, or a name with an amount.',
          z.object({
            name: z.string().min(1).max(127).optional().describe('What it is.'),
            price: positiveMoney.optional().describe('Price of one.'),
            priceId: z.string().max(255).optional().describe('A price kept at the vendor, in place of name and price.'),
            quantity: z.int().positive().max(10_000).default(1).describe('How many. Default 1.'),
          }),
        ),
      )
      .min(1)
      .max(100)
      .describe('What is sold.'),
    reference: z.string().min(1).max(127).describe('The shop’s own number of the order.'),
    customerEmail: z.email().optional().describe('Filled in for the payer.'),
    successUrl: z.url().describe('Where the payer comes back to after paying.'),
    cancelUrl: z.url().optional().describe('Where the payer comes back to without having paid.'),
    idempotencyKey,
  })
  .refine(({ items }) => items.every((item) => item.priceId !== undefined || (item.name !== undefined && item.price)), {
    message: 'Every item needs a priceId, or a name and a price.',
    path: ['items'],
  })
export type CreateCheckout = z.infer<typeof createCheckout>

export const getCheckout = z.object({ id: vendorId.describe('The vendor’s id of the checkout.') })
export type GetCheckout = z.infer<typeof getCheckout>

export const refund = shape(
  'Refund',
  'Money given back.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    paymentId: z.string().nullable().describe('The vendor’s id of the payment.'),
    amount: money.describe('What is given back.'),
    status: shape(
      'RefundStatus',
      'Where a refund stands.',
      z.enum(['PENDING', 'SUCCEEDED', 'FAILED', 'CANCELLED']),
    ).describe('Where it stands.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    createdAt: moment.nullable().describe('When it was made.'),
    providerData,
  }),
)
export type Refund = z.infer<typeof refund>

export const createRefund = z.object({
  paymentId: vendorId.describe('The vendor’s id of the payment.'),
  amount: positiveMoney.optional().describe('Default: all that was taken.'),
  reason: shape(
    'RefundReason',
    'Why money is given back.',
    z.enum(['DUPLICATE', 'FRAUDULENT', 'REQUESTED_BY_CUSTOMER']),
  )
    .optional()
    .describe('Why, for vendors that want to know.'),
  note: z.string().max(255).optional().describe('A line for the payer, for vendors that pass one on.'),
  idempotencyKey,
})
export type CreateRefund = z.infer<typeof createRefund>

export const getRefund = z.object({ id: vendorId.describe('The vendor’s id of the refund.') })
export type GetRefund = z.infer<typeof getRefund>

export const dispute = shape(
  'Dispute',
  'A payment the payer contests.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    paymentId: z.string().nullable().describe('The vendor’s id of the payment.'),
    amount: money.describe('What is contested.'),
    status: shape(
      'DisputeStatus',
      'Where a dispute stands.',
      z.enum(['NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST', 'CLOSED']),
    ).describe('Where it stands.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    reason: z.string().nullable().describe('Why, in the vendor’s word.'),
    respondBy: moment.nullable().describe('Until when evidence is taken.'),
    createdAt: moment.nullable().describe('When it began.'),
    providerData,
  }),
)
export type Dispute = z.infer<typeof dispute>

export const listDisputes = pageInput
export type ListDisputes = z.infer<typeof listDisputes>

export const getDispute = z.object({ id: vendorId.describe('The vendor’s id of the dispute.') })
export type GetDispute = z.infer<typeof getDispute>

export const answerDispute = z.object({
  id: vendorId.describe('The vendor’s id of the dispute.'),
  accept: z.boolean().default(false).describe('Give in: the payer keeps the money. Default false.'),
  evidence: z.string().min(1).max(20_000).optional().describe('What speaks for the shop, in words.'),
  trackingNumber: z.string().max(100).optional().describe('Proof that the parcel was sent.'),
  idempotencyKey,
})
export type AnswerDispute = z.infer<typeof answerDispute>

const paymentPage = pageOf(payment)
export type PaymentPage = z.infer<typeof paymentPage>
const disputePage = pageOf(dispute)
export type DisputePage = z.infer<typeof disputePage>

/** Typed operations of the payment category. */
export const paymentOperations = {
  'payments.create': {
    kind: 'mutation',
    field: 'createPayment',
    description: 'Asks for money: the answer tells how the payer goes on.',
    input: createPayment,
    output: payment,
  },
  'payments.get': {
    kind: 'query',
    field: 'fetchPayment',
    description: 'One payment, as the vendor has it now.',
    input: getPayment,
    output: payment,
  },
  'payments.list': {
    kind: 'query',
    field: 'fetchPayments',
    description: 'Payments at the vendor, newest first.',
    input: listPayments,
    output: paymentPage,
  },
  'payments.capture': {
    kind: 'mutation',
    field: 'capturePayment',
    description: 'Takes money that was reserved.',
    input: capturePayment,
    output: payment,
  },
  'payments.cancel': {
    kind: 'mutation',
    field: 'cancelPayment',
    description: 'Lets go of a payment that was not taken yet.',
    input: cancelPayment,
    output: payment,
  },
  'checkouts.create': {
    kind: 'mutation',
    field: 'createCheckout',
    description: 'Opens a page of the vendor on which somebody pays.',
    input: createCheckout,
    output: checkout,
  },
  'checkouts.get': {
    kind: 'query',
    field: 'fetchCheckout',
    description: 'One checkout, as the vendor has it now.',
    input: getCheckout,
    output: checkout,
  },
  'refunds.create': {
    kind: 'mutation',
    field: 'createRefund',
    description: 'Gives money back, all of it or some.',
    input: createRefund,
    output: refund,
  },
  'refunds.get': {
    kind: 'query',
    field: 'fetchRefund',
    description: 'One refund, as the vendor has it now.',
    input: getRefund,
    output: refund,
  },
  'disputes.list': {
    kind: 'query',
    field: 'fetchDisputes',
    description: 'Payments that payers contest, newest first.',
    input: listDisputes,
    output: disputePage,
  },
  'disputes.get': {
    kind: 'query',
    field: 'fetchDispute',
    description: 'One dispute, as the vendor has it now.',
    input: getDispute,
    output: dispute,
  },
  'disputes.answer': {
    kind: 'mutation',
    field: 'answerDispute',
    description: 'Sends evidence for a dispute, or gives in.',
    input: answerDispute,
    output: dispute,
  },
  ...subscriptionOperations,
} as const satisfies OperationContracts
