import type {
  QuoteRates,
  RateQuote,
  ShipmentStatus,
  TrackShipment,
  Tracking,
} from '@patchbay/schema/capabilities/shipping.ts'
import type { Address } from '@patchbay/schema/capabilities/values.ts'
import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { at, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { fromDecimal, toDecimal } from './shared/money.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Tracking', why: 'following your parcels', required: true },
  { name: 'RateCalculator', why: 'asking for shipping prices', required: true },
] as const

const service = (name: string, operation: string) => `/${name}/Service_1_0.svc/json/${operation}`
const trackPath = service('Tracking', 'TrackShipments')
const ratePath = service('RateCalculator', 'CalculateRate')

/** Fits no real parcel: Aramex lists it as unknown, after it has checked the account. */
const nobodysWaybill = '0000000000'

async function probe(call: Call): Promise<void> {
  const request = { Shipments: [nobodysWaybill], GetLastTrackingUpdateOnly: true }
  readAnswer(
    'Aramex',
    await call({ method: 'POST', path: trackPath, json: request, safe: true }),
    z.object({ HasErrors: z.literal(false) }),
    () => undefined,
  )
}

const toParty = (address: Address) => ({
  Line1: address.line1 ?? '',
  Line2: address.line2 ?? '',
  Line3: '',
  City: address.city ?? '',
  StateOrProvinceCode: address.state ?? '',
  PostCode: address.postalCode ?? '',
  CountryCode: address.country,
})

const rateAnswer = z.object({ TotalAmount: z.object({ CurrencyCode: z.string(), Value: z.number() }) })

/** Grams as the kilograms Aramex reads; the shortest decimal, so 600 g is 0.6. */
const kilograms = (grams: number) => grams / 1000

async function quoteRates(call: Call, input: QuoteRates): Promise<RateQuote> {
  const domestic = input.from.country === input.to.country
  const grams = input.parcels.reduce((sum, parcel) => sum + parcel.weightGrams, 0)
  const service = domestic
    ? { group: 'DOM', type: 'OND', name: 'Domestic' }
    : { group: 'EXP', type: 'PPX', name: 'Priority Parcel Express' }
  const answer = await call({
    method: 'POST',
    path: ratePath,
    safe: true,
    json: {
      OriginAddress: toParty(input.from),
      DestinationAddress: toParty(input.to),
      ShipmentDetails: {
        Dimensions: null,
        ActualWeight: { Unit: 'KG', Value: kilograms(grams) },
        ChargeableWeight: null,
        DescriptionOfGoods: input.contents ?? 'Goods',
        GoodsOriginCountry: input.from.country,
        NumberOfPieces: input.parcels.length,
        ProductGroup: service.group,
        ProductType: service.type,
        PaymentType: 'P',
        PaymentOptions: '',
        Services: '',
      },
      PreferredCurrencyCode: input.currency ?? 'AED',
    },
  })
  return readAnswer('Aramex', answer, rateAnswer, ({ TotalAmount }) => ({
    rates: [
      { service: service.type, name: service.name, price: fromDecimal(TotalAmount.Value, TotalAmount.CurrencyCode) },
    ],
  }))
}

/** Codes seen in public integrations; Aramex prints no list, so the words decide for the rest. */
const statusOfCode: Readonly<Record<string, ShipmentStatus>> = {
  SH014: 'CREATED',
  SH047: 'IN_TRANSIT',
  SH001: 'IN_TRANSIT',
  SH003: 'OUT_FOR_DELIVERY',
  SH005: 'DELIVERED',
  SH006: 'DELIVERED',
  SH033: 'EXCEPTION',
  SH069: 'RETURNED',
}

function statusOf(code: string, words: string): ShipmentStatus {
  const known = statusOfCode[code]
  if (known !== undefined) return known
  if (/return/i.test(words)) return 'RETURNED'
  if (/out for delivery/i.test(words)) return 'OUT_FOR_DELIVERY'
  if (/not delivered|attempt|hold|problem|refused|incorrect/i.test(words)) return 'EXCEPTION'
  if (/delivered/i.test(words)) return 'DELIVERED'
  if (/received|departed|arrived|transit|facility|customs/i.test(words)) return 'IN_TRANSIT'
  return 'UNKNOWN'
}

