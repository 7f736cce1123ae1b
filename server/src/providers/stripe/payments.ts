import type {
  CancelPayment,
  CapturePayment,
  CreatePayment,
  GetPayment,
  ListPayments,
  Payment,
  PaymentPage,
  PaymentRisk,
  PaymentStatus,
} from '@patchbay/schema/capabilities/payment.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import type StripeSdk from 'stripe'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend, cannotTellChanges } from '../shared/failure.ts'
import { toStripeAmount } from './amounts.ts'
import { idOf, pageOf, read, toMoment, toMoney, toPage, withSdk, wordOf } from './sdk.ts'

const statuses: Readonly<Record<string, PaymentStatus>> = {
  requires_payment_method: 'REQUIRES_ACTION',
  requires_confirmation: 'REQUIRES_ACTION',
  requires_action: 'REQUIRES_ACTION',
  processing: 'PROCESSING',
  requires_capture: 'AUTHORIZED',
  canceled: 'CANCELLED',
  succeeded: 'SUCCEEDED',
}

const charge = z.object({
  id: z.string(),
  amount_refunded: z.int().nullish(),
  disputed: z.boolean().nullish(),
  payment_method_details: z.object({ type: z.string() }).nullish(),
  outcome: z
    .object({
      type: z.string(),
      risk_level: z.string().nullish(),
      risk_score: z.int().min(0).max(100).nullish(),
      reason: z.string().nullish(),
      seller_message: z.string().nullish(),
    })
    .nullish(),
})

const intent = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  status: z.string(),
  amount: z.int(),
  amount_capturable: z.int().nullish(),
  amount_received: z.int().nullish(),
  cancellation_reason: z.string().nullish(),
  capture_method: z.string().nullish(),
  currency: z.string().length(3),
  customer: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  description: z.string().nullish(),
  last_payment_error: z
    .object({ code: z.string().nullish(), decline_code: z.string().nullish(), message: z.string().nullish() })
    .nullish(),
  latest_charge: z.union([z.string(), charge]).nullish(),
  next_action: z
    .object({ type: z.string().nullish(), redirect_to_url: z.object({ url: z.string().nullish() }).nullish() })
    .nullish(),
  payment_method_types: z.array(z.string()).nullish(),
  client_secret: z.string().nullish(),
  created: z.int(),
  livemode: z.boolean(),
})

const riskLevels: Readonly<Record<string, PaymentRisk['level']>> = {
  normal: 'NORMAL',
  elevated: 'ELEVATED',
  highest: 'HIGHEST',
}

/** What Radar made of a charge: https://docs.stripe.com/api/charges/object#charge_object-outcome */
function toRisk(outcome: z.output<typeof charge>['outcome']): PaymentRisk | null {
  if (outcome === null || outcome === undefined) return null
  return {
    level: riskLevels[outcome.risk_level ?? ''] ?? 'NOT_ASSESSED',
    score: outcome.risk_score ?? null,
    outcome: outcome.type,
    reason: outcome.reason ?? outcome.seller_message ?? null,
  }
}

function toPayment(answer: unknown): Payment {
  const found = read('payment', intent, answer)
  const money = (amount: number | null | undefined) => toMoney(amount ?? 0, found.currency)
  const paid = typeof found.latest_charge === 'object' ? found.latest_charge : null
  const [only, ...others] = found.payment_method_types ?? []
  return {
    id: found.id,
    status: wordOf('payment', statuses, found.status),
    vendorStatus: found.status,
    amount: money(found.amount),
    amountCaptured: money(found.amount_received),
    amountRefunded: typeof paid?.amount_refunded === 'number' ? money(paid.amount_refunded) : null,
    reference: found.metadata?.['reference'] ?? null,
    description: found.description ?? null,
    redirectUrl: found.next_action?.redirect_to_url?.url ?? null,
    clientSecret: found.client_secret ?? null,
    method: paid?.payment_method_details?.type ?? (others.length === 0 ? (only ?? null) : null),
    risk: toRisk(paid?.outcome),
    failure: found.last_payment_error?.message ?? null,
    createdAt: toMoment(found.created),
    live: found.livemode,
    providerData: {
      customer: idOf(found.customer),
      latest_charge: idOf(found.latest_charge),
      capture_method: found.capture_method ?? null,
      amount_capturable: found.amount_capturable ?? null,
      payment_method_types: found.payment_method_types ?? [],
      next_action: found.next_action?.type ?? null,
      cancellation_reason: found.cancellation_reason ?? null,
      decline_code: found.last_payment_error?.decline_code ?? null,
      disputed: paid?.disputed ?? null,
    },
  }
}

