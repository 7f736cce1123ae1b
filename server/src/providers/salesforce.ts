import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { createNote, getContact, listContacts, upsertContact } from './salesforce/contacts.ts'
import { createDeal, getDeal, listDeals, updateDeal } from './salesforce/deals.ts'
import { hostPattern, latestVersion, pathOf, recordPath, versionPattern } from './salesforce/org.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionOutcome } from './shared/steps.ts'

const permissions = [
  { name: 'Contact', why: 'reading, adding and changing contacts', required: true },
  { name: 'Opportunity', why: 'reading, opening and changing deals', required: true },
  { name: 'Account', why: 'tying contacts to their company', required: false },
  { name: 'Note', why: 'noting something on a contact', required: false },
] as const

async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const answer = await call({ method: 'GET', path: pathOf(connection, '/limits') })
  const shape = z.object({ DailyApiRequests: z.object({ Max: z.int(), Remaining: z.int() }) })
  readAnswer('Salesforce', answer, shape, () => undefined)
}

const described = z.object({ createable: z.boolean(), updateable: z.boolean(), queryable: z.boolean() })

/** Salesforce says of every object what this user may do with it; of one the user may not see, that there is none. */
async function granted(call: Call, connection: ConnectionFacts): Promise<Set<string>> {
  const found = new Set<string>()
  for (const { name } of permissions)
    try {
      const answer = await call({ method: 'GET', path: `${recordPath(connection, name)}/describe` })
      readAnswer('Salesforce', answer, described, (may) => {
        if (may.createable && may.queryable && (may.updateable || name === 'Note')) found.add(name)
      })
    } catch (error) {
      if (!(error instanceof ProviderCallError) || !['NOT_FOUND', 'PERMISSION'].includes(error.errorClass)) throw error
    }
  return found
}

const classOfCode = {
  REQUEST_LIMIT_EXCEEDED: 'RATE_LIMITED',
  INSUFFICIENT_ACCESS_OR_READONLY: 'PERMISSION',
  INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY: 'PERMISSION',
  INVALID_TYPE: 'PERMISSION',
  DUPLICATES_DETECTED: 'CONFLICT',
  DUPLICATE_VALUE: 'CONFLICT',
  UNABLE_TO_LOCK_ROW: 'CONFLICT',
  ENTITY_IS_DELETED: 'NOT_FOUND',
  MALFORMED_ID: 'NOT_FOUND',
} as const
const isCode = (code: string | undefined): code is keyof typeof classOfCode => code !== undefined && code in classOfCode

const scopes = ['api', 'refresh_token'] as const

/**
 * Salesforce, REST API: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm. It has no webhooks of
 * its own: lists take `updatedSince`. That an opportunity takes its contact when it is made is documented for API 46 and later and
 * was not tried against a live organisation.
 */
