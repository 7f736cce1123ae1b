import type { CreatePayment, GetPayment, Payment, PaymentStatus } from '@patchbay/schema/capabilities/payment.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type StripeSdk from 'stripe'
import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { at, judgeWith, malformed, textAt } from './shared/failure.ts'
import { fetchFromCall, unwrap } from './shared/fetch-from-call.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { fromStripeAmount, toStripeAmount } from './stripe/amounts.ts'
import { stripeWebhooks } from './stripe/webhooks.ts'

/** The version the SDK in our lock file is typed for; sent always, so an account's default cannot change answers. */
const apiVersion = '2026-10-28.endive'

const permissions = [
  { name: 'Balance: read (rak_balance_read)', why: 'the health probe', required: true },
  {
    name: 'PaymentIntents: write (rak_payment_intent_write)',
    why: 'creating payments and reading them back',
    required: true,
  },
  { name: 'Charges and Refunds: write (rak_charge_write)', why: 'refunds', required: false },
] as const

const statuses: Readonly<Record<string, PaymentStatus>> = {
  requires_payment_method: 'REQUIRES_ACTION',
  requires_confirmation: 'REQUIRES_ACTION',
  requires_action: 'REQUIRES_ACTION',
  processing: 'PROCESSING',
  requires_capture: 'AUTHORIZED',
  canceled: 'CANCELLED',
  succeeded: 'SUCCEEDED',
}

/** What the SDK hands over is typed and not checked: an answer of another shape would get this far. */
const intentShape = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  status: z.string(),
  amount: z.int(),
  amount_received: z.int().nullish(),
  currency: z.string().length(3),
  metadata: z.record(z.string(), z.string()).nullish(),
  description: z.string().nullish(),
  next_action: z.object({ redirect_to_url: z.object({ url: z.string().nullish() }).nullish() }).nullish(),
  client_secret: z.string().nullish(),
  created: z.int(),
  livemode: z.boolean(),
})

function toPayment(answer: StripeSdk.PaymentIntent): Payment {
  const { data: intent, error } = intentShape.safeParse(answer)
  const status = statuses[intent?.status ?? '']
  if (intent === undefined || status === undefined)
    throw malformed('Stripe', 'the payment in its answer cannot be read', error)
  const currency = intent.currency.toUpperCase()
  return {
    id: intent.id,
    status,
    vendorStatus: intent.status,
    amount: { amountMinor: fromStripeAmount(intent.amount, currency), currency },
    amountCaptured: { amountMinor: fromStripeAmount(intent.amount_received ?? 0, currency), currency },
    reference: intent.metadata?.['reference'] ?? null,
    description: intent.description ?? null,
    redirectUrl: intent.next_action?.redirect_to_url?.url ?? null,
    clientSecret: intent.client_secret ?? null,
    createdAt: new Date(intent.created * 1000).toISOString(),
    live: intent.livemode,
  }
}

/** Works with Stripe's own SDK over the pipeline: its key is a placeholder, its retries are off, `authorize` adds the real key. */
async function withSdk<Result>(call: Call, work: (sdk: StripeSdk) => Promise<Result>): Promise<Result> {
  const { default: Stripe } = await import('stripe')
  const keepHeaders = ['stripe-version', 'stripe-account', 'stripe-context']
  const sdk = new Stripe('sk_placeholder', {
    apiVersion,
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(fetchFromCall(call, { keepHeaders })),
  })
  try {
    return await work(sdk)
  } catch (error) {
    const refused = unwrap(error, ProviderCallError)
    // A TypeError is the SDK stumbling over a body such as null.
    const unreadable = refused instanceof Stripe.errors.StripeError || refused instanceof TypeError
    throw unreadable ? malformed('Stripe', 'its SDK could not read the answer', refused) : refused
  }
}

