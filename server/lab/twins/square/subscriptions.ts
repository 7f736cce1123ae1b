import { addNewest } from '../../bounded.ts'
import { people } from '../../shop.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { bodyOf, idempotent, instant, invalid, locationId, missing, pageOf, textOf } from './reply.ts'
import type { SquareBench, State } from './state.ts'
import { tell } from './state.ts'

interface Customer {
  id: string
  created_at: string
  email_address: string
  given_name?: string
}
interface Subscription {
  id: string
  location_id: string
  plan_variation_id: string
  customer_id: string
  start_date: string
  charged_through_date: string
  canceled_date?: string
  status: string
  version: number
  created_at: string
  source: { name: string }
}

export interface SubscriptionState {
  customers: Customer[]
  subscriptions: Subscription[]
}

const plans = new Set(['VLABNOORCLUBMONTH', 'VLABNOORCLUBYEAR'])
const dayOf = (at: number) => instant(at).slice(0, 10)
const day = 86_400_000
const firstDay = 4

export const firstCustomers = (now: number): Customer[] =>
  people.map(({ name, email }, index) => ({
    id: `CLABNOOR${index}`,
    created_at: instant(now - (40 + index) * day),
    email_address: email,
    given_name: name,
  }))

export const firstSubscriptions = (now: number): Subscription[] =>
  firstCustomers(now)
    .slice(0, firstDay)
    .map(({ id }, index) => ({
      id: `SLABNOOR${index}`,
      location_id: locationId,
      plan_variation_id: 'VLABNOORCLUBMONTH',
      customer_id: id,
      start_date: dayOf(now - (index + 1) * 6 * day),
      charged_through_date: dayOf(now + (30 - (index + 1) * 6) * day),
      status: ['ACTIVE', 'ACTIVE', 'PAUSED', 'CANCELED'][index] ?? 'ACTIVE',
      version: 1,
      created_at: instant(now - (index + 1) * 6 * day),
      source: { name: 'Patchbay' },
    }))

function create(request: LabRequest, bench: SquareBench): LabAnswer {
  const body = bodyOf(request)
  const [location, customer, plan] = ['location_id', 'customer_id', 'plan_variation_id'].map(
    (name) => textOf(body, name) ?? '',
  )
  if (location !== locationId)
    return invalid('INVALID_LOCATION', 'The location is not one of this merchant.', 'location_id')
  if (!bench.state.customers.some(({ id }) => id === customer)) return missing('customer', customer ?? '')
  if (plan === undefined || !plans.has(plan)) return missing('catalog object', plan ?? '')
  const { name = 'Patchbay' } = (body['source'] ?? {}) as { name?: string }
  const subscription: Subscription = {
    id: bench.id('', 22),
    location_id: locationId,
    plan_variation_id: plan,
    customer_id: customer ?? '',
    start_date: dayOf(bench.now),
    charged_through_date: dayOf(bench.now + 30 * day),
    status: 'ACTIVE',
    version: 1,
    created_at: instant(bench.now),
    source: { name },
  }
  addNewest(bench.state.subscriptions, subscription, firstDay)
  tell(bench, 'subscription.created', { subscription })
  return json(200, { subscription })
}

const withSubscription =
  (handle: (subscription: Subscription, bench: SquareBench) => LabAnswer) =>
  (request: LabRequest, bench: SquareBench): LabAnswer => {
    const id = request.params['id'] ?? ''
    const found = bench.state.subscriptions.find((candidate) => candidate.id === id)
    return found === undefined ? missing('subscription', id) : handle(found, bench)
  }

function cancel(subscription: Subscription, bench: SquareBench): LabAnswer {
  if (subscription.status !== 'ACTIVE' || subscription.canceled_date !== undefined)
    return invalid('BAD_REQUEST', 'The subscription has a pending cancel date or is not active.')
  subscription.canceled_date = subscription.charged_through_date
  subscription.version += 1
  tell(bench, 'subscription.updated', { subscription })
  const action = { id: bench.id('', 22), type: 'CANCEL', effective_date: subscription.canceled_date }
  return json(200, { subscription, actions: [action] })
}

const path = '/v2/subscriptions'

export const subscriptionRoutes: readonly Route<State>[] = [
  {
    method: 'POST',
    path: '/v2/customers/search',
    needs: 'CUSTOMERS_READ',
    handle: (request, { state }) => {
      const body = bodyOf(request) as {
        limit?: number
        query?: { filter?: { email_address?: { exact?: string } } }
      }
      const exact = body.query?.filter?.email_address?.exact
      const wanted = state.customers.filter(({ email_address: email }) => exact === undefined || email === exact)
      return pageOf('customers', wanted, { cursor: null, limit: body.limit ?? 100 })
    },
  },
  {
    method: 'POST',
    path: '/v2/customers',
    needs: 'CUSTOMERS_WRITE',
    handle: idempotent((request, { state, now, id }) => {
      const email = textOf(bodyOf(request), 'email_address')
      if (email === null) return invalid('MISSING_REQUIRED_PARAMETER', 'One of the names or addresses must be set.')
      const customer = {
        id: id('', 26, 'ABCDEFGHJKMNPQRSTVWXYZ0123456789'),
        created_at: instant(now),
        email_address: email,
      }
      addNewest(state.customers, customer, people.length)
      return json(200, { customer })
    }),
  },
  { method: 'POST', path, needs: 'SUBSCRIPTIONS_WRITE', handle: idempotent(create) },
  {
    method: 'POST',
    path: `${path}/search`,
    needs: 'SUBSCRIPTIONS_READ',
    handle: (request, { state }) => {
      const body = bodyOf(request) as { limit?: number; cursor?: string }
      return pageOf('subscriptions', state.subscriptions, { cursor: body.cursor ?? null, limit: body.limit ?? 100 })
    },
  },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: 'SUBSCRIPTIONS_READ',
    handle: withSubscription((subscription) => json(200, { subscription })),
  },
  { method: 'POST', path: `${path}/:id/cancel`, needs: 'SUBSCRIPTIONS_WRITE', handle: withSubscription(cancel) },
]