/** `/Date(1722924060000+0400)/` as ISO 8601: the number is UTC, the zone only says where. */
function momentOf(wcf: string): string {
  const time = Number(/^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/.exec(wcf)?.[1] ?? Number.NaN)
  if (Number.isNaN(time)) throw new RangeError(`${wcf.slice(0, 40)} is not a moment`)
  return new Date(time).toISOString()
}

const update = z.object({
  UpdateCode: z.string(),
  UpdateDescription: z.string().nullish(),
  UpdateDateTime: z.string(),
  UpdateLocation: z.string().nullish(),
})
/** A list of pairs from most gateways, a map from some. */
const trackAnswer = z.object({
  TrackingResults: z.union([
    z.array(z.object({ Key: z.string(), Value: z.array(update) })),
    z
      .record(z.string(), z.array(update))
      .transform((map) => Object.entries(map).map(([Key, Value]) => ({ Key, Value }))),
  ]),
})

async function trackShipment(call: Call, input: TrackShipment): Promise<Tracking> {
  const answer = await call({
    method: 'POST',
    path: trackPath,
    safe: true,
    json: { Shipments: [input.trackingNumber], GetLastTrackingUpdateOnly: false },
  })
  const updates = readAnswer(
    'Aramex',
    answer,
    trackAnswer,
    ({ TrackingResults }) => TrackingResults.find((result) => result.Key === input.trackingNumber)?.Value,
  )
  if (updates === undefined)
    throw new ProviderCallError({
      errorClass: 'NOT_FOUND',
      message: `Aramex: there is no waybill ${input.trackingNumber}.`,
      advice: 'Check the number. A waybill made in the last hour may not be known yet.',
    })
  return readAnswer('Aramex', answer, z.unknown(), () => {
    const events = updates
      .map((one) => ({
        at: momentOf(one.UpdateDateTime),
        status: statusOf(one.UpdateCode, one.UpdateDescription ?? ''),
        code: one.UpdateCode,
        description: one.UpdateDescription ?? '',
        location: one.UpdateLocation ?? null,
      }))
      .sort((a, b) => (a.at < b.at ? 1 : -1))
    return {
      trackingNumber: input.trackingNumber,
      status: events[0]?.status ?? 'UNKNOWN',
      deliveredAt: events.find((event) => event.status === 'DELIVERED')?.at ?? null,
      events,
    }
  })
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
    summary: 'Parcels from the Gulf to everywhere: domestic and express rates, and tracking of every waybill.',
    description:
      'Aramex collects in the UAE and the wider Gulf and delivers worldwide. The hub asks for prices before checkout and follows waybills to the door. Aramex sends no webhooks, so the hub asks for news itself.',
    authKind: 'BODY',
    regions: ['AE', 'SA', 'KW', 'QA', 'BH', 'OM', 'JO', 'EG', 'LB', 'IN', 'ZA', 'GB'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['rates.quote', 'shipments.track'],
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
    setupGuide: [
      {
        title: 'Have an account with API access',
        text: 'Any Aramex business account can use the API. Ask your account manager to switch on Rate Calculator and Tracking for it.',
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
    const code = textAt(body, 'Notifications', 0, 'Code') ?? ''
    const message = textAt(body, 'Notifications', 0, 'Message') ?? 'refused the request without saying why'
    const errorClass = classOf(code, message)
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
            path: trackPath,
            json: { Shipments: [nobodysWaybill], GetLastTrackingUpdateOnly: true },
          },
        },
        // Without addresses Aramex refuses after it looked at the account.
        { permission: 'RateCalculator', request: { method: 'POST', path: ratePath, json: {} } },
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
  operations: { 'rates.quote': quoteRates, 'shipments.track': trackShipment },
})