export const salesforce = defineProvider({
  entry: {
    slug: 'salesforce',
    name: 'Salesforce',
    category: 'CRM',
    summary: 'Contacts, opportunities and notes of your Salesforce, kept up to date from the shop.',
    description:
      'Salesforce is where larger sales teams know the customer. The hub adds contacts or brings them up to date by their e-mail address, ties them to their company’s account, opens opportunities and moves them through their stages, and writes notes. The host decides between production and sandbox. Salesforce tells nobody by itself what changed: read the lists with updatedSince.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: [
      'contacts.upsert',
      'contacts.get',
      'contacts.list',
      'deals.create',
      'deals.update',
      'deals.get',
      'deals.list',
      'notes.create',
    ],
    fields: [
      {
        name: 'host',
        label: 'My Domain host',
        help: 'Salesforce → Setup → My Domain → Current My Domain URL; not the address with lightning.force.com.',
        kind: 'text',
        required: true,
        placeholder: 'acme.my.salesforce.com',
        // Becomes a host name: nothing but an organisation of Salesforce may stand here.
        rule: {
          pattern: hostPattern.source,
          message: 'Write the host that ends with .my.salesforce.com, without https:// and without a path.',
        },
      },
      {
        name: 'clientId',
        label: 'Consumer key',
        help: 'Setup → External Client App Manager → your app → Settings → OAuth Settings → Consumer Key and Secret.',
        kind: 'text',
        required: true,
        hint: { pattern: '^3MVG[A-Za-z0-9._]{20,}$', message: 'Consumer keys start with 3MVG.' },
      },
      { name: 'clientSecret', label: 'Consumer secret', help: 'On the same page.', kind: 'secret', required: true },
      {
        name: 'currency',
        label: 'Currency',
        help: 'Currency of amounts: Setup → Company Information → Currency Locale (or Corporate Currency).',
        kind: 'text',
        required: false,
        default: 'USD',
        rule: { pattern: '^[A-Z]{3}$', message: 'Write the ISO code of the currency, such as AED.' },
      },
      {
        name: 'multiCurrency',
        label: 'Several currencies',
        help: 'Whether Setup → Company Information says “Activate Multiple Currencies”.',
        kind: 'select',
        required: false,
        options: [
          { value: 'no', label: 'One currency' },
          { value: 'yes', label: 'Several currencies' },
        ],
        default: 'no',
      },
      {
        name: 'apiVersion',
        label: 'API version',
        help: 'Salesforce brings out three a year and keeps each for years.',
        kind: 'text',
        required: false,
        default: latestVersion,
        rule: { pattern: versionPattern.source, message: 'A version is a number such as 66.0.' },
      },
    ],
    permissions,
    limits: [
      {
        requests: 100_000,
        windowSeconds: 86_400,
        scope: 'per organisation, plus an allowance for each licence',
        enforced: false,
      },
    ],
    webhookEvents: [],
    templates: [
      {
        key: 'several-currencies',
        name: 'Several currencies',
        description: 'An organization that has activated multiple currencies, where each amount names its own.',
        environment: 'LIVE',
        settings: { multiCurrency: 'yes' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'dirham',
        name: 'UAE dirham',
        description: 'An organization with one currency, the dirham of the United Arab Emirates.',
        environment: 'LIVE',
        settings: { currency: 'AED', multiCurrency: 'no' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Make an external client app',
        text: 'Setup → External Client App Manager → New. Enable OAuth, add this hub’s address followed by /oauth/callback as callback URL, and the scopes api and refresh_token.',
        url: 'https://help.salesforce.com/s/articleView?id=xcloud.create_a_local_external_client_app.htm',
      },
      {
        title: 'Let people use it',
        text: 'Policies of the app: permitted users, and refresh tokens valid until revoked. Require PKCE may stay on.',
      },
      {
        title: 'Copy key and secret',
        text: 'Settings → OAuth Settings → Consumer Key and Secret. New apps take some minutes to work.',
      },
      {
        title: 'Enter host and currency, and connect',
        text: 'Copy the host from Setup → My Domain, choose Connect, and sign in as a user who may see contacts and opportunities.',
        url: 'https://help.salesforce.com/s/articleView?id=sf.domain_name_overview.htm',
      },
    ],
    pricingNotes:
      'The API comes with Enterprise, Unlimited, Performance and Developer editions; with Professional it is an extra.',
    docsUrl: 'https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm',
    statusUrl: 'https://status.salesforce.com',
    verified: false,
    logo: {
      path: 'M10 5a5 5 0 0 1 4-2 5 5 0 0 1 4.500 3A5 5 0 0 1 19 16h-.5a4 4 0 0 1-5.500 2 4.500 4.500 0 0 1-8-.5H4.500A4.300 4.300 0 0 1 2.500 9.500 5 5 0 0 1 10 5z',
      viewBox: '0 0 24 24',
      color: '#00A1E0',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => ({
    api: `https://${hostPattern.test(settings['host'] ?? '') ? settings['host'] : 'no-organisation.invalid'}`,
  }),
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'api', path: '/services/oauth2/authorize' },
    token: { host: 'api', path: '/services/oauth2/token' },
    clientAuth: 'form',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: true,
    scopes,
    scopeSeparator: ' ',
    // The token does not say how long it lives: the organisation's session policy decides, and a 401 tells.
    refreshRotates: false,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { accept: 'application/json', ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    if (answer.status < 300) return null
    const message = textAt(body, 0, 'message') ?? textAt(body, 'error_description') ?? textAt(body, 'error')
    const code = textAt(body, 0, 'errorCode') ?? textAt(body, 'error')
    const known = answer.status === 400 || answer.status === 403 ? code : undefined
    return {
      ...(isCode(known) ? { errorClass: classOfCode[known] } : {}),
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
    }
  }),
  redact: ['access_token', 'refresh_token', 'signature'],
  probe,
  tests: [
    connectionStep('Salesforce', probe),
    {
      suite: 'permissions',
      name: 'Permissions',
      run: async (call, connection) => permissionOutcome('Salesforce', permissions, await granted(call, connection)),
    },
    {
      suite: 'sample',
      name: 'Read a contact',
      run: async (call, connection) => {
        const { items } = await listContacts(call, { first: 1, after: null }, connection)
        const who = items[0]?.email ?? items[0]?.id
        return {
          ok: true,
          message:
            who === undefined
              ? 'Salesforce answers; there are no contacts yet.'
              : `Salesforce answers; the first contact is ${who}.`,
        }
      },
    },
  ],
  operations: {
    'contacts.upsert': upsertContact,
    'contacts.get': getContact,
    'contacts.list': listContacts,
    'deals.create': createDeal,
    'deals.update': updateDeal,
    'deals.get': getDeal,
    'deals.list': listDeals,
    'notes.create': createNote,
  },
  resources: {
    contacts: pulled(listContacts, { by: 'updatedSince' }),
    deals: pulled(listDeals, { by: 'updatedSince' }),
  },
})
