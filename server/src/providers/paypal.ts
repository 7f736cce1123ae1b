import { z } from 'zod'
import { cancelPayment, capturePayment, createPayment, getPayment } from './paypal/payments.ts'
import { createCheckout, getCheckout } from './paypal/checkouts.ts'
import { answerDispute, getDispute, listDisputes } from './paypal/disputes.ts'
import { createRefund, getRefund } from './paypal/refunds.ts'
import { cancelSubscription, createSubscription, getSubscription } from './paypal/subscriptions.ts'
import { listAllPayments, listPayments } from './paypal/transactions.ts'
import { paypalWebhooks } from './paypal/webhooks.ts'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Accept payments', why: 'creating orders and reading them back', required: true },
  { name: 'Transaction search', why: 'listing payments from PayPal’s own books', required: false },
  { name: 'Customer disputes', why: 'reading and answering disputes', required: false },
  { name: 'Subscriptions', why: 'customers who pay again and again', required: false },
] as const

/** Every app may list its own webhooks: the cheapest read behind a token. */
async function probe(call: Call): Promise<void> {
  const answer = await call({ method: 'GET', path: '/v1/notifications/webhooks' })
  readAnswer('PayPal', answer, z.object({ webhooks: z.array(z.unknown()) }), () => undefined)
}

/**
 * PayPal, Orders v2: https://developer.paypal.com/docs/api/orders/v2/. It judges no risk aloud, and its API lists no
 * subscriptions, so those two are left out.
 */
export const paypal = defineProvider({
  entry: {
    slug: 'paypal',
    name: 'PayPal',
    category: 'PAYMENT',
    summary:
      'Let customers pay with their PayPal account or card in 24 currencies, without typing card data in your shop.',
    description:
      'PayPal sends the payer to its own page to agree and back to your shop. The hub creates the order, hands over the address of that page, reads the order back before anything is shipped, and then takes the money, gives it back, ends subscriptions and answers disputes. AED is not a PayPal currency: amounts must be converted before.',
    authKind: 'OAUTH2_CLIENT',
    regions: ['US', 'GB', 'EU', 'AE', 'CA', 'AU', 'SG', 'HK', 'JP', 'BR', 'MX'],
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
      'subscriptions.cancel',
    ],
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
        text: 'Apps & Credentials → Create App, type “Merchant”. Under Features leave “Accept payments” ticked; tick “Transaction search” if payments should be listed, “Customer disputes” and “Subscriptions” as you need them.',
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
        { permission: 'Customer disputes', request: { method: 'GET', path: '/v1/customer/disputes/PP-0PATCHBAY' } },
        { permission: 'Subscriptions', request: { method: 'GET', path: '/v1/billing/subscriptions/I-0PATCHBAY' } },
      ],
      'clientId',
    ),
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
    'subscriptions.cancel': cancelSubscription,
  },
  resources: {
    // The search lags by up to three hours, and asks by when a payment was made.
    payments: pulled(listAllPayments, { by: 'createdAfter', deletions: 'UNTOLD', lagSeconds: 10_800 }),
  },
  webhooks: paypalWebhooks,
})
