import { addNewest } from '../../bounded.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { TestCard } from './charges.ts'
import { chargeOf, keepCharge, newCharge, testCards } from './charges.ts'
import { openDispute } from './disputes.ts'
import type { Intent } from './intents.ts'
import { firstDay, newIntent } from './intents.ts'
import { failure, idempotent, isExpanded, lacking, leaf, leaves, noSuch, pageOf, treeOf, type Tree } from './reply.ts'
import type { State, StripeBench } from './state.ts'
import { tell } from './state.ts'

const minimum: Readonly<Record<string, number>> = { aed: 200, usd: 50, eur: 50, gbp: 30, jpy: 50, kwd: 200 }

const show = (request: LabRequest, state: State) => (intent: Intent) =>
  isExpanded(request, 'latest_charge') ? { ...intent, latest_charge: chargeOf(state, intent) } : intent

function refusalOf(form: URLSearchParams): LabAnswer | null {
  const amount = form.get('amount')
  const currency = form.get('currency')
  if (amount === null || currency === null) return lacking(amount === null ? 'amount' : 'currency')
  if (!/^\d+$/.test(amount))
    return failure(400, { code: 'parameter_invalid_integer', message: `Invalid integer: ${amount}`, param: 'amount' })
  if (!/^[a-z]{3}$/i.test(currency))
    return failure(400, { message: `Invalid currency: ${currency}.`, param: 'currency' })
  const least = minimum[currency.toLowerCase()] ?? 50
  if (Number(amount) < least)
    return failure(400, {
      code: 'amount_too_small',
      message: `Amount must be at least ${least} in the smallest unit of ${currency.toLowerCase()}.`,
      param: 'amount',
    })
  if (form.has('statement_descriptor') && !form.has('payment_method_types[0]'))
    return failure(400, {
      message:
        'The `statement_descriptor` parameter isn’t supported for the `card` payment method type. Use `statement_descriptor_suffix` instead.',
      param: 'statement_descriptor',
    })
  return null
}

/** Money was taken or reserved, or the card said no. */
function charge(intent: Intent, card: TestCard, bench: StripeBench): LabAnswer | null {
  intent.next_action = null
  intent.latest_charge = bench.id('ch_3', 24)
  if (card.declines !== undefined) {
    const { code, decline, message } = card.declines
    intent.status = 'requires_payment_method'
    intent.payment_method = null
    intent.last_payment_error = { type: 'card_error', code, decline_code: decline, message }
    keepCharge(bench.state, newCharge(intent, card))
    tell(bench, 'payment_intent.payment_failed', intent)
    return failure(402, { ...intent.last_payment_error, charge: intent.latest_charge, payment_intent: intent })
  }
  intent.last_payment_error = null
  intent.status = intent.capture_method === 'manual' ? 'requires_capture' : 'succeeded'
  if (intent.status === 'succeeded') intent.amount_received = intent.amount
  else intent.amount_capturable = intent.amount
  keepCharge(bench.state, newCharge(intent, card))
  if (intent.status === 'succeeded') tell(bench, 'payment_intent.succeeded', intent)
  if (card.disputes !== undefined) openDispute(intent, card.disputes, bench)
  return null
}

/** Pays an intent with one of the test cards; an answer is a refusal. */
function confirm(intent: Intent, params: Tree, bench: StripeBench): LabAnswer | null {
  const method = leaf(params, 'payment_method') ?? intent.payment_method
  const card = testCards[method ?? '']
  if (method === null)
    return failure(400, {
      code: 'payment_intent_unexpected_state',
      message:
        'You cannot confirm this PaymentIntent because it’s missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.',
    })
  if (card === undefined)
    return failure(400, {
      code: 'resource_missing',
      message: `No such PaymentMethod: '${method}'`,
      param: 'payment_method',
    })
  const proven = intent.status === 'requires_action'
  intent.payment_method = method
  if (card.asks === undefined || proven) return charge(intent, card, bench)
  const back = leaf(params, 'return_url')
  intent.status = 'requires_action'
  intent.next_action =
    back === null
      ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect' } }
      : {
          type: 'redirect_to_url',
          redirect_to_url: { url: `https://hooks.stripe.com/3d_secure_2/hosted?intent=${intent.id}`, return_url: back },
        }
  tell(bench, 'payment_intent.requires_action', intent)
  return null
}

