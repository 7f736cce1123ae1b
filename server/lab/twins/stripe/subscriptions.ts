import { addNewest } from '../../bounded.ts'
import { people } from '../../shop.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Price } from './prices.ts'
import { priceOf, prices } from './prices.ts'
import { branch, failure, idempotent, isExpanded, lacking, leaf, leaves, noSuch, pageOf, treeOf } from './reply.ts'
import type { State, StripeBench } from './state.ts'
import { tell } from './state.ts'

interface Customer {
  id: string
  object: 'customer'
  created: number
  email: string | null
  livemode: false
  name: string | null
}

interface Subscription {
  id: string
  object: 'subscription'
  automatic_tax: { enabled: false }
  billing_cycle_anchor: number
  cancel_at: number | null
  cancel_at_period_end: boolean
  canceled_at: number | null
  collection_method: 'charge_automatically'
  created: number
  currency: string
  customer: string
  items: {
    object: 'list'
    data: {
      id: string
      object: 'subscription_item'
      created: number
      current_period_end: number
      current_period_start: number
      metadata: Record<string, string>
      price: Price
      quantity: number
      subscription: string
    }[]
    has_more: false
    url: string
  }
  latest_invoice: string | null
  livemode: false
  metadata: Record<string, string>
  start_date: number
  status: string
  trial_end: number | null
}

export interface SubscriptionState {
  /** Newest first, both. */
  customers: Customer[]
  subscriptions: Subscription[]
}

const day = 86_400
const firstDay = 5

export const firstCustomers = (now: number): Customer[] =>
  people.map(({ name, email }, index) => ({
    id: `cus_Lab${String(index).padStart(4, '0')}Noor`,
    object: 'customer',
    created: Math.floor(now / 1000) - day * (40 + index),
    email,
    livemode: false,
    name,
  }))

