import type {
  CancelSubscription,
  CreateSubscription,
  GetSubscription,
  Subscription,
} from '@patchbay/schema/capabilities/subscription.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { amount, momentOf } from './amounts.ts'
import { wholeAnswer } from './payments.ts'

const subscription = z.object({
  id: z.string(),
  status: z.string(),
  plan_id: z.string().nullish(),
  custom_id: z.string().nullish(),
  create_time: z.string().nullish(),
  subscriber: z.object({ payer_id: z.string().nullish() }).nullish(),
  billing_info: z
    .object({
      next_billing_time: z.string().nullish(),
      failed_payments_count: z.int().nullish(),
      last_payment: z.object({ amount }).nullish(),
    })
    .nullish(),
  links: z.array(z.object({ href: z.string(), rel: z.string() })).default([]),
})

const statuses: Readonly<Record<string, Subscription['status']>> = {
  APPROVAL_PENDING: 'INCOMPLETE',
  APPROVED: 'INCOMPLETE',
  ACTIVE: 'ACTIVE',
  SUSPENDED: 'PAUSED',
  CANCELLED: 'CANCELLED',
  EXPIRED: 'CANCELLED',
}

/** What is paid each time is the plan's affair: PayPal tells what was paid last. */
function toSubscription(found: z.output<typeof subscription>, connection: ConnectionFacts): Subscription {
  const status = statuses[found.status]
  if (status === undefined) throw new RangeError(`the status ${found.status.slice(0, 40)}`)
  const last = found.billing_info?.last_payment?.amount
  return {
    id: found.id,
    status,
    vendorStatus: found.status,
    customerId: found.subscriber?.payer_id ?? null,
    priceId: found.plan_id ?? null,
    amount: null,
    currentPeriodEnd: momentOf(found.billing_info?.next_billing_time),
    cancelAtPeriodEnd: false,
    redirectUrl: status === 'INCOMPLETE' ? (found.links.find(({ rel }) => rel === 'approve')?.href ?? null) : null,
    createdAt: momentOf(found.create_time),
    providerData: {
      custom_id: found.custom_id ?? null,
      failed_payments_count: found.billing_info?.failed_payments_count ?? null,
      last_payment: last === undefined ? null : `${last.value} ${last.currency_code}`,
      live: connection.environment === 'LIVE',
    },
  }
}

const path = '/v1/billing/subscriptions'
const pathOf = (id: string, action = '') => `${path}/${encodeURIComponent(id)}${action}`

export async function createSubscription(
  call: Call,
  input: CreateSubscription,
  connection: ConnectionFacts,
): Promise<Subscription> {
  const { cancelUrl, customerEmail, idempotencyKey, priceId, reference, returnUrl } = input
  if (input.trialDays !== undefined && input.trialDays > 0)
    throw cannotSend(
      'At PayPal the trial is part of the plan.',
      'Choose a plan with a trial, or leave trialDays away.',
      'trialDays',
    )
  const answer = await call({
    method: 'POST',
    path,
    idempotencyKey,
    headers: wholeAnswer,
    json: {
      plan_id: priceId,
      custom_id: reference,
      ...(customerEmail !== undefined && { subscriber: { email_address: customerEmail } }),
      ...(returnUrl !== undefined && {
        application_context: {
          return_url: returnUrl,
          cancel_url: cancelUrl ?? returnUrl,
          user_action: 'SUBSCRIBE_NOW',
        },
      }),
    },
  })
  return readAnswer('PayPal', answer, subscription, (found) => toSubscription(found, connection))
}

export async function getSubscription(
  call: Call,
  { id }: GetSubscription,
  connection: ConnectionFacts,
): Promise<Subscription> {
  const answer = await call({ method: 'GET', path: pathOf(id) })
  return readAnswer('PayPal', answer, subscription, (found) => toSubscription(found, connection))
}

/** PayPal answers with nothing and refuses a second time, so it looks before and after. */
export async function cancelSubscription(
  call: Call,
  input: CancelSubscription,
  connection: ConnectionFacts,
): Promise<Subscription> {
  const { atPeriodEnd, id, idempotencyKey } = input
  if (atPeriodEnd)
    throw cannotSend(
      'PayPal ends a subscription at once only.',
      'Cancel it without atPeriodEnd when the period ends.',
      'atPeriodEnd',
    )
  const found = await getSubscription(call, { id }, connection)
  if (found.status === 'CANCELLED') return found
  await call({
    method: 'POST',
    path: pathOf(id, '/cancel'),
    idempotencyKey,
    json: { reason: 'Cancelled by the shop' },
  })
  return getSubscription(call, { id }, connection)
}
