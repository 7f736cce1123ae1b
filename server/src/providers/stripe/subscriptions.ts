import type {
  CancelSubscription,
  CreateSubscription,
  GetSubscription,
  ListSubscriptions,
  Subscription,
  SubscriptionPage,
} from '@patchbay/schema/capabilities/subscription.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type StripeSdk from 'stripe'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend } from '../shared/failure.ts'
import { idOf, pageOf, read, toMoment, toMoney, toPage, withSdk, wordOf } from './sdk.ts'

const reference = z.union([z.string(), z.object({ id: z.string() })]).nullish()
const subscription = z.object({
  object: z.literal('subscription'),
  id: z.string(),
  status: z.string(),
  customer: reference,
  cancel_at_period_end: z.boolean(),
  cancel_at: z.int().nullish(),
  created: z.int(),
  livemode: z.boolean(),
  metadata: z.record(z.string(), z.string()).nullish(),
  trial_end: z.int().nullish(),
  latest_invoice: z
    .union([z.string(), z.object({ id: z.string(), hosted_invoice_url: z.string().nullish() })])
    .nullish(),
  items: z.object({
    data: z
      .array(
        z.object({
          current_period_end: z.int().nullish(),
          quantity: z.int().nullish(),
          price: z.object({ id: z.string(), currency: z.string().length(3), unit_amount: z.int().nullish() }),
        }),
      )
      .min(1),
  }),
})

const statuses: Readonly<Record<string, Subscription['status']>> = {
  incomplete: 'INCOMPLETE',
  incomplete_expired: 'CANCELLED',
  trialing: 'TRIALING',
  active: 'ACTIVE',
  past_due: 'PAST_DUE',
  unpaid: 'PAST_DUE',
  paused: 'PAUSED',
  canceled: 'CANCELLED',
}

function toSubscription(answer: unknown): Subscription {
  const found = read('subscription', subscription, answer)
  const [item] = found.items.data
  const { price, quantity, current_period_end: end } = item ?? {}
  const each = price?.unit_amount
  const invoice = typeof found.latest_invoice === 'object' ? found.latest_invoice : null
  return {
    id: found.id,
    status: wordOf('subscription', statuses, found.status),
    vendorStatus: found.status,
    customerId: idOf(found.customer),
    priceId: price?.id ?? null,
    amount: price !== undefined && typeof each === 'number' ? toMoney(each * (quantity ?? 1), price.currency) : null,
    currentPeriodEnd: typeof end === 'number' ? toMoment(end) : null,
    cancelAtPeriodEnd: found.cancel_at_period_end,
    // The invoice's own page takes the first payment; nothing has to be paid there once it is active.
    redirectUrl: found.status === 'incomplete' ? (invoice?.hosted_invoice_url ?? null) : null,
    createdAt: toMoment(found.created),
    providerData: {
      reference: found.metadata?.['reference'] ?? null,
      latest_invoice: idOf(found.latest_invoice),
      trial_end: found.trial_end ?? null,
      cancel_at: found.cancel_at ?? null,
      livemode: found.livemode,
    },
  }
}

const made = z.object({ id: z.string() })
const listed = z.object({ data: z.array(z.unknown()), has_more: z.boolean() })

/** The customer with this address, the newest where there are several; made when there is none. */
async function customerOf(call: Call, { customerId, customerEmail, idempotencyKey }: CreateSubscription) {
  if (customerId !== undefined) return customerId
  if (customerEmail === undefined)
    throw cannotSend(
      'Stripe needs to know who subscribes.',
      'Give the customer’s id at Stripe, or an e-mail address.',
      'customerEmail',
    )
  const known = await withSdk(call, (sdk) => sdk.customers.list({ email: customerEmail, limit: 1 }))
  const [first] = read('list of customers', listed, known).data
  const customer =
    first ??
    (await withSdk(call, (sdk) =>
      sdk.customers.create({ email: customerEmail }, { idempotencyKey: `${idempotencyKey}:customer` }),
    ))
  return read('customer', made, customer).id
}

export async function createSubscription(call: Call, input: CreateSubscription): Promise<Subscription> {
  const { idempotencyKey, priceId, trialDays } = input
  const params: StripeSdk.SubscriptionCreateParams = {
    customer: await customerOf(call, input),
    items: [{ price: priceId }],
    // Waits for the first payment instead of failing without a card on file.
    payment_behavior: 'default_incomplete',
    expand: ['latest_invoice'],
    ...(trialDays !== undefined && { trial_period_days: trialDays }),
    ...(input.reference !== undefined && { metadata: { reference: input.reference } }),
  }
  return toSubscription(await withSdk(call, (sdk) => sdk.subscriptions.create(params, { idempotencyKey })))
}

export async function getSubscription(call: Call, { id }: GetSubscription): Promise<Subscription> {
  return toSubscription(await withSdk(call, (sdk) => sdk.subscriptions.retrieve(id)))
}

export async function listSubscriptions(call: Call, input: ListSubscriptions): Promise<SubscriptionPage> {
  const answer = await withSdk(call, (sdk) => sdk.subscriptions.list({ ...pageOf(input), status: 'all' }))
  return toPage(read('list of subscriptions', listed, answer), toSubscription)
}

/** Stripe has no key for a DELETE and knows an ended subscription no more there: one that has ended already is the answer. */
export async function cancelSubscription(call: Call, input: CancelSubscription): Promise<Subscription> {
  const { atPeriodEnd, id, idempotencyKey } = input
  if (atPeriodEnd)
    return toSubscription(
      await withSdk(call, (sdk) => sdk.subscriptions.update(id, { cancel_at_period_end: true }, { idempotencyKey })),
    )
  try {
    return toSubscription(await withSdk(call, (sdk) => sdk.subscriptions.cancel(id)))
  } catch (error) {
    if (!(error instanceof ProviderCallError) || error.errorClass !== 'NOT_FOUND') throw error
    const found = await getSubscription(call, { id })
    if (found.status !== 'CANCELLED') throw error
    return found
  }
}
