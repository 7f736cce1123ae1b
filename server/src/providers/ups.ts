import { createHash } from 'node:crypto'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { at, judgeWith, malformed, textAt } from './shared/failure.ts'
import { toDecimal } from './shared/money.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { validateAddress } from './ups/addresses.ts'
import { quoteRates } from './ups/rates.ts'
import { version } from './ups/requests.ts'
import { cancelShipment, createShipment } from './ups/shipments.ts'
import { trackShipment } from './ups/tracking.ts'
import { newsTypes, upsWebhooks } from './ups/webhooks.ts'

const permissions = [
  { name: 'Tracking', why: 'following your parcels', required: true },
  { name: 'Rating', why: 'asking for shipping prices', required: true },
  { name: 'Shipping', why: 'making and cancelling labels', required: false },
  { name: 'Address Validation', why: 'checking addresses in the United States', required: false },
] as const

/** A number of UPS's own shape that no parcel has: UPS says that it does not know it, once it has looked at the token. */
const nobodysParcel = '1Z0000000000000000'

async function probe(call: Call): Promise<void> {
  try {
    const answer = await call({
      method: 'GET',
      path: `/track/v1/details/${nobodysParcel}`,
      query: { locale: 'en_US', returnSignature: 'false' },
    })
    if (at(answer.json(), 'trackResponse', 'shipment', 0) === undefined) throw malformed('UPS', 'without a shipment')
  } catch (error) {
    if (!(error instanceof ProviderCallError) || error.errorClass !== 'NOT_FOUND') throw error
  }
}

/** The identifier UPS wants of every request, at most 32 characters: the same request has the same, which it allows. */
const transactionOf = (url: URL, body: string | null) =>
  createHash('sha256')
    .update(`${url.href}\n${body ?? ''}`)
    .digest('hex')
    .slice(0, 32)

