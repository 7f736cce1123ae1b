import { addNewest } from '../../bounded.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { priceOf } from './prices.ts'
import type { Tree } from './reply.ts'
import { branch, failure, idempotent, lacking, leaf, leaves, noSuch, pageOf, treeOf } from './reply.ts'
import type { State, StripeBench } from './state.ts'
import { tell } from './state.ts'

interface Session {
  id: string
  object: 'checkout.session'
  amount_subtotal: number
  amount_total: number
  automatic_tax: { enabled: false; status: null }
  cancel_url: string | null
  client_reference_id: string | null
  created: number
  currency: string
  custom_fields: never[]
  custom_text: { shipping_address: null; submit: null; terms_of_service_acceptance: null }
  customer: string | null
  customer_email: string | null
  expires_at: number
  livemode: false
  metadata: Record<string, string>
  mode: string
  payment_intent: string | null
  payment_method_types: string[]
  payment_status: string
  shipping_options: never[]
  status: string
  subscription: string | null
  success_url: string
  url: string | null
}

export interface CheckoutState {
  /** Newest first. */
  sessions: Session[]
}

const day = 86_400

/** What the lines come to, and in which currency; an answer is a refusal. */
function sumOf(params: Tree): { total: number; currency: string } | LabAnswer {
  const lines = Object.values(branch(params, 'line_items'))
  let total = 0
  let currency = ''
  for (const [index, line] of lines.entries()) {
    if (typeof line !== 'object') return lacking(`line_items[${index}]`)
    const id = leaf(line, 'price')
    const data = branch(line, 'price_data')
    const kept = id === null ? undefined : priceOf(id)
    if (id !== null && kept === undefined)
      return failure(400, {
        code: 'resource_missing',
        message: `No such price: '${id}'`,
        param: `line_items[${index}][price]`,
      })
    if (id === null && leaf(branch(data, 'product_data'), 'name') === null)
      return lacking(`line_items[${index}][price_data][product_data][name]`)
    const unit = kept?.unit_amount ?? Number(leaf(data, 'unit_amount') ?? 'NaN')
    if (!Number.isInteger(unit)) return lacking(`line_items[${index}][price_data][unit_amount]`)
    const own = kept?.currency ?? leaf(data, 'currency') ?? ''
    if (currency !== '' && own !== currency)
      return failure(400, { message: 'All line items must have the same currency.', param: 'line_items' })
    currency = own
    total += unit * Number(leaf(line, 'quantity') ?? '1')
  }
  return lines.length === 0 ? lacking('line_items') : { total, currency }
}

function create(request: LabRequest, bench: StripeBench): LabAnswer {
  const params = treeOf(request.form)
  const mode = leaf(params, 'mode')
  const successUrl = leaf(params, 'success_url')
  if (mode !== 'payment' && mode !== 'subscription') return lacking('mode')
  if (successUrl === null) return lacking('success_url')
  const sum = sumOf(params)
  if ('status' in sum) return sum
  const id = bench.id('cs_test_a1', 56)
  const created = Math.floor(bench.now / 1000)
  const session: Session = {
    id,
    object: 'checkout.session',
    amount_subtotal: sum.total,
    amount_total: sum.total,
    automatic_tax: { enabled: false, status: null },
    cancel_url: leaf(params, 'cancel_url'),
    client_reference_id: leaf(params, 'client_reference_id'),
    created,
    currency: sum.currency,
    custom_fields: [],
    custom_text: { shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: null,
    customer_email: leaf(params, 'customer_email'),
    expires_at: created + day,
    livemode: false,
    metadata: leaves(params, 'metadata'),
    mode,
    payment_intent: null,
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    shipping_options: [],
    status: 'open',
    subscription: null,
    success_url: successUrl,
    url: `https://checkout.stripe.com/c/pay/${id}`,
  }
  addNewest(bench.state.sessions, session, 0)
  return json(200, session)
}

function expire(request: LabRequest, bench: StripeBench): LabAnswer {
  const session = bench.state.sessions.find(({ id }) => id === request.params['id'])
  if (session === undefined) return noSuch('checkout.session', request.params['id'] ?? '')
  if (session.status !== 'open')
    return failure(400, { message: `Only Checkout Sessions with a status in ["open"] can be expired.` })
  Object.assign(session, { status: 'expired', url: null })
  tell(bench, 'checkout.session.expired', session)
  return json(200, session)
}

const path = '/v1/checkout/sessions'
const [read, write] = ['rak_checkout_session_read', 'rak_checkout_session_write']

export const checkoutRoutes: readonly Route<State>[] = [
  { method: 'POST', path, needs: write, handle: idempotent(create) },
  { method: 'GET', path, needs: read, handle: (request, { state }) => pageOf(request, state.sessions, 'session') },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: read,
    handle: ({ params }, { state }) => {
      const session = state.sessions.find(({ id }) => id === params['id'])
      return session === undefined ? noSuch('checkout.session', params['id'] ?? '') : json(200, session)
    },
  },
  { method: 'POST', path: `${path}/:id/expire`, needs: write, handle: idempotent(expire) },
]