async function createPayment(call: Call, input: CreatePayment): Promise<Payment> {
  const { amount, capture, customerEmail, description, idempotencyKey, reference } = input
  const intent = await withSdk(call, (sdk) =>
    sdk.paymentIntents.create(
      {
        amount: toStripeAmount(amount.amountMinor, amount.currency),
        currency: amount.currency.toLowerCase(),
        capture_method: capture === 'MANUAL' ? 'manual' : 'automatic',
        automatic_payment_methods: { enabled: true },
        metadata: { reference },
        ...(description === undefined ? {} : { description }),
        ...(customerEmail === undefined ? {} : { receipt_email: customerEmail }),
      },
      { idempotencyKey },
    ),
  )
  return toPayment(intent)
}

async function getPayment(call: Call, input: GetPayment): Promise<Payment> {
  return toPayment(await withSdk(call, (sdk) => sdk.paymentIntents.retrieve(input.id)))
}

/** Cheapest authenticated read; also tells live from test keys. */
async function probe(call: Call): Promise<void> {
  const body: unknown = (await call({ method: 'GET', path: '/v1/balance' })).json()
  if (at(body, 'object') !== 'balance') throw malformed('Stripe', 'the answer is not a balance')
}

/** Stripe: cards, wallets and local methods. Facts: https://docs.stripe.com/api */
export const stripe = defineProvider({
  entry: {
    slug: 'stripe',
    name: 'Stripe',
    category: 'PAYMENT',
    summary: 'Take cards, Apple Pay, Google Pay and local payment methods in more than 135 currencies, AED included.',
    description:
      'Stripe charges customers online and pays out to your bank account. The hub creates payments and reads them back, so that an order is only treated as paid when Stripe says so. Card numbers go from the customer’s browser to Stripe and never touch the hub.',
    authKind: 'API_KEY',
    regions: ['AE', 'US', 'GB', 'EU', 'CA', 'AU', 'SG', 'HK', 'JP', 'IN', 'BR', 'MX'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['payments.create', 'payments.get'],
    fields: [
      {
        name: 'secretKey',
        label: 'Secret or restricted key',
        help: 'Stripe Dashboard → Developers → API keys. A restricted key with only the permissions below is safer than the secret key.',
        kind: 'secret',
        required: true,
        placeholder: 'rk_test_…',
        hint: {
          pattern: '^(sk|rk)_(test|live)_[A-Za-z0-9]+$',
          message:
            'Stripe keys usually start with sk_test_, rk_test_, sk_live_ or rk_live_. A key that starts with pk_ is the publishable one and does not work here.',
        },
      },
      {
        name: 'account',
        label: 'Connected account',
        help: 'Only for platforms that act for another Stripe account. Leave empty otherwise.',
        kind: 'text',
        required: false,
        placeholder: 'acct_…',
        rule: { pattern: '^acct_[A-Za-z0-9]+$', message: 'A connected account id starts with acct_.' },
      },
    ],
    permissions,
    limits: [
      { requests: 100, windowSeconds: 1, scope: 'live keys, all requests of the account', environment: 'LIVE' },
      { requests: 25, windowSeconds: 1, scope: 'test keys, all requests of the account', environment: 'SANDBOX' },
    ],
    webhookEvents: [
      'checkout.session.completed',
      'checkout.session.expired',
      'payment_intent.succeeded',
      'payment_intent.payment_failed',
      'payment_intent.canceled',
      'payment_intent.requires_action',
      'charge.refunded',
      'charge.dispute.created',
      'charge.dispute.closed',
      'refund.updated',
      'customer.subscription.created',
      'customer.subscription.updated',
      'customer.subscription.deleted',
      'invoice.paid',
      'invoice.payment_failed',
      'payout.paid',
      'payout.failed',
    ],
    setupGuide: [
      {
        title: 'Choose test or live',
        text: 'In the Stripe Dashboard, switch to a sandbox for a SANDBOX connection, or stay in your live account for a LIVE one. Keys of one never work for the other.',
        url: 'https://dashboard.stripe.com',
      },
      {
        title: 'Create a restricted key',
        text: 'Developers → API keys → Create restricted key. Name it “Patchbay”, so that you recognize it when you review your keys.',
        url: 'https://dashboard.stripe.com/apikeys',
      },
      {
        title: 'Give it three permissions',
        text: 'Set Balance to Read, PaymentIntents to Write, and, if you want refunds, Charges and Refunds to Write. Leave everything else on None.',
      },
      {
        title: 'Copy the key once',
        text: 'Stripe shows a live restricted key only when it is made. Paste it here; the hub seals it and never shows it again.',
      },
    ],
    pricingNotes:
      'No monthly fee. In the UAE 2.9 % + AED 1.00 per domestic card payment, more for international cards and currency conversion. Check your contract.',
    docsUrl: 'https://docs.stripe.com/api',
    statusUrl: 'https://status.stripe.com',
    verified: true,
    logo: {
      path: 'M13.976 9.15c-2.172-.806-3.356-1.426-3.356-2.409 0-.831.683-1.305 1.901-1.305 2.227 0 4.515.858 6.09 1.631l.89-5.494C18.252.975 15.697 0 12.165 0 9.667 0 7.589.654 6.104 1.872 4.56 3.147 3.757 4.992 3.757 7.218c0 4.039 2.467 5.76 6.476 7.219 2.585.92 3.445 1.574 3.445 2.583 0 .98-.84 1.545-2.354 1.545-1.875 0-4.965-.921-6.99-2.109l-.9 5.555C5.175 22.99 8.385 24 11.714 24c2.641 0 4.843-.624 6.328-1.813 1.664-1.305 2.525-3.236 2.525-5.732 0-4.128-2.524-5.851-6.594-7.305h.003z',
      viewBox: '0 0 24 24',
      color: '#635BFF',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.stripe.com' }),
  authorize: (request, fields) => ({
    ...request,
    headers: {
      'stripe-version': apiVersion,
      ...(fields['account'] ? { 'stripe-account': fields['account'] } : {}),
      ...request.headers,
      authorization: `Bearer ${fields['secretKey'] ?? ''}`,
    },
  }),
  idempotencyHeader: 'Idempotency-Key',
  // 402 is a declined payment and stays INVALID_REQUEST; 409 is a lock, safe to repeat unless Stripe says otherwise.
  judge: judgeWith((body, answer) => {
    const hint = answer.headers['stripe-should-retry']
    const code = textAt(body, 'error', 'code') ?? textAt(body, 'error', 'type')
    const message = textAt(body, 'error', 'message')
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(code === 'idempotency_error' ? { errorClass: 'CONFLICT' as const } : {}),
      ...(hint === 'true' || hint === 'false' ? { retry: hint === 'true' } : {}),
      ...(answer.status === 401 || answer.status === 403 ? { field: 'secretKey' } : {}),
    }
  }),
  redact: ['client_secret', '*.client_secret', 'data.*.client_secret'],
  probe,
  tests: [
    connectionStep('Stripe', probe),
    permissionsByTrying(
      'Stripe',
      permissions,
      [
        { permission: permissions[0].name, request: { method: 'GET', path: '/v1/balance' } },
        // Without an amount Stripe refuses the payment after it checked the permission: nothing is created.
        { permission: permissions[1].name, request: { method: 'POST', path: '/v1/payment_intents', form: {} } },
        { permission: permissions[2].name, request: { method: 'POST', path: '/v1/refunds', form: {} } },
      ],
      'secretKey',
    ),
    {
      suite: 'sample',
      name: 'Read the latest payment',
      run: async (call) => {
        const body: unknown = (await call({ method: 'GET', path: '/v1/payment_intents', query: { limit: 1 } })).json()
        const id = textAt(body, 'data', 0, 'id')
        return {
          ok: true,
          message:
            id === undefined
              ? 'Stripe answers; there are no payments yet.'
              : `Stripe answers; the latest payment is ${id}.`,
        }
      },
    },
  ],
  operations: { 'payments.create': createPayment, 'payments.get': getPayment },
  webhooks: stripeWebhooks(apiVersion),
})
