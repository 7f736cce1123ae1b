import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { quoteRates } from './dhl-express/rates.ts'
import { createShipment } from './dhl-express/shipments.ts'
import { trackShipment, validateAddress } from './dhl-express/tracking.ts'
import { at, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { toDecimal } from './shared/money.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Rating', why: 'asking for shipping prices', required: true },
  { name: 'Tracking', why: 'following your parcels', required: true },
  { name: 'Shipment', why: 'making shipments and their labels', required: false },
] as const

async function probe(call: Call): Promise<void> {
  const query = { type: 'delivery', countryCode: 'AE', cityName: 'Dubai' }
  readAnswer(
    'DHL Express',
    await call({ method: 'GET', path: '/address-validate', query }),
    z.object({ address: z.array(z.unknown()) }),
    () => undefined,
  )
}

/** Fits no parcel: DHL says that it does not know it, once it has looked at the key. */
const nobodysWaybill = '0000000000'

/**
 * DHL Express through the MyDHL API 3: https://developer.dhl.com/api-reference/dhl-express-mydhl-api. It cannot take a
 * shipment back, only a pickup, so shipments.cancel is left out; it sends no webhooks.
 */
export const dhlExpress = defineProvider({
  entry: {
    slug: 'dhl-express',
    name: 'DHL Express',
    category: 'SHIPPING',
    summary: 'Express parcels to 220 countries: prices, labels with customs data, tracking and address checks.',
    description:
      'DHL Express flies parcels worldwide, usually within one to four days. The hub asks for prices before checkout, makes labels with the customs declaration, and follows parcels to the door. A label that is never handed over is not billed, and cannot be taken back by API. DHL sends no webhooks, so the hub asks for news itself.',
    authKind: 'BASIC',
    regions: ['AE', 'SA', 'KW', 'QA', 'BH', 'OM', 'EU', 'GB', 'US', 'CA', 'AU', 'IN', 'SG', 'HK', 'JP'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['rates.quote', 'shipments.create', 'shipments.track', 'addresses.validate'],
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        help: 'developer.dhl.com → your app → Credentials: “API Key”, which MyDHL API also calls the user name.',
        kind: 'text',
        required: true,
      },
      {
        name: 'apiSecret',
        label: 'API secret',
        help: 'On the same page: “API Secret” → Show key.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'accountNumber',
        label: 'Export account number',
        help: 'Nine digits on your DHL Express contract or invoice; prices and labels are billed to it.',
        kind: 'text',
        required: true,
        placeholder: '123456789',
        hint: { pattern: '^\\d{9}$', message: 'DHL Express account numbers have nine digits.' },
      },
    ],
    permissions,
    limits: [
      {
        requests: 500,
        windowSeconds: 86_400,
        scope: 'test environment, per key and day',
        environment: 'SANDBOX',
        enforced: false,
      },
      {
        requests: 250,
        windowSeconds: 86_400,
        scope: 'live until DHL raises it, per key and day; said by integrators, not confirmed by DHL',
        environment: 'LIVE',
        enforced: false,
      },
    ],
    webhookEvents: [],
    setupGuide: [
      {
        title: 'Ask for the MyDHL API',
        text: 'Sign in at the developer portal, choose “DHL Express – MyDHL API” and “Get access”. You need a DHL Express export account.',
        url: 'https://developer.dhl.com/api-reference/dhl-express-mydhl-api',
      },
      {
        title: 'Copy key and secret',
        text: 'My apps → your app → Credentials. They work in the test environment at once: make a SANDBOX connection with them.',
        url: 'https://developer.dhl.com/user/apps',
      },
      {
        title: 'Go live',
        text: 'DHL looks at your test labels and opens the live environment for the same key. Then make a LIVE connection, and ask for a higher daily quota if you need it.',
      },
    ],
    pricingNotes:
      'The API is free. Parcels by contract, weight and destination; prices come in the currency the account is billed in.',
    docsUrl: 'https://developer.dhl.com/api-reference/dhl-express-mydhl-api',
    statusUrl: 'https://status.dhl.com',
    verified: true,
    logo: {
      path: 'M4.22 10.303l-.767 1.043h4.18c.21 0 .208.078.105.218-.105.142-.28.39-.386.534-.054.073-.154.207.171.207h1.71l.505-.69c.314-.426.028-1.312-1.095-1.312H4.22zm7.204 0l-1.475 2.002h5.39l1.473-2.002H14.61l-.843 1.146h-.985l.846-1.146h-2.203zm6.105 0l-1.474 2.002h2.334l1.472-2.002H17.53zm-12.845 1.3l-1.54 2.094h3.754c1.24 0 1.932-.844 2.145-1.136h-2.56c-.326 0-.226-.133-.172-.207.107-.143.283-.388.388-.53.104-.14.107-.22-.105-.22h-1.91zM0 12.562v.242h3.398l.176-.242H0zm9.762 0l-.836 1.136h2.203l.836-1.136H9.762zm3.185 0l-.836 1.136h2.203l.836-1.136h-2.203zm2.918 0s-.159.22-.238.326c-.276.374-.033.81.87.81h3.538l.834-1.136h-5.004zm5.408 0l-.177.242H24v-.242h-2.727zM0 13.01v.24h3.068l.178-.24H0zm20.943 0l-.175.24H24v-.24h-3.057zM0 13.457v.24h2.74l.176-.24H0zm20.615 0l-.177.24H24v-.24h-3.385z',
      viewBox: '0 0 24 24',
      color: '#D40511',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api:
      connection.environment === 'LIVE'
        ? 'https://express.api.dhl.com/mydhlapi'
        : 'https://express.api.dhl.com/mydhlapi/test',
  }),
  authorize: (request, fields) => ({
    ...request,
    headers: {
      'x-version': '3.1.1',
      ...request.headers,
      authorization: `Basic ${Buffer.from(`${fields['apiKey'] ?? ''}:${fields['apiSecret'] ?? ''}`).toString('base64')}`,
    },
  }),
  judge: judgeWith((body, answer) => {
    const more = at(body, 'additionalDetails')
    const said = [
      textAt(body, 'detail') ?? textAt(body, 'reasons', 0, 'msg') ?? textAt(body, 'message') ?? textAt(body, 'title'),
      ...(Array.isArray(more) ? more.slice(0, 2).map((_, index) => textAt(more, index)) : []),
    ].filter((words) => words !== undefined)
    // A refusal starts with its number: "7008: The requested Special Service Code …".
    const code = /^(\d{3,6}): /.exec(said[0] ?? '')?.[1]
    return {
      ...(said.length === 0 ? {} : { message: said.join(' ').slice(0, 600) }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(answer.status === 422 ? { errorClass: 'INVALID_REQUEST' as const } : {}),
      ...(answer.status === 401 ? { field: 'apiSecret' } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('DHL Express', probe),
    permissionsByTrying(
      'DHL Express',
      permissions,
      [
        // Empty requests are refused for being empty, after the key was looked at.
        { permission: 'Rating', request: { method: 'POST', path: '/rates', json: {}, safe: true } },
        { permission: 'Tracking', request: { method: 'GET', path: `/shipments/${nobodysWaybill}/tracking` } },
        { permission: 'Shipment', request: { method: 'POST', path: '/shipments', json: {} } },
      ],
      'apiKey',
    ),
    {
      suite: 'sample',
      name: 'Price of half a kilo from Dubai to Riyadh',
      run: async (call, connection) => {
        const from = { line1: 'Sheikh Zayed Road', city: 'Dubai', country: 'AE' }
        const to = { line1: 'King Fahd Road', city: 'Riyadh', postalCode: '12211', country: 'SA' }
        const parcels = [{ weightGrams: 500, lengthMm: 200, widthMm: 150, heightMm: 50 }]
        const { rates } = await quoteRates(call, { from, to, parcels }, connection)
        const price = rates[0]?.price
        return {
          ok: true,
          message: `DHL Express quotes ${price === undefined ? 'no price' : `${toDecimal(price)} ${price.currency}`}.`,
        }
      },
    },
  ],
  operations: {
    'rates.quote': quoteRates,
    'shipments.create': createShipment,
    'shipments.track': trackShipment,
    'addresses.validate': validateAddress,
  },
})
