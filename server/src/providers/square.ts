import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByList } from './shared/steps.ts'
import { createCheckout, getCheckout } from './square/checkouts.ts'
import { answerDispute, getDispute, listDisputes } from './square/disputes.ts'
import {
  cancelPayment,
  capturePayment,
  createPayment,
  getPayment,
  listAllPayments,
  listPayments,
} from './square/payments.ts'
import { createRefund, getRefund } from './square/refunds.ts'
import { locationOf, squareVersion } from './square/request.ts'
import { cancelSubscription, createSubscription, getSubscription, listSubscriptions } from './square/subscriptions.ts'
import { squareEvents, squareWebhooks } from './square/webhooks.ts'

const permissions = [
  { name: 'MERCHANT_PROFILE_READ', why: 'the health probe, which reads the location', required: true },
  { name: 'PAYMENTS_READ', why: 'reading payments and refunds back', required: true },
  { name: 'PAYMENTS_WRITE', why: 'creating, capturing, cancelling and refunding payments', required: true },
  { name: 'ORDERS_READ', why: 'what a checkout comes to, and whether it is paid', required: false },
  { name: 'ORDERS_WRITE', why: 'opening checkouts', required: false },
  { name: 'DISPUTES_READ', why: 'reading disputes', required: false },
  { name: 'DISPUTES_WRITE', why: 'answering disputes', required: false },
  { name: 'SUBSCRIPTIONS_READ', why: 'reading subscriptions', required: false },
  { name: 'SUBSCRIPTIONS_WRITE', why: 'beginning and ending subscriptions', required: false },
  { name: 'CUSTOMERS_READ', why: 'finding subscribers by e-mail address', required: false },
  { name: 'CUSTOMERS_WRITE', why: 'making subscribers by e-mail address', required: false },
] as const

const location = z.object({
  location: z.object({ id: z.string(), name: z.string().nullish(), currency: z.string().nullish() }),
})

/** The location proves the token and that it belongs to the connection. */
const readLocation = async (call: Call, connection: ConnectionFacts) =>
  readAnswer(
    'Square',
    await call({ method: 'GET', path: `/v2/locations/${encodeURIComponent(locationOf(connection))}` }),
    location,
    (found) => found.location,
  )

async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  await readLocation(call, connection)
}

/** What the token may do. An application's own token has every right; where Square lists none, nothing is withheld. */
async function scopesOf(call: Call): Promise<readonly string[]> {
  const answer = await call({ method: 'POST', path: '/oauth2/token/status', safe: true })
  const shape = z.object({ scopes: z.array(z.string()).nullish(), merchant_id: z.string() })
  return readAnswer('Square', answer, shape, ({ scopes }) => scopes ?? permissions.map(({ name }) => name))
}

/**
 * Square, with the access token of an application of one's own: https://developer.squareup.com/reference/square. Acting for
 * other merchants by OAuth is left out. An amount must be in the currency of the location, and Square does not sell in the
 * Gulf. What a token's status says of an application's own token is not documented.
 */
export const square = defineProvider({
  entry: {
    slug: 'square',
    name: 'Square',
    category: 'PAYMENT',
    summary: 'Charge cards and wallets online, open payment pages, refund, and run subscriptions beside a Square till.',
    description:
      'Square takes payments in the shop and online into one account. The hub charges tokens of Square’s browser component, opens payment pages, captures, cancels and refunds, answers disputes, runs subscriptions, and reads everything back. Square works in eight countries, none of them in the Gulf; amounts are in the currency of the location.',
    authKind: 'API_KEY',
    regions: ['US', 'CA', 'GB', 'IE', 'FR', 'ES', 'AU', 'JP'],
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
        name: 'accessToken',
        label: 'Access token',
        help: 'Square Developer Console → your application → Credentials. Sandbox and Production have different tokens.',
        kind: 'secret',
        required: true,
        placeholder: 'EAAA…',
        hint: { pattern: '^EAAA[A-Za-z0-9_-]{20,}$', message: 'Square’s access tokens start with EAAA.' },
      },
      {
        name: 'locationId',
        label: 'Location ID',
        help: 'Square Developer Console → your application → Locations. Payments are made there, in its currency.',
        kind: 'text',
        required: true,
        placeholder: 'L…',
        rule: { pattern: '^[A-Z0-9]{5,32}$', message: 'A location ID is made of capitals and digits.' },
      },
    ],
    permissions,
    limits: [],
    webhookEvents: Object.keys(squareEvents),
    setupGuide: [
      {
        title: 'Make an application',
        text: 'Sign in to the Square Developer Console with your Square account and choose the plus sign. Name it “Patchbay”.',
        url: 'https://developer.squareup.com/apps',
      },
      {
        title: 'Choose Sandbox or Production',
        text: 'The switch at the top must match the environment of this connection. The sandbox has test cards and make-believe locations.',
      },
      {
        title: 'Copy the access token',
        text: 'Credentials → Access token → Show. It belongs to your own account and does not expire; the hub seals it.',
      },
      {
        title: 'Copy the location',
        text: 'Locations lists your places of business. Take the ID of the one that sells online.',
        url: 'https://developer.squareup.com/docs/locations-api',
      },
    ],
    pricingNotes:
      'No monthly fee for the API. A share of each payment plus a fixed part, by country and kind of payment; see Square’s fees page.',
    docsUrl: 'https://developer.squareup.com/reference/square',
    statusUrl: 'https://www.issquareup.com',
    verified: true,
    logo: {
      path: 'M4 0h16a4 4 0 0 1 4 4v16a4 4 0 0 1-4 4H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4zM5.5 4.5a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h13a1 1 0 0 0 1-1v-13a1 1 0 0 0-1-1zM9 8.25h6a.75.75 0 0 1 .75.75v6a.75.75 0 0 1-.75.75H9a.75.75 0 0 1-.75-.75V9A.75.75 0 0 1 9 8.25z',
      viewBox: '0 0 24 24',
      color: '#3E4348',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api: connection.environment === 'LIVE' ? 'https://connect.squareup.com' : 'https://connect.squareupsandbox.com',
  }),
  authorize: (request, fields) => ({
    ...request,
    headers: {
      'square-version': squareVersion,
      ...request.headers,
      authorization: `Bearer ${fields['accessToken'] ?? ''}`,
    },
  }),
  judge: judgeWith((body, answer) => {
    const code = textAt(body, 'errors', 0, 'code')
    const detail = textAt(body, 'errors', 0, 'detail') ?? textAt(body, 'message')
    const at = textAt(body, 'errors', 0, 'field')
    const message = detail === undefined ? code : at === undefined ? detail : `${detail} (${at})`
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(code === 'IDEMPOTENCY_KEY_REUSED' ? { errorClass: 'CONFLICT' as const } : {}),
      ...(answer.status === 401 ? { field: 'accessToken' } : {}),
    }
  }),
  redact: ['signature_key', '*.signature_key', 'subscriptions.*.signature_key', 'source_id'],
  probe,
  tests: [
    connectionStep('Square', probe),
    permissionsByList('Square', permissions, scopesOf, 'accessToken'),
    {
      suite: 'sample',
      name: 'Read the location',
      run: async (call, connection) => {
        const found = await readLocation(call, connection)
        return {
          ok: true,
          message: `Square answers; payments are made at ${found.name ?? found.id} in ${found.currency ?? 'its currency'}.`,
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
    payments: pulled(listAllPayments, { by: 'updatedSince', deletions: 'UNTOLD' }),
  },
  webhooks: squareWebhooks,
})
