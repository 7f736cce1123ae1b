import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { validateAddress } from './fedex/addresses.ts'
import { quoteRates } from './fedex/rates.ts'
import { cancelShipment, createShipment } from './fedex/shipments.ts'
import { trackShipment } from './fedex/tracking.ts'
import { fedexWebhooks } from './fedex/webhooks.ts'
import { errorList } from './shared/error-list.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { toDecimal } from './shared/money.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { z } from 'zod'

const permissions = [
  { name: 'Track API', why: 'following your parcels', required: true },
  { name: 'Rates and Transit Times API', why: 'asking for shipping prices', required: true },
  { name: 'Ship API', why: 'making and cancelling labels', required: false },
  { name: 'Address Validation API', why: 'checking addresses', required: false },
] as const

/** A number FedEx answers for with an error inside a success: it has looked at the token then. */
async function probe(call: Call): Promise<void> {
  const trackingInfo = [{ trackingNumberInfo: { trackingNumber: '000000000000' } }]
  const request = { method: 'POST', path: '/track/v1/trackingnumbers', safe: true } as const
  readAnswer(
    'FedEx',
    await call({ ...request, json: { includeDetailedScans: false, trackingInfo } }),
    z.object({ output: z.object({ completeTrackResults: z.array(z.unknown()) }) }),
    () => undefined,
  )
}

