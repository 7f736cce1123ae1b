import type {
  CancelSubscription,
  CreateSubscription,
  GetSubscription,
  ListSubscriptions,
  Subscription,
  SubscriptionPage,
} from '@patchbay/schema/capabilities/subscription.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { cursorIn, keyOf, listOf, locationOf, momentOf, squareMoney, toMoney } from './request.ts'

const subscription = z.object({
  id: z.string(),
  status: z.string(),
  customer_id: z.string().nullish(),
  plan_variation_id: z.string().nullish(),
  start_date: z.string().nullish(),
  canceled_date: z.string().nullish(),
  charged_through_date: z.string().nullish(),
  price_override_money: squareMoney.nullish(),
  source: z.object({ name: z.string().nullish() }).nullish(),
  created_at: z.string().nullish(),
})
const answered = z.object({ subscription })

const statuses: Readonly<Record<string, Subscription['status']>> = {
  PENDING: 'INCOMPLETE',
  ACTIVE: 'ACTIVE',
  PAUSED: 'PAUSED',
  CANCELED: 'CANCELLED',
  DEACTIVATED: 'CANCELLED',
  COMPLETED: 'CANCELLED',
}

function toSubscription(found: z.output<typeof subscription>): Subscription {
  const status = statuses[found.status]
  if (status === undefined) throw new RangeError(`the status ${found.status.slice(0, 40)}`)
  return {
    id: found.id,
    status,
    vendorStatus: found.status,
    customerId: found.customer_id ?? null,
    priceId: found.plan_variation_id ?? null,
    amount: found.price_override_money ? toMoney(found.price_override_money) : null,
    currentPeriodEnd: momentOf(found.canceled_date ?? found.charged_through_date),
    cancelAtPeriodEnd: status !== 'CANCELLED' && Boolean(found.canceled_date),
    redirectUrl: null,
    createdAt: momentOf(found.created_at),
    providerData: {
      start_date: found.start_date ?? null,
      charged_through_date: found.charged_through_date ?? null,
      source: found.source?.name ?? null,
    },
  }
}

const customer = z.object({ id: z.string() })

/** The customer with this address; made when there is none. */
async function customerOf(call: Call, input: CreateSubscription): Promise<string> {
  const { customerEmail, customerId, idempotencyKey } = input
  if (customerId !== undefined) return customerId
  if (customerEmail === undefined)
    throw cannotSend(
      'Square needs to know who subscribes.',
      'Give the customer’s id at Square, or an e-mail address.',
      'customerEmail',
    )
  const known = await call({
    method: 'POST',
    path: '/v2/customers/search',
    safe: true,
    json: { limit: 1, query: { filter: { email_address: { exact: customerEmail } } } },
  })
  const found = readAnswer('Square', known, listOf('customers', customer), ({ items }) => items[0]?.id)
  if (found !== undefined) return found
  const made = await call({
    method: 'POST',
    path: '/v2/customers',
    idempotencyKey: `${idempotencyKey}:customer`,
    json: { idempotency_key: keyOf(idempotencyKey, ':customer'), email_address: customerEmail },
  })
  return readAnswer('Square', made, z.object({ customer }), (answer) => answer.customer.id)
}

/** Square sends an invoice for each period by mail unless the customer has a card on file. */
export async function createSubscription(
  call: Call,
  input: CreateSubscription,
  connection: ConnectionFacts,
): Promise<Subscription> {
  const { idempotencyKey, priceId, reference, trialDays } = input
  if (trialDays !== undefined && trialDays > 0)
    throw cannotSend(
      'At Square a trial is a phase of the plan.',
      'Choose a plan variation with a free phase, or leave trialDays away.',
      'trialDays',
    )
  const answer = await call({
    method: 'POST',
    path: '/v2/subscriptions',
    idempotencyKey,
    json: {
      idempotency_key: keyOf(idempotencyKey),
      location_id: locationOf(connection),
      plan_variation_id: priceId,
      customer_id: await customerOf(call, input),
      ...(reference !== undefined && { source: { name: reference } }),
    },
  })
  return readAnswer('Square', answer, answered, (found) => toSubscription(found.subscription))
}

const pathOf = (id: string, action = '') => `/v2/subscriptions/${encodeURIComponent(id)}${action}`

export async function getSubscription(call: Call, { id }: GetSubscription): Promise<Subscription> {
  const answer = await call({ method: 'GET', path: pathOf(id) })
  return readAnswer('Square', answer, answered, (found) => toSubscription(found.subscription))
}

/** In Square's order: by customer, oldest first. */
export async function listSubscriptions(
  call: Call,
  input: ListSubscriptions,
  connection: ConnectionFacts,
): Promise<SubscriptionPage> {
  const answer = await call({
    method: 'POST',
    path: '/v2/subscriptions/search',
    safe: true,
    json: {
      limit: input.first,
      cursor: cursorIn(input.after),
      query: { filter: { location_ids: [locationOf(connection)] } },
    },
  })
  return readAnswer('Square', answer, listOf('subscriptions', subscription), ({ items, nextCursor }) => ({
    items: items.map(toSubscription),
    nextCursor,
  }))
}

/** Square always lets the paid period run out; one that is set to end already is left alone. */
export async function cancelSubscription(call: Call, input: CancelSubscription): Promise<Subscription> {
  const { atPeriodEnd, id, idempotencyKey } = input
  if (!atPeriodEnd)
    throw cannotSend(
      'Square ends a subscription with its paid period, never at once.',
      'Cancel it with atPeriodEnd, and refund the last payment if it should not count.',
      'atPeriodEnd',
    )
  const found = await getSubscription(call, { id })
  if (found.cancelAtPeriodEnd || found.status === 'CANCELLED') return found
  const answer = await call({ method: 'POST', path: pathOf(id, '/cancel'), idempotencyKey })
  return readAnswer('Square', answer, answered, (ended) => toSubscription(ended.subscription))
}
