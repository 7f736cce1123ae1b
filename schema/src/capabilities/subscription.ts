import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import { idempotencyKey, moment, money, pageInput, pageOf, providerData, shape, vendorId } from './values.ts'

/** A subscription at a payment vendor. */
export const subscription = shape(
  'PaymentSubscription',
  'A customer who pays again and again.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    status: shape(
      'PaymentSubscriptionStatus',
      'Where a subscription stands, whatever its vendor calls it.',
      z.enum(['INCOMPLETE', 'TRIALING', 'ACTIVE', 'PAST_DUE', 'PAUSED', 'CANCELLED']),
    ).describe('Where it stands.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    customerId: z.string().nullable().describe('The vendor’s id of the customer.'),
    priceId: z.string().nullable().describe('The vendor’s id of price or plan.'),
    amount: money.nullable().describe('What is paid each time; null where the vendor does not say.'),
    currentPeriodEnd: moment.nullable().describe('When it is paid next, or ends.'),
    cancelAtPeriodEnd: z.boolean().describe('It ends with the current period.'),
    redirectUrl: z.string().nullable().describe('Where to send the payer to approve it.'),
    createdAt: moment.nullable().describe('When it was made.'),
    providerData,
  }),
)
export type Subscription = z.infer<typeof subscription>

export const createSubscription = z.object({
  priceId: vendorId.describe('The vendor’s id of price or plan.'),
  customerId: vendorId.optional().describe('The vendor’s id of the customer; made from the address when absent.'),
  customerEmail: z.email().optional().describe('Address of the customer.'),
  trialDays: z.int().min(0).max(730).optional().describe('Days before the first payment.'),
  reference: z.string().max(127).optional().describe('The shop’s own number.'),
  returnUrl: z.url().optional().describe('Where the payer comes back to, for vendors that work by redirect.'),
  cancelUrl: z.url().optional().describe('Where the payer comes back to without having agreed.'),
  idempotencyKey,
})
export type CreateSubscription = z.infer<typeof createSubscription>

export const getSubscription = z.object({ id: vendorId.describe('The vendor’s id of the subscription.') })
export type GetSubscription = z.infer<typeof getSubscription>

export const listSubscriptions = pageInput
export type ListSubscriptions = z.infer<typeof listSubscriptions>

export const cancelSubscription = z.object({
  id: vendorId.describe('The vendor’s id of the subscription.'),
  atPeriodEnd: z.boolean().default(false).describe('Let the paid period run out first. Default false.'),
  idempotencyKey,
})
export type CancelSubscription = z.infer<typeof cancelSubscription>

const subscriptionPage = pageOf(subscription)
export type SubscriptionPage = z.infer<typeof subscriptionPage>

/** Operations of payment vendors on customers who pay again and again. */
export const subscriptionOperations = {
  'subscriptions.create': {
    kind: 'mutation',
    field: 'createSubscription',
    description: 'Begins a subscription.',
    input: createSubscription,
    output: subscription,
  },
  'subscriptions.get': {
    kind: 'query',
    field: 'fetchSubscription',
    description: 'One subscription, as the vendor has it now.',
    input: getSubscription,
    output: subscription,
  },
  'subscriptions.list': {
    kind: 'query',
    field: 'fetchSubscriptions',
    description: 'Subscriptions at the vendor, newest first.',
    input: listSubscriptions,
    output: subscriptionPage,
  },
  'subscriptions.cancel': {
    kind: 'mutation',
    field: 'cancelSubscription',
    description: 'Ends a subscription, now or with its period.',
    input: cancelSubscription,
    output: subscription,
  },
} as const satisfies OperationContracts
