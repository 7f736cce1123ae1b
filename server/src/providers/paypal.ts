import type { CreatePayment, GetPayment, Payment, PaymentStatus } from '@patchbay/schema/capabilities/payment.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { cannotSend, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { exponentOf, fromDecimal, toDecimal } from './shared/money.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { paypalWebhooks } from './paypal/webhooks.ts'

const permissions = [
  { name: 'Accept payments', why: 'creating orders and reading them back', required: true },
  { name: 'Transaction search', why: 'comparing payments with PayPal’s own books', required: false },
] as const

/** Transaction currencies: https://developer.paypal.com/reference/currency-codes/. AED and its neighbours are not among them. */
const currencies = new Set(
  'AUD BRL CAD CNY CZK DKK EUR HKD HUF ILS JPY MYR MXN TWD NZD NOK PHP PLN GBP SGD SEK CHF THB USD'.split(' '),
)
/** These take no decimals at PayPal, whatever ISO 4217 says. */
const wholeOnly = new Set(['HUF', 'JPY', 'TWD'])

function toAmount(money: Money): { currency_code: string; value: string } {
  const { amountMinor, currency } = money
  if (!currencies.has(currency))
    throw cannotSend(
      `PayPal cannot take ${currency}.`,
      'Convert the amount first, for example to USD, or use a provider that takes this currency.',
      'amount',
    )
  const unit = wholeOnly.has(currency) ? 10 ** exponentOf(currency) : 1
  if (amountMinor % unit !== 0)
    throw cannotSend(`PayPal takes ${currency} in whole units only.`, 'Round the amount.', 'amount')
  return { currency_code: currency, value: wholeOnly.has(currency) ? String(amountMinor / unit) : toDecimal(money) }
}

const amount = z.object({ currency_code: z.string(), value: z.string() })
const settled = z.array(z.object({ status: z.string(), amount })).default([])
const order = z.object({
  id: z.string(),
  status: z.string(),
  create_time: z.string().nullish(),
  purchase_units: z
    .array(
      z.object({
        custom_id: z.string().nullish(),
        description: z.string().nullish(),
        amount,
        payments: z.object({ captures: settled, authorizations: settled }).partial().nullish(),
      }),
    )
    .min(1),
  links: z.array(z.object({ href: z.string(), rel: z.string() })).default([]),
})
type Order = z.output<typeof order>

const statuses: Readonly<Record<string, PaymentStatus>> = {
  CREATED: 'REQUIRES_ACTION',
  SAVED: 'REQUIRES_ACTION',
  PAYER_ACTION_REQUIRED: 'REQUIRES_ACTION',
  // The payer agreed; the money moves when the order is captured.
  APPROVED: 'PROCESSING',
  VOIDED: 'CANCELLED',
}
const taken = new Set(['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED'])

function statusOf(found: Order): PaymentStatus {
  const known = statuses[found.status]
  if (known !== undefined) return known
  const payments = found.purchase_units[0]?.payments
  const captures = payments?.captures ?? []
  if (captures.some((capture) => taken.has(capture.status))) return 'SUCCEEDED'
  if (captures.some((capture) => capture.status === 'PENDING')) return 'PROCESSING'
  if (captures.length > 0) return 'FAILED'
  return (payments?.authorizations ?? []).some((held) => held.status === 'CREATED') ? 'AUTHORIZED' : 'PROCESSING'
}

function toPayment(found: Order, connection: ConnectionFacts): Payment {
  const [unit] = found.purchase_units
  if (unit === undefined) throw new RangeError('an order without purchase units')
  const total = fromDecimal(unit.amount.value, unit.amount.currency_code)
  const captured = (unit.payments?.captures ?? [])
    .filter((capture) => taken.has(capture.status))
    .reduce((sum, capture) => sum + fromDecimal(capture.amount.value, capture.amount.currency_code).amountMinor, 0)
  return {
    id: found.id,
    status: statusOf(found),
    vendorStatus: found.status,
    amount: total,
    amountCaptured: { amountMinor: captured, currency: total.currency },
    reference: unit.custom_id ?? null,
    description: unit.description ?? null,
    redirectUrl: found.links.find((link) => link.rel === 'payer-action' || link.rel === 'approve')?.href ?? null,
    clientSecret: null,
    createdAt: found.create_time ? new Date(found.create_time).toISOString() : null,
    live: connection.environment === 'LIVE',
  }
}

