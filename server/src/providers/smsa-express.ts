import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { at, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { createShipment } from './smsa-express/shipments.ts'
import { trackShipment, validateAddress } from './smsa-express/tracking.ts'

const permissions = [
  { name: 'Tracking', why: 'following your parcels', required: true },
  { name: 'B2C shipments', why: 'making waybills and their labels', required: true },
] as const

const services = z.array(
  z.object({ serviceCode: z.string(), serviceDescription: z.string().nullish(), destination: z.string().nullish() }),
)

const servicesOf = async (call: Call) =>
  readAnswer('SMSA Express', await call({ method: 'GET', path: '/api/lookUp/ServiceTypes' }), services, (list) => list)

const probe = async (call: Call): Promise<void> => void (await servicesOf(call))

/**
 * SMSA Express, Ecom REST API. Its documentation is not public: shapes follow the one rewritten copy of it and several live
 * integrations, none confirmed with an account of our own. It has no rate API, so rates.quote is left out (take prices from
 * your contract); shipments to customers cannot be cancelled by REST, so shipments.cancel is left out too.
 */
export const smsaExpress = defineProvider({
  entry: {
    slug: 'smsa-express',
    name: 'SMSA Express',
    category: 'SHIPPING',
    summary: 'Parcels in Saudi Arabia and the Gulf: waybills with labels, cash on delivery, tracking of every parcel.',
    description:
      'SMSA Express delivers to every city of Saudi Arabia and across the Gulf, with cash on delivery. The hub makes waybills with their labels, checks that SMSA serves a city and follows parcels to the door. SMSA tells no prices by API and takes no shipment back by it; it sends no webhooks, so the hub asks for news itself.',
    authKind: 'API_KEY',
    regions: ['SA', 'AE', 'KW', 'BH', 'OM', 'QA', 'JO', 'EG'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['shipments.create', 'shipments.track', 'addresses.validate'],
    fields: [
      {
        name: 'apiKey',
        label: 'API key',
        help: 'SMSA sends it by e-mail when it opens the Ecom API for your account; the sandbox has a key of its own.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^[0-9a-f]{32}$', message: 'SMSA keys have 32 digits and letters from a to f.' },
      },
      {
        name: 'retailId',
        label: 'SMSA retail ID',
        help: 'Only if you bring parcels to a branch: its code. Leave empty for collection.',
        kind: 'text',
        required: false,
        hint: { pattern: '^\\d{1,6}$', message: 'A retail ID is a number.' },
      },
    ],
    permissions,
    limits: [{ requests: 5, windowSeconds: 1, scope: 'our own caution: SMSA publishes no limit' }],
    webhookEvents: [],
    setupGuide: [
      {
        title: 'Open an account with API access',
        text: 'Ask SMSA for a business account with the Ecom REST API. You get a key for the sandbox and one for live.',
        url: 'https://www.smsaexpress.com/contact-us',
      },
      {
        title: 'Start in the sandbox',
        text: 'Make a SANDBOX connection with the sandbox key: its waybills are not collected and not billed.',
      },
      {
        title: 'Use the service codes of your contract',
        text: 'EDDL is delivery within Saudi Arabia; the connection test lists the codes your account may use.',
      },
    ],
    pricingNotes:
      'Prices by contract and per parcel; SMSA tells none by API, so keep your tariff beside the hub. Cash on delivery costs extra.',
    docsUrl: 'https://ecomapis.smsaexpress.com/swagger/index.html',
    verified: false,
    logo: {
      path: 'M2 7h12a3 3 0 0 1 0 6H8l-2 4H2l4-8H2zM16 7h6l-5 10h-4z',
      viewBox: '0 0 24 24',
      color: '#E4002B',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api:
      connection.environment === 'LIVE'
        ? 'https://ecomapis.smsaexpress.com'
        : 'https://ecomapis-sandbox.azurewebsites.net',
  }),
  authorize: (request, fields) => ({
    ...request,
    headers: { ...request.headers, ApiKey: fields['apiKey'] ?? '' },
  }),
  // Refusals are a list by field, or one plain sentence.
  judge: judgeWith((body, answer) => {
    const fields = at(body, 'errors')
    const listed =
      typeof fields === 'object' && fields !== null
        ? Object.keys(fields)
            .slice(0, 5)
            .map((name) => `${name}: ${textAt(fields, name, 0) ?? textAt(fields, name) ?? ''}`)
            .join(' ')
        : ''
    const plain = body === undefined && !/^\s*</.test(answer.text) ? answer.text.replace(/\s+/g, ' ').trim() : ''
    const message = listed || textAt(body, 'message') || textAt(body, 'title') || plain
    return {
      ...(message === '' ? {} : { message: message.slice(0, 600) }),
      ...(answer.status === 401 || answer.status === 403 ? { field: 'apiKey' } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('SMSA Express', probe),
    permissionsByTrying(
      'SMSA Express',
      permissions,
      [
        // Nobody's parcel: SMSA looks at the key first.
        { permission: 'Tracking', request: { method: 'GET', path: '/api/track/single/000000000000' } },
        // An empty shipment is refused for being empty, after the key was looked at.
        { permission: 'B2C shipments', request: { method: 'POST', path: '/api/shipment/b2c/new', json: {} } },
      ],
      'apiKey',
    ),
    {
      suite: 'sample',
      name: 'List the services of the account',
      run: async (call) => {
        const codes = (await servicesOf(call)).map(({ serviceCode }) => serviceCode)
        return {
          ok: true,
          message: `SMSA Express answers; the account may use ${codes.join(', ') || 'no service yet'}.`,
        }
      },
    },
  ],
  operations: {
    'shipments.create': createShipment,
    'shipments.track': trackShipment,
    'addresses.validate': validateAddress,
  },
})
