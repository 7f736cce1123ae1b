import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { createShipment } from './aramex/shipments.ts'
import { validateAddress } from './aramex/addresses.ts'
import { paths } from './aramex/paths.ts'
import { quoteRates } from './aramex/rates.ts'
import { trackShipment } from './aramex/tracking.ts'
import { at, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { toDecimal } from './shared/money.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Tracking', why: 'following your parcels', required: true },
  { name: 'RateCalculator', why: 'asking for shipping prices', required: true },
  { name: 'Shipping', why: 'making waybills and their labels', required: false },
  { name: 'Location', why: 'checking addresses', required: false },
] as const

/** Fits no real parcel: Aramex lists it as unknown, after it has checked the account. */
const nobodysWaybill = '0000000000'

async function probe(call: Call): Promise<void> {
  const request = { Shipments: [nobodysWaybill], GetLastTrackingUpdateOnly: true }
  readAnswer(
    'Aramex',
    await call({ method: 'POST', path: paths.track, json: request, safe: true }),
    z.object({ HasErrors: z.literal(false) }),
    () => undefined,
  )
}

/** Aramex numbers its refusals without a public list: the words tell wrong credentials from a wrong request. */
function classOf(code: string, message: string): CallErrorClass {
  if (/not (authori[sz]ed|allowed|permitted|entitled)/i.test(message)) return 'PERMISSION'
  if (
    code === 'ERR01' ||
    /invalid (user ?name|password|account|credential)|account (number|pin|entity).*(invalid|incorrect)|authenticat/i.test(
      message,
    )
  )
    return 'AUTHENTICATION'
  if (/internal|timed? ?out|temporar|unavailable/i.test(message)) return 'UNAVAILABLE'
  return 'INVALID_REQUEST'
}