async function createPayment(call: Call, input: CreatePayment, connection: ConnectionFacts): Promise<Payment> {
  const { returnUrl, cancelUrl } = input
  const answer = await call({
    method: 'POST',
    path: '/v2/checkout/orders',
    idempotencyKey: input.idempotencyKey,
    // Without it PayPal answers with id and status only.
    headers: { prefer: 'return=representation' },
    json: {
      intent: input.capture === 'MANUAL' ? 'AUTHORIZE' : 'CAPTURE',
      purchase_units: [{ custom_id: input.reference, description: input.description, amount: toAmount(input.amount) }],
      ...(returnUrl === undefined
        ? {}
        : {
            payment_source: {
              paypal: {
                email_address: input.customerEmail,
                experience_context: {
                  return_url: returnUrl,
                  cancel_url: cancelUrl ?? returnUrl,
                  user_action: 'PAY_NOW',
                },
              },
            },
          }),
    },
  })
  return readAnswer('PayPal', answer, order, (found) => toPayment(found, connection))
}

async function getPayment(call: Call, input: GetPayment, connection: ConnectionFacts): Promise<Payment> {
  const answer = await call({ method: 'GET', path: `/v2/checkout/orders/${encodeURIComponent(input.id)}` })
  return readAnswer('PayPal', answer, order, (found) => toPayment(found, connection))
}

/** Every app may list its own webhooks: the cheapest read behind a token. */
async function probe(call: Call): Promise<void> {
  const answer = await call({ method: 'GET', path: '/v1/notifications/webhooks' })
  readAnswer('PayPal', answer, z.object({ webhooks: z.array(z.unknown()) }), () => undefined)
}