function newSubscription(
  { id, customer, price, created }: { id: string; customer: string; price: Price; created: number },
  given: Partial<Subscription>,
): Subscription {
  const length = price.recurring.interval === 'month' ? 30 * day : 365 * day
  const end = given.trial_end ?? created + length
  return {
    id,
    object: 'subscription',
    automatic_tax: { enabled: false },
    billing_cycle_anchor: created,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    collection_method: 'charge_automatically',
    created,
    currency: price.currency,
    customer,
    items: {
      object: 'list',
      data: [
        {
          id: id.replace('sub_', 'si_'),
          object: 'subscription_item',
          created,
          current_period_end: end,
          current_period_start: created,
          metadata: {},
          price,
          quantity: 1,
          subscription: id,
        },
      ],
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: id.replace('sub_', 'in_'),
    livemode: false,
    metadata: {},
    start_date: created,
    status: 'active',
    trial_end: null,
    ...given,
  }
}

export function firstSubscriptions(now: number): Subscription[] {
  const statuses = ['active', 'active', 'past_due', 'trialing', 'canceled']
  return firstCustomers(now)
    .slice(0, firstDay)
    .map((customer, index) => {
      const created = Math.floor(now / 1000) - day * (3 + index * 5)
      const price = prices[index % prices.length] as Price
      return newSubscription(
        { id: `sub_1Lab${String(index).padStart(4, '0')}Noor`, customer: customer.id, price, created },
        { status: statuses[index] ?? 'active', ...(statuses[index] === 'canceled' && { canceled_at: created + day }) },
      )
    })
}

const show = (request: LabRequest, subscription: Subscription) => {
  const id = subscription.latest_invoice
  if (id === null || !isExpanded(request, 'latest_invoice')) return subscription
  const open = subscription.status === 'incomplete'
  const page = `https://invoice.stripe.com/i/acct_1LabNoorAtelier/test_${id}`
  const invoice = { id, object: 'invoice', status: open ? 'open' : 'paid', hosted_invoice_url: page }
  return { ...subscription, latest_invoice: invoice }
}

function create(request: LabRequest, bench: StripeBench): LabAnswer {
  const { state, now } = bench
  const params = treeOf(request.form)
  const customer = leaf(params, 'customer')
  const [item] = Object.values(branch(params, 'items'))
  const priceId = typeof item === 'object' ? leaf(item, 'price') : null
  if (customer === null) return lacking('customer')
  if (!state.customers.some(({ id }) => id === customer)) return noSuch('customer', customer)
  if (priceId === null) return lacking('items')
  const price = priceOf(priceId)
  if (price === undefined)
    return failure(400, {
      code: 'resource_missing',
      message: `No such price: '${priceId}'`,
      param: 'items[0][price]',
    })
  const created = Math.floor(now / 1000)
  const trial = Number(leaf(params, 'trial_period_days') ?? '0')
  const subscription = newSubscription(
    { id: bench.id('sub_1', 24), customer, price, created },
    {
      status: trial > 0 ? 'trialing' : 'incomplete',
      trial_end: trial > 0 ? created + trial * day : null,
      metadata: leaves(params, 'metadata'),
    },
  )
  addNewest(state.subscriptions, subscription, firstDay)
  tell(bench, 'customer.subscription.created', subscription)
  return json(200, show(request, subscription))
}

const withSubscription =
  (handle: (subscription: Subscription, request: LabRequest, bench: StripeBench) => LabAnswer) =>
  (request: LabRequest, bench: StripeBench): LabAnswer => {
    const id = request.params['id'] ?? ''
    const found = bench.state.subscriptions.find((candidate) => candidate.id === id)
    return found === undefined ? noSuch('subscription', id) : handle(found, request, bench)
  }

function update(subscription: Subscription, request: LabRequest, bench: StripeBench): LabAnswer {
  if (subscription.status === 'canceled')
    return failure(400, { message: 'A canceled subscription can only update its cancellation_details and metadata.' })
  const ends = request.form.get('cancel_at_period_end')
  if (ends !== null) {
    subscription.cancel_at_period_end = ends === 'true'
    subscription.cancel_at = ends === 'true' ? (subscription.items.data[0]?.current_period_end ?? null) : null
  }
  tell(bench, 'customer.subscription.updated', subscription)
  return json(200, show(request, subscription))
}

/** One that has ended is not there any more, for this. */
function cancel(subscription: Subscription, _request: LabRequest, bench: StripeBench): LabAnswer {
  if (subscription.status === 'canceled') return noSuch('subscription', subscription.id)
  Object.assign(subscription, { status: 'canceled', canceled_at: Math.floor(bench.now / 1000) })
  tell(bench, 'customer.subscription.deleted', subscription)
  return json(200, subscription)
}

const path = '/v1/subscriptions'
const [read, write] = ['rak_subscription_read', 'rak_subscription_write']

export const subscriptionRoutes: readonly Route<State>[] = [
  {
    method: 'GET',
    path: '/v1/customers',
    needs: 'rak_customer_read',
    handle: (request, { state }) => {
      const email = request.query.get('email')
      return pageOf(
        request,
        state.customers.filter((customer) => email === null || customer.email === email),
        'customer',
      )
    },
  },
  {
    method: 'POST',
    path: '/v1/customers',
    needs: 'rak_customer_write',
    handle: idempotent(({ form }, { state, now, id }) => {
      const customer: Customer = {
        id: id('cus_', 18),
        object: 'customer',
        created: Math.floor(now / 1000),
        email: form.get('email'),
        livemode: false,
        name: form.get('name'),
      }
      addNewest(state.customers, customer, people.length)
      return json(200, customer)
    }),
  },
  {
    method: 'DELETE',
    path: '/v1/customers/:id',
    needs: 'rak_customer_write',
    handle: ({ params }, { state }) => {
      const id = params['id'] ?? ''
      const index = state.customers.findIndex((customer) => customer.id === id)
      if (index === -1) return noSuch('customer', id)
      state.customers.splice(index, 1)
      return json(200, { id, object: 'customer', deleted: true })
    },
  },
  { method: 'POST', path, needs: write, handle: idempotent(create) },
  {
    method: 'GET',
    path,
    needs: read,
    handle: (request, { state }) => {
      const all = request.query.get('status') === 'all'
      const wanted = state.subscriptions.filter(({ status }) => all || status !== 'canceled')
      return pageOf(request, wanted, 'subscription', (found) => show(request, found))
    },
  },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: read,
    handle: withSubscription((found, request) => json(200, show(request, found))),
  },
  { method: 'POST', path: `${path}/:id`, needs: write, handle: idempotent(withSubscription(update)) },
  { method: 'DELETE', path: `${path}/:id`, needs: write, handle: withSubscription(cancel) },
]
