import { addNewest } from '../../bounded.ts'
import { people } from '../../shop.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { PayPalBench, State } from './state.ts'
import { idempotent, instant, missing, tell, unprocessable } from './state.ts'
import { capitals } from './webhooks.ts'

interface Subscription {
  id: string
  status: string
  status_update_time: string
  plan_id: string
  start_time: string
  quantity: '1'
  create_time: string
  custom_id?: string
  subscriber?: { email_address?: string; payer_id?: string }
  billing_info?: object
  links: { href: string; rel: string; method: string }[]
}

export interface SubscriptionState {
  /** Newest first. */
  subscriptions: Subscription[]
}

export const subscriptionScope = 'https://uri.paypal.com/services/subscriptions'

const plans = new Set(['P-5LAB00000NOORCLUBMONTH001', 'P-5LAB00000NOORCLUBYEAR0001'])
const path = '/v1/billing/subscriptions'
const linksOf = (id: string, approve: boolean) => [
  ...(approve
    ? [
        {
          href: `https://www.sandbox.paypal.com/webapps/billing/subscriptions?ba_token=BA-${id.slice(2)}`,
          rel: 'approve',
          method: 'GET',
        },
      ]
    : []),
  { href: `https://api-m.sandbox.paypal.com${path}/${id}`, rel: 'self', method: 'GET' },
]

const firstDay = 3

export const firstSubscriptions = (now: number): Subscription[] =>
  people.slice(0, firstDay).map(({ email }, index) => {
    const id = `I-LABNOOR0000${index}`
    const begun = instant(now - (index + 1) * 9 * 86_400_000)
    return {
      id,
      status: index === 2 ? 'SUSPENDED' : 'ACTIVE',
      status_update_time: begun,
      plan_id: 'P-5LAB00000NOORCLUBMONTH001',
      start_time: begun,
      quantity: '1',
      create_time: begun,
      custom_id: `CLUB-${index + 1}`,
      subscriber: { email_address: email, payer_id: `LABNRPAYER22${index + 2}` },
      billing_info: {
        outstanding_balance: { currency_code: 'USD', value: '0.0' },
        failed_payments_count: index === 2 ? 3 : 0,
        last_payment: { amount: { currency_code: 'USD', value: '13.00' }, time: begun },
        next_billing_time: instant(now + (30 - (index + 1) * 9) * 86_400_000),
      },
      links: linksOf(id, false),
    }
  })

function create(request: LabRequest, bench: PayPalBench): LabAnswer {
  const body = (request.json ?? {}) as Partial<Pick<Subscription, 'plan_id' | 'custom_id' | 'subscriber'>>
  if (body.plan_id === undefined || !plans.has(body.plan_id))
    return unprocessable('PLAN_ID_NOT_FOUND', 'The specified plan ID does not exist.', '/plan_id')
  const id = `I-${bench.id('', 12, capitals)}`
  const at = instant(bench.now)
  const subscription: Subscription = {
    id,
    status: 'APPROVAL_PENDING',
    status_update_time: at,
    plan_id: body.plan_id,
    start_time: at,
    quantity: '1',
    create_time: at,
    ...(body.custom_id === undefined ? {} : { custom_id: body.custom_id }),
    ...(body.subscriber === undefined ? {} : { subscriber: body.subscriber }),
    links: linksOf(id, true),
  }
  addNewest(bench.state.subscriptions, subscription, firstDay)
  return json(201, subscription)
}

const withSubscription =
  (handle: (subscription: Subscription, request: LabRequest, bench: PayPalBench) => LabAnswer) =>
  (request: LabRequest, bench: PayPalBench): LabAnswer => {
    const found = bench.state.subscriptions.find(({ id }) => id === request.params['id'])
    return found === undefined ? missing() : handle(found, request, bench)
  }

function cancel(subscription: Subscription, request: LabRequest, bench: PayPalBench): LabAnswer {
  if (typeof (request.json as { reason?: unknown } | undefined)?.reason !== 'string')
    return unprocessable('MISSING_REQUIRED_PARAMETER', 'A required field is missing.', '/reason')
  if (!['ACTIVE', 'SUSPENDED', 'APPROVAL_PENDING'].includes(subscription.status))
    return unprocessable(
      'SUBSCRIPTION_STATUS_INVALID',
      'Invalid subscription status for cancel action; subscription status should be active or suspended.',
      '/',
    )
  subscription.status = 'CANCELLED'
  subscription.links = linksOf(subscription.id, false)
  tell(bench, 'BILLING.SUBSCRIPTION.CANCELLED', 'subscription', subscription)
  return { status: 204 }
}

export const subscriptionRoutes: readonly Route<State>[] = [
  { method: 'POST', path, needs: subscriptionScope, handle: idempotent(create) },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: subscriptionScope,
    handle: withSubscription((found) => json(200, found)),
  },
  { method: 'POST', path: `${path}/:id/cancel`, needs: subscriptionScope, handle: withSubscription(cancel) },
]
