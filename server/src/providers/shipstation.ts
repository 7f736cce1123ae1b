import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { errorList } from './shared/error-list.ts'
import { judgeWith } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { cancelShipment, createShipment, listShipments } from './shipstation/labels.ts'
import { quoteRates } from './shipstation/rates.ts'
import { carriersOf } from './shipstation/requests.ts'
import { trackShipment } from './shipstation/tracking.ts'
import { shipstationWebhooks } from './shipstation/webhooks.ts'

const permissions = [
  { name: 'Carriers', why: 'asking the connected carriers for prices', required: true },
  { name: 'Labels', why: 'making, following and cancelling labels', required: true },
  { name: 'Webhooks', why: 'hearing of parcels at once', required: false },
] as const

const probe = async (call: Call): Promise<void> => void (await carriersOf(call))

/**
 * ShipStation, API v2: https://docs.shipstation.com. Orders and stores live in its v1 API and are not read; it checks no
 * addresses by themselves, so addresses.validate is left out. A key that begins with TEST_ opens the sandbox on the same host.
 */
export const shipstation = defineProvider({
  entry: {
    slug: 'shipstation',
    name: 'ShipStation',
    category: 'SHIPPING',
    summary: 'Many carriers through one account: compare their prices, buy labels and follow every parcel.',
    description:
      'ShipStation stands between a shop and its carriers, with discounted rates of its own and accounts you bring. The hub compares the prices of all connected carriers, buys and voids labels and follows parcels. Each label is bought once, however often a request is repeated.',
    authKind: 'API_KEY',
    regions: ['US', 'CA', 'GB', 'AU', 'NZ', 'EU'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['rates.quote', 'shipments.create', 'shipments.track', 'shipments.cancel'],
    fields: [
      {
        name: 'apiKey',
        label: 'API key (v2)',
        help: 'ShipStation → Settings → Account → API Settings: version V2, Generate. A sandbox key begins with TEST_.',
        kind: 'secret',
        required: true,
        hint: {
          pattern: '^(TEST_)?[A-Za-z0-9+/]{40,}={0,2}$',
          message: 'ShipStation keys have at least 40 letters and digits; sandbox keys begin with TEST_.',
        },
      },
    ],
    permissions,
    limits: [
      { requests: 200, windowSeconds: 60, scope: 'per key', environment: 'LIVE' },
      { requests: 20, windowSeconds: 60, scope: 'per sandbox key', environment: 'SANDBOX' },
    ],
    webhookEvents: ['API_TRACK', 'LABEL_CREATED_V2', 'SHIPMENT_CREATED_V2', 'FULFILLMENT_SHIPPED_V2'],
    setupGuide: [
      {
        title: 'Connect carriers',
        text: 'Settings → Shipping → Carriers: the hub asks all that are connected there for prices.',
        url: 'https://ship.shipstation.com/settings/carriers',
      },
      {
        title: 'Generate a key',
        text: 'Settings → Account → API Settings, version V2, Generate API Key. The API is part of the plans Gold and above.',
        url: 'https://ship.shipstation.com/settings/api',
      },
      {
        title: 'Start in the sandbox',
        text: 'Generate a sandbox key as well and use it in a SANDBOX connection: its labels are marked as samples and cost nothing.',
      },
    ],
    pricingNotes:
      'A monthly plan by the number of shipments; labels are charged when they are bought, voided ones are paid back by the carrier.',
    docsUrl: 'https://docs.shipstation.com',
    statusUrl: 'https://status.shipstation.com',
    verified: false,
    logo: {
      path: 'M12 1 3 6v12l9 5 9-5V6zm0 3.400 5.500 3.100L12 10.600 6.500 7.500zM6 10l4.500 2.500v6L6 16zm12 0v6l-4.500 2.500v-6z',
      viewBox: '0 0 24 24',
      color: '#6AB43E',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.shipstation.com', keys: 'https://api.shipengine.com' }),
  authorize: (request, fields) => ({
    ...request,
    headers: { ...request.headers, 'api-key': fields['apiKey'] ?? '' },
  }),
  judge: judgeWith((body, answer) => {
    const { message, code } = errorList(body, 'error_code')
    // A success may list errors of single carriers beside what the others answered.
    if (answer.status < 300) return null
    const taken = code === 'identifier_conflict' || code === 'field_conflict'
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(taken ? { errorClass: 'CONFLICT' as const } : {}),
      ...(answer.status === 401 ? { field: 'apiKey' } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('ShipStation', probe),
    permissionsByTrying(
      'ShipStation',
      permissions,
      [
        { permission: 'Carriers', request: { method: 'GET', path: '/v2/carriers' } },
        { permission: 'Labels', request: { method: 'GET', path: '/v2/labels', query: { page_size: 1 } } },
        { permission: 'Webhooks', request: { method: 'GET', path: '/v2/environment/webhooks' } },
      ],
      'apiKey',
    ),
    {
      suite: 'sample',
      name: 'Name the connected carriers',
      run: async (call) => {
        const names = (await carriersOf(call)).map(({ friendly_name, carrier_code }) => friendly_name ?? carrier_code)
        return { ok: true, message: `ShipStation answers; connected are ${names.join(', ')}.` }
      },
    },
  ],
  operations: {
    'rates.quote': quoteRates,
    'shipments.create': createShipment,
    'shipments.track': trackShipment,
    'shipments.cancel': cancelShipment,
  },
  resources: { shipments: pulled(listShipments, { by: 'createdAfter', deletions: 'UNTOLD' }) },
  webhooks: shipstationWebhooks,
})