/** FedEx, REST v1: https://developer.fedex.com/api/en-us/catalog.html */
export const fedex = defineProvider({
  entry: {
    slug: 'fedex',
    name: 'FedEx',
    category: 'SHIPPING',
    summary: 'Express and ground parcels worldwide: prices, labels with customs data, tracking and address checks.',
    description:
      'FedEx carries parcels by air worldwide and by road in North America and Europe. The hub asks for prices before checkout, makes and cancels labels with the customs declaration, checks addresses and follows parcels to the door; with Advanced Integrated Visibility FedEx pushes every scan. A Track project with keys of its own is a second connection.',
    authKind: 'OAUTH2_CLIENT',
    regions: ['US', 'CA', 'MX', 'EU', 'GB', 'AE', 'SA', 'IN', 'CN', 'HK', 'JP', 'SG', 'AU', 'BR'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['rates.quote', 'shipments.create', 'shipments.track', 'shipments.cancel', 'addresses.validate'],
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        help: 'FedEx Developer Portal → My Projects → your project → Test Key or Production Key: “API Key”.',
        kind: 'text',
        required: true,
        hint: { pattern: '^l7[0-9a-f]{32}$', message: 'FedEx API keys start with l7 and have 34 characters.' },
      },
      {
        name: 'secretKey',
        label: 'Secret key',
        help: 'On the same page. FedEx shows it once; “Regenerate” makes a new one.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'accountNumber',
        label: 'Account number',
        help: 'Nine digits; for a SANDBOX connection the test account of the project’s Test Key tab.',
        kind: 'text',
        required: true,
        placeholder: '740561073',
        hint: { pattern: '^\\d{9}$', message: 'FedEx account numbers have nine digits.' },
      },
    ],
    permissions,
    limits: [
      { requests: 1400, windowSeconds: 10, scope: 'per project' },
      { requests: 100_000, windowSeconds: 86_400, scope: 'Track API, per organization and day', enforced: false },
      {
        requests: 120,
        windowSeconds: 120,
        scope: 'per address of the sender; more is blocked for ten minutes',
        enforced: false,
      },
    ],
    webhookEvents: ['OC', 'PU', 'IT', 'AR', 'DP', 'OD', 'DL', 'DE', 'SE', 'HL', 'RS', 'CA'],
    setupGuide: [
      {
        title: 'Make a project',
        text: 'Sign in at the Developer Portal, Create API Project, and choose the Ship, Rate, Track and Address Validation APIs. Accept the agreements.',
        url: 'https://developer.fedex.com/api/en-us/project.html',
      },
      {
        title: 'Copy the test key',
        text: 'Test Key tab: API key, secret key and a test account number. Make a SANDBOX connection with them.',
      },
      {
        title: 'Go live',
        text: 'Add your account and move the project to production; then copy the production key into a LIVE connection. Labels need FedEx’s approval of printed samples first.',
        url: 'https://developer.fedex.com/api/en-us/guides/certification.html',
      },
    ],
    pricingNotes:
      'The APIs are free; parcels by contract, weight and destination. Push notifications (Advanced Integrated Visibility) cost by the number of parcels and need an account billed in the United States.',
    docsUrl: 'https://developer.fedex.com/api/en-us/catalog.html',
    verified: true,
    logo: {
      path: 'M22.498 14.298c-.016-.414.345-.751.75-.755a.745.745 0 0 1 .752.755.755.755 0 0 1-.751.745c-.395.002-.759-.346-.751-.745zm.759-.083c.067-.02.164-.042.162-.13.007-.09-.086-.133-.162-.134h-.163v.263c0 .001.165-.002.163.001zm-.163.107v.418h-.14v-.91h.327c.156-.021.294.092.286.253a.218.218 0 0 1-.156.19c.162.083.108.322.173.467h-.156a2.355 2.355 0 0 1-.04-.205c-.018-.093-.047-.229-.17-.213h-.124zm.76-.024a.603.603 0 0 0-.605-.632c-.338-.012-.62.302-.605.632a.619.619 0 0 0 .605.622.61.61 0 0 0 .605-.622zm-5.052-.579l-.878 1.008h-1.306l1.559-1.745-1.56-1.75h1.355l.902.997.878-.998h1.306l-1.543 1.743 1.559 1.753h-1.371l-.901-1.008zm-4.703-.352v-.827h1.904v-1.506l1.724 1.948-1.724 1.941v-1.556h-1.904zm1.56 1.36h-3.2V9.044h3.224v1.024H13.77v1.163h1.888v.958h-1.904v1.522h1.904v1.016zm-5.705-.655c-.54.017-.878-.552-.877-1.04-.01-.507.307-1.123.878-1.105.579-.025.871.6.845 1.103.023.501-.29 1.062-.846 1.042zM4.743 12.41c.076-.358.403-.67.78-.663a.788.788 0 0 1 .803.663H4.743zm15.182.564l1.815-2.047h-2.125l-.74.844-.763-.844h-4.037v-.548h1.912V8.741H10.84v2.58c-.362-.448-.981-.559-1.526-.492-.782.123-1.427.762-1.634 1.514-.254-.958-1.179-1.588-2.157-1.554-.781.009-1.6.365-1.987 1.071v-.818h-1.87v-.9h2.043v-1.4H0v6.287h1.666v-2.644h1.666a7.59 7.59 0 0 0-.082.622c-.013 1.232 1.042 2.27 2.274 2.236a2.204 2.204 0 0 0 2.157-1.432H6.254c-.14.268-.441.38-.73.36-.457.009-.83-.417-.829-.86h2.914c.083 1.027.988 1.966 2.043 1.947a1.53 1.53 0 0 0 1.19-.639v.41h7.215l.754-.86.754.86h2.192l-1.832-2.055z',
      viewBox: '0 0 24 24',
      color: '#4D148C',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api: connection.environment === 'LIVE' ? 'https://apis.fedex.com' : 'https://apis-sandbox.fedex.com',
  }),
  oauth: {
    grant: 'client_credentials',
    token: { host: 'api', path: '/oauth/token' },
    clientAuth: 'form',
    clientIdField: 'apiKey',
    clientSecretField: 'secretKey',
    pkce: false,
    // The project decides; FedEx answers with the one scope CXS.
    scopes: [],
    scopeSeparator: ' ',
    refreshRotates: false,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { 'x-locale': 'en_US', ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    const said = errorList(body, 'code')
    const code = said.code ?? textAt(body, 'error')
    return {
      ...(said.message === undefined ? {} : { message: said.message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(answer.status === 401 ? { field: 'secretKey' } : {}),
      ...(code === 'ACCOUNT.NUMBER.MISMATCH' ? { field: 'accountNumber' } : {}),
    }
  }),
  redact: ['access_token'],
  probe,
  tests: [
    connectionStep('FedEx', probe),
    permissionsByTrying(
      'FedEx',
      permissions,
      [
        // Empty requests are refused for being empty, after the project was looked at.
        { permission: 'Track API', request: { method: 'POST', path: '/track/v1/trackingnumbers', json: {} } },
        {
          permission: 'Rates and Transit Times API',
          request: { method: 'POST', path: '/rate/v1/rates/quotes', json: {} },
        },
        { permission: 'Ship API', request: { method: 'POST', path: '/ship/v1/shipments', json: {} } },
        {
          permission: 'Address Validation API',
          request: { method: 'POST', path: '/address/v1/addresses/resolve', json: {} },
        },
      ],
      'apiKey',
    ),
    {
      suite: 'sample',
      name: 'Price of half a kilo from Dubai to Riyadh',
      run: async (call, connection) => {
        const from = { city: 'Dubai', country: 'AE' }
        const to = { city: 'Riyadh', postalCode: '12211', country: 'SA' }
        const asked = { from, to, parcels: [{ weightGrams: 500 }], value: { amountMinor: 10_000, currency: 'AED' } }
        const { rates } = await quoteRates(call, asked, connection)
        const price = rates[0]?.price
        return {
          ok: true,
          message: `FedEx quotes ${price === undefined ? 'no price' : `${toDecimal(price)} ${price.currency}`}.`,
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
  webhooks: fedexWebhooks,
})