/** PayPal, Orders v2: https://developer.paypal.com/docs/api/orders/v2/ */
export const paypal = defineProvider({
  entry: {
    slug: 'paypal',
    name: 'PayPal',
    category: 'PAYMENT',
    summary:
      'Let customers pay with their PayPal account or card in 24 currencies, without typing card data in your shop.',
    description:
      'PayPal sends the payer to its own page to agree and back to your shop. The hub creates the order, hands over the address of that page, and reads the order back before anything is shipped. AED is not a PayPal currency: amounts must be converted before.',
    authKind: 'OAUTH2_CLIENT',
    regions: ['US', 'GB', 'EU', 'AE', 'CA', 'AU', 'SG', 'HK', 'JP', 'BR', 'MX'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['payments.create', 'payments.get'],
    fields: [
      {
        name: 'clientId',
        label: 'Client ID',
        help: 'PayPal Developer Dashboard → Apps & Credentials → your app.',
        kind: 'text',
        required: true,
        hint: {
          pattern: '^[A-Za-z0-9_-]{60,100}$',
          message: 'PayPal client IDs have about 80 characters without spaces.',
        },
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'On the same page: “Secret key 1” → Show. Sandbox and live apps have different secrets.',
        kind: 'secret',
        required: true,
        hint: {
          pattern: '^[A-Za-z0-9_-]{60,100}$',
          message: 'PayPal secrets have about 80 characters without spaces.',
        },
      },
    ],
    permissions,
    limits: [
      {
        requests: 20,
        windowSeconds: 60,
        scope: 'sandbox, observed; PayPal publishes no numbers for live',
        environment: 'SANDBOX',
      },
    ],
    webhookEvents: [
      'CHECKOUT.ORDER.APPROVED',
      'CHECKOUT.ORDER.COMPLETED',
      'CHECKOUT.PAYMENT-APPROVAL.REVERSED',
      'PAYMENT.AUTHORIZATION.CREATED',
      'PAYMENT.AUTHORIZATION.VOIDED',
      'PAYMENT.CAPTURE.COMPLETED',
      'PAYMENT.CAPTURE.DECLINED',
      'PAYMENT.CAPTURE.DENIED',
      'PAYMENT.CAPTURE.PENDING',
      'PAYMENT.CAPTURE.REFUNDED',
      'PAYMENT.CAPTURE.REVERSED',
      'CUSTOMER.DISPUTE.CREATED',
      'CUSTOMER.DISPUTE.RESOLVED',
      'BILLING.SUBSCRIPTION.ACTIVATED',
      'BILLING.SUBSCRIPTION.CANCELLED',
    ],
    setupGuide: [
      {
        title: 'Open the Developer Dashboard',
        text: 'Sign in with your PayPal business account and choose Sandbox or Live at the top; it must match the environment of this connection.',
        url: 'https://developer.paypal.com/dashboard/applications',
      },
      {
        title: 'Create an app',
        text: 'Apps & Credentials → Create App, type “Merchant”. Under Features leave “Accept payments” ticked; tick “Transaction search” if you want reconciliation.',
      },
      {
        title: 'Copy both values',
        text: 'Client ID and Secret key 1 stand at the top of the app’s page. The hub asks for short-lived tokens with them and keeps those sealed too.',
      },
    ],
    pricingNotes:
      'No monthly fee. A share of each payment plus a fixed part by currency, more across borders; see the fees page of your country.',
    docsUrl: 'https://developer.paypal.com/docs/api/orders/v2/',
    statusUrl: 'https://www.paypal-status.com',
    verified: true,
    logo: {
      path: 'M15.607 4.653H8.941L6.645 19.251H1.82L4.862 0h7.995c3.754 0 6.375 2.294 6.473 5.513-.648-.478-2.105-.86-3.722-.86m6.57 5.546c0 3.41-3.01 6.853-6.958 6.853h-2.493L11.595 24H6.74l1.845-11.538h3.592c4.208 0 7.346-3.634 7.153-6.949a5.24 5.24 0 0 1 2.848 4.686M9.653 5.546h6.408c.907 0 1.942.222 2.363.541-.195 2.741-2.655 5.483-6.441 5.483H8.714Z',
      viewBox: '0 0 24 24',
      color: '#002991',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api: connection.environment === 'LIVE' ? 'https://api-m.paypal.com' : 'https://api-m.sandbox.paypal.com',
  }),
  oauth: {
    grant: 'client_credentials',
    token: { host: 'api', path: '/v1/oauth2/token' },
    clientAuth: 'basic',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: false,
    // The app's features decide; PayPal ignores what is asked for.
    scopes: [],
    scopeSeparator: ' ',
    refreshRotates: false,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  idempotencyHeader: 'PayPal-Request-Id',
  judge: judgeWith((body) => {
    const issue = textAt(body, 'details', 0, 'issue')
    const code = issue ?? textAt(body, 'name') ?? textAt(body, 'error')
    const message = [
      textAt(body, 'message') ?? textAt(body, 'error_description'),
      textAt(body, 'details', 0, 'description'),
    ]
      .filter(Boolean)
      .join(' ')
    const repeated = code === 'DUPLICATE_INVOICE_ID' || code === 'DUPLICATE_REQUEST_ID'
    return {
      ...(message === '' ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(repeated ? { errorClass: 'CONFLICT' as const } : {}),
      ...(code === 'invalid_client' ? { field: 'clientSecret' } : {}),
    }
  }),
  redact: ['access_token', 'payment_source'],
  probe,
  tests: [
    connectionStep('PayPal', probe),
    permissionsByTrying(
      'PayPal',
      permissions,
      [
        // Nobody's order: PayPal says that it does not know it, once it has looked at the permission.
        { permission: 'Accept payments', request: { method: 'GET', path: '/v2/checkout/orders/0PATCHBAY00000000' } },
        { permission: 'Transaction search', request: { method: 'GET', path: '/v1/reporting/balances' } },
      ],
      'clientId',
    ),
  ],
  operations: { 'payments.create': createPayment, 'payments.get': getPayment },
  webhooks: paypalWebhooks,
})