function create(request: LabRequest, bench: StripeBench): LabAnswer {
  const { form } = request
  const refused = refusalOf(form)
  if (refused !== null) return refused
  const params = treeOf(form)
  const id = bench.id('pi_3', 24)
  const types = Object.values(leaves(params, 'payment_method_types'))
  const intent = newIntent({
    id,
    amount: Number(form.get('amount')),
    capture_method: form.get('capture_method') ?? 'automatic',
    client_secret: bench.id(`${id}_secret_`, 25),
    created: Math.floor(bench.now / 1000),
    currency: (form.get('currency') ?? '').toLowerCase(),
    description: form.get('description'),
    metadata: leaves(params, 'metadata'),
    payment_method_types: types.length > 0 ? types : ['card'],
    receipt_email: form.get('receipt_email'),
    statement_descriptor: form.get('statement_descriptor'),
    statement_descriptor_suffix: form.get('statement_descriptor_suffix'),
  })
  addNewest(bench.state.intents, intent, firstDay)
  const declined = form.get('confirm') === 'true' ? confirm(intent, params, bench) : null
  return declined ?? json(200, show(request, bench.state)(intent))
}

const unexpected = (verb: string, status: string, wanted: string) =>
  failure(400, {
    code: 'payment_intent_unexpected_state',
    message: `This PaymentIntent could not be ${verb} because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be ${verb}: ${wanted}.`,
  })

function capture(intent: Intent, request: LabRequest, bench: StripeBench): LabAnswer {
  if (intent.status !== 'requires_capture') return unexpected('captured', intent.status, 'requires_capture')
  const amount = Number(request.form.get('amount_to_capture') ?? intent.amount)
  if (!Number.isInteger(amount) || amount < 1 || amount > intent.amount)
    return failure(400, {
      code: 'amount_too_large',
      message: `The amount to capture (${amount}) is greater than the amount authorized (${intent.amount}).`,
      param: 'amount_to_capture',
    })
  const held = chargeOf(bench.state, intent)
  Object.assign(intent, { status: 'succeeded', amount_received: amount, amount_capturable: 0 })
  if (held !== null) keepCharge(bench.state, { ...held, captured: true, amount_captured: amount })
  tell(bench, 'payment_intent.succeeded', intent)
  return json(200, show(request, bench.state)(intent))
}

function cancel(intent: Intent, request: LabRequest, bench: StripeBench): LabAnswer {
  if (intent.status === 'succeeded' || intent.status === 'canceled')
    return unexpected(
      'canceled',
      intent.status,
      'requires_payment_method, requires_capture, requires_confirmation, requires_action, processing',
    )
  Object.assign(intent, {
    status: 'canceled',
    amount_capturable: 0,
    cancellation_reason: request.form.get('cancellation_reason'),
    canceled_at: Math.floor(bench.now / 1000),
    next_action: null,
  })
  tell(bench, 'payment_intent.canceled', intent)
  return json(200, intent)
}

const withIntent =
  (handle: (intent: Intent, request: LabRequest, bench: StripeBench) => LabAnswer) =>
  (request: LabRequest, bench: StripeBench): LabAnswer => {
    const id = request.params['id'] ?? ''
    const intent = bench.state.intents.find((candidate) => candidate.id === id)
    return intent === undefined ? noSuch('payment_intent', id) : handle(intent, request, bench)
  }

const path = '/v1/payment_intents'
const [read, write] = ['rak_payment_intent_read', 'rak_payment_intent_write']

export const paymentRoutes: readonly Route<State>[] = [
  {
    method: 'GET',
    path,
    needs: read,
    handle: (request, { state }) => {
      const [from, until] = ['created[gte]', 'created[lt]'].map((name) => request.query.get(name))
      const within = state.intents.filter(
        ({ created }) => created >= Number(from ?? 0) && created < Number(until ?? Infinity),
      )
      return pageOf(request, within, 'payment_intent', show(request, state))
    },
  },
  { method: 'POST', path, needs: write, handle: idempotent(create) },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: read,
    handle: withIntent((intent, request, { state }) => json(200, show(request, state)(intent))),
  },
  {
    method: 'POST',
    path: `${path}/:id/confirm`,
    needs: write,
    handle: idempotent(
      withIntent((intent, request, bench) =>
        ['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)
          ? (confirm(intent, treeOf(request.form), bench) ?? json(200, show(request, bench.state)(intent)))
          : unexpected('confirmed', intent.status, 'requires_payment_method, requires_confirmation, requires_action'),
      ),
    ),
  },
  { method: 'POST', path: `${path}/:id/capture`, needs: write, handle: idempotent(withIntent(capture)) },
  { method: 'POST', path: `${path}/:id/cancel`, needs: write, handle: idempotent(withIntent(cancel)) },
  {
    method: 'GET',
    path: '/v1/charges/:id',
    needs: 'rak_charge_read',
    handle: ({ params }, { state }) => {
      const intent = state.intents.find(({ latest_charge: id }) => id === params['id'])
      return intent === undefined ? noSuch('charge', params['id'] ?? '') : json(200, chargeOf(state, intent))
    },
  },
]