/** UPS, Rating and Shipping v2409, Tracking v1: https://developer.ups.com */
export const ups = defineProvider({
  entry: {
    slug: 'ups',
    name: 'UPS',
    category: 'SHIPPING',
    summary: 'Parcels by road and air worldwide: prices, labels with the customs invoice, tracking and push alerts.',
    description:
      'UPS carries parcels by road in North America and Europe and by air worldwide. The hub asks for prices before checkout, makes and cancels labels with the customs invoice, checks addresses in the United States and follows parcels to the door; with Track Alert UPS pushes every step.',
    authKind: 'OAUTH2_CLIENT',
    regions: ['US', 'CA', 'MX', 'EU', 'GB', 'AE', 'SA', 'IN', 'CN', 'HK', 'JP', 'SG', 'AU', 'BR'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['rates.quote', 'shipments.create', 'shipments.track', 'shipments.cancel', 'addresses.validate'],
    fields: [
      {
        name: 'clientId',
        label: 'Client ID',
        help: 'UPS Developer Portal → My Apps → your app → Credentials.',
        kind: 'text',
        required: true,
        hint: { pattern: '^[A-Za-z0-9]{48}$', message: 'UPS client IDs have 48 letters and digits.' },
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'On the same page, below the client ID.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^[A-Za-z0-9]{64}$', message: 'UPS client secrets have 64 letters and digits.' },
      },
      {
        name: 'accountNumber',
        label: 'Shipper number',
        help: 'Six letters and digits: ups.com → Profile → Accounts and payment. The app must be linked to this account.',
        kind: 'text',
        required: true,
        placeholder: 'A1B2C3',
        hint: { pattern: '^[A-Z0-9]{6}$', message: 'UPS shipper numbers have six capitals and digits.' },
      },
    ],
    permissions,
    limits: [
      {
        requests: 5,
        windowSeconds: 1,
        scope: 'our own caution: UPS answers 429 and publishes no number',
      },
    ],
    webhookEvents: [...newsTypes],
    setupGuide: [
      {
        title: 'Make an app',
        text: 'Sign in at the Developer Portal with your UPS account, Add Apps, link your shipper number and add the products Rating, Shipping, Tracking and Address Validation.',
        url: 'https://developer.ups.com/apps',
      },
      {
        title: 'Copy ID and secret',
        text: 'They open the test system and the live one alike. Make a SANDBOX connection first: its labels are samples and cost nothing.',
      },
      {
        title: 'Go live',
        text: 'Make a LIVE connection with the same values. Ask UPS for negotiated rates on the shipper number if you have a contract.',
      },
    ],
    pricingNotes:
      'The APIs are free; parcels by contract, weight and destination, in the currency the account is billed in. Labels that are never used are not billed.',
    docsUrl: 'https://developer.ups.com/api/reference',
    verified: true,
    logo: {
      path: 'M11.668 14.544l-.028-5.226c.138-.055.387-.111.608-.111.995 0 1.41.774 1.41 2.682 0 1.853-.47 2.765-1.438 2.765-.22 0-.441-.055-.552-.11zM3.124 7.438c4.203-3.843 9.29-4.866 14.018-4.866 1.3 0 2.544.083 3.76.194h-.028v11.253c0 2.184-.774 3.926-2.295 5.171-1.355 1.134-5.447 2.959-6.581 3.456-1.161-.525-5.253-2.378-6.581-3.456-1.493-1.244-2.295-3.014-2.295-5.171V7.438zm12.664 2.599c.028.912.276 1.576 1.687 2.406.747.442 1.051.747 1.051 1.272 0 .581-.387.94-1.023.94-.553 0-1.189-.304-1.631-.691v1.576c.553.304 1.217.525 1.88.525 1.687 0 2.433-1.189 2.461-2.267.028-.995-.249-1.742-1.659-2.571-.608-.387-1.134-.636-1.106-1.244 0-.581.525-.802.995-.802.581 0 1.161.332 1.521.691V8.378c-.304-.221-.94-.581-1.88-.553-1.135.028-2.296.829-2.296 2.212zm-5.834 9.484h1.714l-.028-3.594c.166.028.415.083.774.083 1.908 0 2.986-1.687 2.986-4.175 0-2.461-1.106-4.009-3.152-4.009-.94 0-1.687.221-2.295.608v11.087zm-5.945-6.166c0 1.797.829 2.71 2.516 2.71 1.051 0 1.908-.249 2.571-.691V7.991H7.41v6.387c-.194.138-.47.221-.802.221-.774 0-.885-.719-.885-1.189V7.991H4.009v5.364zM22.12 2.295v11.723c0 2.516-.94 4.645-2.765 6.111-1.549 1.3-6.332 3.429-7.355 3.871-1.023-.442-5.806-2.571-7.355-3.843-1.797-1.465-2.765-3.594-2.765-6.111V2.295C4.756.747 8.074 0 12 0s7.244.747 10.12 2.295zm-.304.221c-2.71-1.465-6-2.184-9.788-2.184s-7.079.746-9.788 2.184v11.502c0 2.433.912 4.452 2.627 5.862 1.576 1.3 6.581 3.484 7.161 3.76.581-.249 5.585-2.433 7.161-3.733 1.714-1.41 2.627-3.429 2.627-5.862V2.516zm-2.433 20.295c0 .47-.387.829-.829.829a.831.831 0 0 1-.829-.829c0-.47.387-.829.829-.829.441 0 .801.359.829.829zm-.166 0a.679.679 0 0 0-.664-.691c-.359 0-.664.332-.664.691 0 .359.304.664.664.664a.673.673 0 0 0 .664-.664zm-.553.055c.028.055.304.442.304.442h-.221s-.276-.387-.276-.415h-.028v.415h-.194v-.995l.304-.028c.249 0 .332.166.332.304s-.083.25-.221.277zm.027-.276c0-.055 0-.138-.166-.138h-.083v.304h.028c.194 0 .221-.083.221-.166z',
      viewBox: '0 0 24 24',
      color: '#150400',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => {
    const origin = connection.environment === 'LIVE' ? 'https://onlinetools.ups.com' : 'https://wwwcie.ups.com'
    return { api: `${origin}/api`, auth: origin }
  },
  oauth: {
    grant: 'client_credentials',
    token: { host: 'auth', path: '/security/v1/oauth/token' },
    clientAuth: 'basic',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: false,
    // The products of the app decide.
    scopes: [],
    scopeSeparator: ' ',
    refreshRotates: false,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: {
      transId: transactionOf(request.url, request.body),
      transactionSrc: 'Patchbay',
      ...request.headers,
      authorization: `Bearer ${accessToken ?? ''}`,
    },
  }),
  judge: judgeWith((body, answer) => {
    const message = textAt(body, 'response', 'errors', 0, 'message')
    const code = textAt(body, 'response', 'errors', 0, 'code')
    // A shipment that is void already, or past the time for it.
    const late = code === '190117' || code === '190102'
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(late ? { errorClass: 'CONFLICT' as const } : {}),
      ...(answer.status === 401 ? { field: 'clientSecret' } : {}),
    }
  }),
  redact: ['access_token'],
  probe,
  tests: [
    connectionStep('UPS', probe),
    permissionsByTrying(
      'UPS',
      permissions,
      [
        {
          permission: 'Tracking',
          request: {
            method: 'GET',
            path: `/track/v1/details/${nobodysParcel}`,
            query: { locale: 'en_US', returnSignature: 'false' },
          },
        },
        // Empty requests are refused for being empty, after the app was looked at.
        { permission: 'Rating', request: { method: 'POST', path: `/rating/${version}/Shop`, json: {}, safe: true } },
        { permission: 'Shipping', request: { method: 'POST', path: `/shipments/${version}/ship`, json: {} } },
        { permission: 'Address Validation', request: { method: 'POST', path: '/addressvalidation/v2/3', json: {} } },
      ],
      'clientId',
    ),
    {
      suite: 'sample',
      name: 'Price of half a kilo from Dubai to Riyadh',
      run: async (call, connection) => {
        const from = { name: 'Shop', line1: 'Sheikh Zayed Road', city: 'Dubai', country: 'AE' }
        const to = { name: 'Customer', line1: 'King Fahd Road', city: 'Riyadh', postalCode: '12211', country: 'SA' }
        const { rates } = await quoteRates(call, { from, to, parcels: [{ weightGrams: 500 }] }, connection)
        const price = rates[0]?.price
        return {
          ok: true,
          message: `UPS quotes ${price === undefined ? 'no price' : `${toDecimal(price)} ${price.currency}`}.`,
        }
      },
    },
  ],
  operations: {
    'rates.quote': quoteRates,
    'shipments.create': createShipment,
    'shipments.track': trackShipment,
    'shipments.cancel': cancelShipment,
    'addresses.validate': validateAddress,
  },
  webhooks: upsWebhooks,
})