const expand = ['latest_charge']

/**
 * Card payments show the account's own name with a suffix, everything else the whole text:
 * https://docs.stripe.com/get-started/account/statement-descriptors
 */
function onStatement(text: string | undefined, methods: readonly string[] | undefined) {
  if (text === undefined) return {}
  return methods === undefined || methods.includes('card')
    ? { statement_descriptor_suffix: text }
    : { statement_descriptor: text }
}

/** With a payment method it is confirmed at once; without a way back only methods that need none may be used then. */
function methodOf({ paymentMethodId, methodTypes, returnUrl }: CreatePayment) {
  const offered =
    methodTypes === undefined
      ? {
          automatic_payment_methods: {
            enabled: true,
            ...(paymentMethodId !== undefined && returnUrl === undefined && { allow_redirects: 'never' as const }),
          },
        }
      : { payment_method_types: methodTypes }
  if (paymentMethodId === undefined) return offered
  return {
    ...offered,
    payment_method: paymentMethodId,
    confirm: true,
    ...(returnUrl !== undefined && { return_url: returnUrl }),
    expand,
  }
}

export async function createPayment(call: Call, input: CreatePayment): Promise<Payment> {
  const { amount, capture, customerEmail, description, idempotencyKey, reference } = input
  const params: StripeSdk.PaymentIntentCreateParams = {
    amount: toStripeAmount(amount.amountMinor, amount.currency),
    currency: amount.currency.toLowerCase(),
    capture_method: capture === 'MANUAL' ? 'manual' : 'automatic',
    ...methodOf(input),
    ...onStatement(input.statementDescriptor, input.methodTypes),
    metadata: { reference },
    ...(description !== undefined && { description }),
    ...(customerEmail !== undefined && { receipt_email: customerEmail }),
  }
  return toPayment(await withSdk(call, (sdk) => sdk.paymentIntents.create(params, { idempotencyKey })))
}

export async function getPayment(call: Call, { id }: GetPayment): Promise<Payment> {
  return toPayment(await withSdk(call, (sdk) => sdk.paymentIntents.retrieve(id, { expand })))
}

const listed = z.object({ data: z.array(z.unknown()), has_more: z.boolean() })
const seconds = (moment: string) => Math.floor(Date.parse(moment) / 1000)

export async function listPayments(call: Call, input: ListPayments): Promise<PaymentPage> {
  cannotTellChanges('Stripe', 'payments', input.updatedSince)
  const { createdAfter, createdBefore } = input
  const created = {
    ...(createdAfter !== undefined && { gte: Math.ceil(Date.parse(createdAfter) / 1000) }),
    ...(createdBefore !== undefined && { lt: seconds(createdBefore) }),
  }
  const answer = await withSdk(call, (sdk) =>
    sdk.paymentIntents.list({
      ...pageOf(input),
      ...(Object.keys(created).length > 0 && { created }),
      expand: ['data.latest_charge'],
    }),
  )
  return toPage(read('list of payments', listed, answer), toPayment)
}

/** Payments for a copy to be kept: without what gives a browser the right to finish one. */
export async function listLastingPayments(call: Call, input: ListPayments): Promise<PaymentPage> {
  const { items, nextCursor } = await listPayments(call, input)
  return { items: items.map((payment) => ({ ...payment, clientSecret: null })), nextCursor }
}

/** Stripe takes a bare number for a part: one meant in another currency would be taken for this one's. */
export async function partOf(call: Call, paymentId: string, amount: Money): Promise<number> {
  const { amount: whole } = await getPayment(call, { id: paymentId })
  if (whole.currency !== amount.currency)
    throw cannotSend(
      `The payment is in ${whole.currency}, the amount in ${amount.currency}.`,
      'Give the amount in the currency of the payment.',
      'amount',
    )
  return toStripeAmount(amount.amountMinor, amount.currency)
}

export async function capturePayment(call: Call, input: CapturePayment): Promise<Payment> {
  const { amount, id, idempotencyKey } = input
  const part = amount === undefined ? {} : { amount_to_capture: await partOf(call, id, amount) }
  return toPayment(
    await withSdk(call, (sdk) => sdk.paymentIntents.capture(id, { ...part, expand }, { idempotencyKey })),
  )
}

export async function cancelPayment(call: Call, { id, idempotencyKey }: CancelPayment): Promise<Payment> {
  return toPayment(await withSdk(call, (sdk) => sdk.paymentIntents.cancel(id, {}, { idempotencyKey })))
}
