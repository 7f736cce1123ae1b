import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { at, judgeWith, malformed, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { createCheckout, getCheckout } from './stripe/checkouts.ts'
import { answerDispute, getDispute, listDisputes } from './stripe/disputes.ts'
import {
  cancelPayment,
  capturePayment,
  createPayment,
  getPayment,
  listLastingPayments,
  listPayments,
} from './stripe/payments.ts'
import { createRefund, getRefund } from './stripe/refunds.ts'
import { apiVersion } from './stripe/sdk.ts'
import { cancelSubscription, createSubscription, getSubscription, listSubscriptions } from './stripe/subscriptions.ts'
import { stripeWebhooks } from './stripe/webhooks.ts'

const permissions = [
  { name: 'Balance: read (rak_balance_read)', why: 'the health probe', required: true },
  {
    name: 'PaymentIntents: write (rak_payment_intent_write)',
    why: 'creating payments and reading them back',
    required: true,
  },
  {
    name: 'Charges and Refunds: write (rak_charge_write)',
    why: 'what was charged, given back and how risky it is, and refunds',
    required: true,
  },
  { name: 'Checkout Sessions: write (rak_checkout_session_write)', why: 'Stripe’s payment page', required: false },
  { name: 'Disputes: write (rak_dispute_write)', why: 'reading and answering disputes', required: false },
  { name: 'Subscriptions: write (rak_subscription_write)', why: 'subscriptions', required: false },
  { name: 'Customers: write (rak_customer_write)', why: 'subscribers by e-mail address', required: false },
] as const

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
      'Stripe charges customers online and pays out to your bank account. The hub creates payments, payment pages and subscriptions, captures, refunds and answers disputes, and reads them back, so that an order is only treated as paid when Stripe says so. Card numbers go from the customer’s browser to Stripe and never touch the hub.',
    authKind: 'API_KEY',
    regions: ['AE', 'US', 'GB', 'EU', 'CA', 'AU', 'SG', 'HK', 'JP', 'IN', 'BR', 'MX'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: [
      'payments.create',
      'payments.get',
      'payments.list',
      'payments.capture',
      'payments.cancel',
      'checkouts.create',
      'checkouts.get',
      'refunds.create',
      'refunds.get',
      'disputes.list',
      'disputes.get',
      'disputes.answer',
      'subscriptions.create',
      'subscriptions.get',
      'subscriptions.list',
      'subscriptions.cancel',
    ],
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
        title: 'Give it its permissions',
        text: 'Set Balance to Read, PaymentIntents and Charges and Refunds to Write. As you need them, set Checkout Sessions, Disputes, Customers, Subscriptions and Webhook Endpoints to Write. Leave everything else on None.',
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
  redact: ['client_secret', '*.client_secret', 'data.*.client_secret', 'hosted_invoice_url', '*.hosted_invoice_url'],
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
        { permission: permissions[3].name, request: { method: 'POST', path: '/v1/checkout/sessions', form: {} } },
        // Nobody's dispute: Stripe says that there is none, once it has looked at the permission.
        { permission: permissions[4].name, request: { method: 'POST', path: '/v1/disputes/dp_none', form: {} } },
        { permission: permissions[5].name, request: { method: 'POST', path: '/v1/subscriptions', form: {} } },
        // Customers can be made of nothing; deleting nobody is refused instead.
        { permission: permissions[6].name, request: { method: 'DELETE', path: '/v1/customers/cus_none' } },
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
  operations: {
    'payments.create': createPayment,
    'payments.get': getPayment,
    'payments.list': listPayments,
    'payments.capture': capturePayment,
    'payments.cancel': cancelPayment,
    'checkouts.create': createCheckout,
    'checkouts.get': getCheckout,
    'refunds.create': createRefund,
    'refunds.get': getRefund,
    'disputes.list': listDisputes,
    'disputes.get': getDispute,
    'disputes.answer': answerDispute,
    'subscriptions.create': createSubscription,
    'subscriptions.get': getSubscription,
    'subscriptions.list': listSubscriptions,
    'subscriptions.cancel': cancelSubscription,
  },
  resources: {
    payments: pulled(listLastingPayments, { by: 'createdAfter', deletions: 'UNTOLD' }),
  },
  webhooks: stripeWebhooks(apiVersion),
})