/** Aramex, ShippingAPI V2 in its JSON form: https://www.aramex.com/us/en/developers-solution-center/aramex-apis */
export const aramex = defineProvider({
  entry: {
    slug: 'aramex',
    name: 'Aramex',
    category: 'SHIPPING',
    summary: 'Parcels from the Gulf to everywhere: domestic and express rates, labels, and tracking of every waybill.',
    description:
      'Aramex collects in the UAE and the wider Gulf and delivers worldwide. The hub asks for prices before checkout, checks addresses, makes waybills with their labels and follows them to the door. A waybill cannot be taken back by API; one that is never handed over costs nothing. Aramex sends no webhooks, so the hub asks for news itself.',
    authKind: 'BODY',
    regions: ['AE', 'SA', 'KW', 'QA', 'BH', 'OM', 'JO', 'EG', 'LB', 'IN', 'ZA', 'GB'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['rates.quote', 'shipments.create', 'shipments.track', 'addresses.validate'],
    fields: [
      {
        name: 'username',
        label: 'Account e-mail',
        help: 'The e-mail you sign in with at aramex.com.',
        kind: 'email',
        required: true,
      },
      {
        name: 'password',
        label: 'Password',
        help: 'The password of that sign-in. A sign-in of its own for the hub is safer than a person’s.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'accountNumber',
        label: 'Account number',
        help: 'Your contract, or aramex.com → My account.',
        kind: 'text',
        required: true,
        hint: { pattern: '^\\d{4,10}$', message: 'Aramex account numbers have 4 to 10 digits.' },
      },
      {
        name: 'accountPin',
        label: 'Account PIN',
        help: 'aramex.com → My account, or ask your account manager.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^\\d{4,8}$', message: 'Aramex PINs have 4 to 8 digits.' },
      },
      {
        name: 'accountEntity',
        label: 'Account entity',
        help: 'Three letters for the station of your account.',
        kind: 'text',
        required: true,
        placeholder: 'DXB',
        hint: { pattern: '^[A-Z]{3}$', message: 'Three capitals, such as DXB.' },
      },
      {
        name: 'accountCountryCode',
        label: 'Account country',
        help: 'Two letters for the country of your account.',
        kind: 'text',
        required: true,
        placeholder: 'AE',
        default: 'AE',
        hint: { pattern: '^[A-Z]{2}$', message: 'Two capitals, such as AE.' },
      },
    ],
    permissions,
    limits: [{ requests: 5, windowSeconds: 1, scope: 'our own caution: Aramex publishes no limit' }],
    webhookEvents: [],
    templates: [
      {
        key: 'dubai',
        name: 'Dubai',
        description: 'An account of the station of Dubai, United Arab Emirates.',
        environment: 'LIVE',
        settings: { accountEntity: 'DXB', accountCountryCode: 'AE' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'riyadh',
        name: 'Riyadh',
        description: 'An account of the station of Riyadh, Saudi Arabia.',
        environment: 'LIVE',
        settings: { accountEntity: 'RUH', accountCountryCode: 'SA' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'test-account',
        name: 'Aramex’s test account',
        description: 'The account of the station of Amman that Aramex’s manuals print for everybody.',
        environment: 'SANDBOX',
        settings: { accountEntity: 'AMM', accountCountryCode: 'JO' },
        probeIntervalSeconds: 900,
      },
    ],
    setupGuide: [
      {
        title: 'Have an account with API access',
        text: 'Any Aramex business account can use the API. Ask your account manager to switch on Rate Calculator, Tracking, Shipping and Location for it.',
        url: 'https://www.aramex.com/us/en/developers-solution-center/aramex-apis',
      },
      {
        title: 'Collect six values',
        text: 'E-mail, password, account number, PIN, entity and country belong together: take all six from the same account. Aramex tells only that one of them is wrong, never which.',
        url: 'https://www.aramex.com/ae/en/my-account',
      },
      {
        title: 'Start in the sandbox',
        text: 'Aramex prints test accounts in its API manuals. Use one in a SANDBOX connection, then make a LIVE one with your own values.',
      },
    ],
    pricingNotes: 'Prices by contract, per parcel, weight and destination; asking for rates and tracking is free.',
    docsUrl: 'https://www.aramex.com/us/en/developers-solution-center/aramex-apis',
    verified: false,
    logo: {
      path: 'M1 13.500 22 2l-5.500 20-5-6.500L8 20v-6.500L18 7 5.500 13z',
      viewBox: '0 0 24 24',
      color: '#DC291E',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api:
      connection.environment === 'LIVE'
        ? 'https://ws.aramex.net/ShippingAPI.V2'
        : 'https://ws.sbx.aramex.net/ShippingAPI.V2',
  }),
  // Every request carries the account in its body; without Accept some gateways answer XML.
  authorize: (request, fields) => {
    const given = typeof request.json === 'object' && request.json !== null ? request.json : {}
    const json = {
      ClientInfo: {
        UserName: fields['username'] ?? '',
        Password: fields['password'] ?? '',
        Version: 'v1.0',
        AccountNumber: fields['accountNumber'] ?? '',
        AccountPin: fields['accountPin'] ?? '',
        AccountEntity: fields['accountEntity'] ?? '',
        AccountCountryCode: fields['accountCountryCode'] ?? '',
        Source: 24,
      },
      Transaction: { Reference1: '', Reference2: '', Reference3: '', Reference4: '', Reference5: '' },
      ...Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'ClientInfo')),
    }
    return {
      ...request,
      headers: { ...request.headers, accept: 'application/json', 'content-type': 'application/json' },
      json,
      body: JSON.stringify(json),
    }
  },
  judge: judgeWith((body) => {
    if (at(body, 'HasErrors') !== true) return null
    // What is wrong stands at the top, or at the shipment it is about.
    const said = [at(body, 'Notifications', 0), at(body, 'Shipments', 0, 'Notifications', 0)].find(
      (notification) => textAt(notification, 'Message') !== undefined,
    )
    const code = textAt(said, 'Code') ?? ''
    const message = textAt(said, 'Message') ?? 'refused the request without saying why'
    const errorClass = classOf(code, message)
    // An address that does not exist is an answer of its own, with suggestions.
    if (errorClass === 'INVALID_REQUEST' && at(body, 'SuggestedAddresses') !== undefined) return null
    return { errorClass, message, vendorCode: code, ...(errorClass === 'AUTHENTICATION' ? { field: 'password' } : {}) }
  }),
  redact: ['ClientInfo'],
  probe,
  tests: [
    connectionStep('Aramex', probe),
    permissionsByTrying(
      'Aramex',
      permissions,
      [
        {
          permission: 'Tracking',
          request: {
            method: 'POST',
            path: paths.track,
            json: { Shipments: [nobodysWaybill], GetLastTrackingUpdateOnly: true },
          },
        },
        // Without addresses Aramex refuses after it looked at the account.
        { permission: 'RateCalculator', request: { method: 'POST', path: paths.rate, json: {} } },
        { permission: 'Shipping', request: { method: 'POST', path: paths.create, json: { Shipments: [] } } },
        { permission: 'Location', request: { method: 'POST', path: paths.validate, json: {} } },
      ],
      'accountNumber',
    ),
    {
      suite: 'sample',
      name: 'Price of half a kilo within Dubai',
      run: async (call) => {
        const here = { line1: 'Sheikh Zayed Road', city: 'Dubai', country: 'AE' }
        const quote = await quoteRates(call, { from: here, to: here, parcels: [{ weightGrams: 500 }], currency: 'AED' })
        const price = quote.rates[0]?.price
        return {
          ok: true,
          message: `Aramex quotes ${price === undefined ? 'no price' : `${toDecimal(price)} ${price.currency}`}.`,
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
