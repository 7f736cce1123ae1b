import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { createNote, getContact, listContacts, upsertContact } from './hubspot/contacts.ts'
import { createDeal, getDeal, listDeals, updateDeal } from './hubspot/deals.ts'
import { objectsPath, readAccount } from './hubspot/objects.ts'
import { beyondSearch } from './hubspot/pull.ts'
import { hubspotEventTypes, hubspotWebhooks } from './hubspot/webhooks.ts'
import { judgeWith, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'crm.objects.contacts.read', why: 'reading contacts', required: true },
  { name: 'crm.objects.contacts.write', why: 'adding and changing contacts, and their notes', required: true },
  { name: 'crm.objects.deals.read', why: 'reading deals', required: true },
  { name: 'crm.objects.deals.write', why: 'opening and changing deals', required: true },
] as const

async function probe(call: Call): Promise<void> {
  await readAccount(call)
}

const classOfCategory = {
  MISSING_SCOPES: 'PERMISSION',
  RATE_LIMITS: 'RATE_LIMITED',
  OBJECT_NOT_FOUND: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
} as const
const isCategory = (name: string | undefined): name is keyof typeof classOfCategory =>
  name !== undefined && name in classOfCategory

/**
 * HubSpot, CRM API v3: https://developers.hubspot.com/docs/api-reference/overview. Webhooks of an app are set in HubSpot: the API
 * for that wants a developer's key, which opens every account of the app. That a batch without inputs is refused after the
 * check of scopes is not documented; where it is not, it has no effect either.
 */
export const hubspot = defineProvider({
  entry: {
    slug: 'hubspot',
    name: 'HubSpot',
    category: 'CRM',
    summary: 'Contacts, deals and notes of your HubSpot CRM, kept up to date from the shop.',
    description:
      'HubSpot is where sales and service know the customer. The hub adds contacts or brings them up to date by their e-mail address, opens deals and moves them through their stages, and notes what happened in the shop. Connect with the token of a private app, or by signing in to an app with OAuth. Stages and pipelines are named by HubSpot’s internal ids, such as appointmentscheduled.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL', 'EU', 'US'],
    environments: ['LIVE'],
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
        name: 'accessToken',
        label: 'Private app token',
        help: 'HubSpot → Settings → Integrations → Private Apps → your app → Auth. Leave empty to sign in with OAuth instead.',
        kind: 'secret',
        required: false,
        placeholder: 'pat-eu1-…',
        hint: {
          pattern: '^pat-(na|eu|ap)\\d-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
          message: 'Tokens of private apps start with pat-, the region, and a UUID.',
        },
      },
      {
        name: 'clientId',
        label: 'App client ID',
        help: 'Only for OAuth: your app → Auth.',
        kind: 'text',
        required: false,
      },
      {
        name: 'clientSecret',
        label: 'App client secret',
        help: 'On the same page. OAuth needs it, and so do webhooks: HubSpot signs them with it.',
        kind: 'secret',
        required: false,
      },
    ],
    permissions,
    limits: [
      { requests: 100, windowSeconds: 10, scope: 'per app and account on the smallest plans; 190 on the larger ones' },
      { requests: 5, windowSeconds: 1, scope: 'searches, per account', enforced: false },
      { requests: 250_000, windowSeconds: 86_400, scope: 'per account on the smallest plans', enforced: false },
    ],
    webhookEvents: [...hubspotEventTypes],
    setupGuide: [
      {
        title: 'Create a private app',
        text: 'HubSpot → Settings → Integrations → Private Apps → Create. Name it “Patchbay”.',
        url: 'https://app.hubspot.com/l/private-apps',
      },
      {
        title: 'Choose its scopes',
        text: 'Under Scopes add reading and writing of contacts and deals: crm.objects.contacts.read and .write, crm.objects.deals.read and .write.',
      },
      {
        title: 'Copy token and secret',
        text: 'Create the app, then copy the access token and, for webhooks, the client secret from its Auth page.',
      },
      {
        title: 'Or: sign in with OAuth',
        text: 'In an app of your own add this hub’s address followed by /oauth/callback as redirect URL, paste client ID and secret here, and choose Connect.',
        url: 'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/overview',
      },
    ],
    pricingNotes: 'The API is part of every plan, the free CRM too; larger plans allow more requests.',
    docsUrl: 'https://developers.hubspot.com/docs/api-reference/overview',
    statusUrl: 'https://status.hubspot.com',
    // HubSpot publishes a description of these objects under a licence that forbids its use here.
    verified: false,
    logo: {
      path: 'M17 9V6a2 2 0 1 0-2 0v3a5 5 0 0 0-2 1L7 5a2 2 0 1 0-1 2l6 4a5 5 0 0 0 0 6l-2 2a2 2 0 1 0 1 1l2-2a5 5 0 1 0 4-9zm-1 8a3 3 0 1 1 0-6 3 3 0 0 1 0 6z',
      viewBox: '0 0 24 24',
      color: '#FF7A59',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.hubapi.com', app: 'https://app.hubspot.com' }),
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'app', path: '/oauth/authorize' },
    token: { host: 'api', path: '/oauth/v1/token' },
    clientAuth: 'form',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: false,
    scopes: ['oauth', ...permissions.map(({ name }) => name)],
    scopeSeparator: ' ',
    // Access tokens live half an hour; the refresh token stays until the app is removed.
    refreshRotates: false,
    applies: (fields) => !fields['accessToken'],
  },
  authorize: (request, fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${fields['accessToken'] || accessToken || ''}` },
  }),
  judge: judgeWith((body, answer) => {
    // A batch may answer 207 with nothing done.
    const refused = answer.status === 207 ? textAt(body, 'errors', 0, 'message') : undefined
    if (answer.status < 300 && refused === undefined) return null
    const message = refused ?? textAt(body, 'message')
    const category = refused === undefined ? textAt(body, 'category') : textAt(body, 'errors', 0, 'category')
    const known = answer.status === 207 || answer.status === 400 ? category : undefined
    return {
      ...(refused === undefined ? {} : { errorClass: 'INVALID_REQUEST' as const }),
      ...(isCategory(known) ? { errorClass: classOfCategory[known] } : {}),
      ...(message === undefined ? {} : { message }),
      ...(category === undefined ? {} : { vendorCode: category }),
      ...(answer.status === 401 ? { field: 'accessToken' } : {}),
    }
  }),
  redact: ['access_token', 'refresh_token'],
  probe,
  tests: [
    connectionStep('HubSpot', probe),
    permissionsByTrying(
      'HubSpot',
      permissions,
      [
        {
          permission: 'crm.objects.contacts.read',
          request: { method: 'GET', path: `${objectsPath}/contacts`, query: { limit: 1 } },
        },
        {
          permission: 'crm.objects.contacts.write',
          request: { method: 'POST', path: `${objectsPath}/contacts/batch/upsert`, json: { inputs: [] } },
        },
        {
          permission: 'crm.objects.deals.read',
          request: { method: 'GET', path: `${objectsPath}/deals`, query: { limit: 1 } },
        },
        {
          permission: 'crm.objects.deals.write',
          request: { method: 'POST', path: `${objectsPath}/deals/batch/update`, json: { inputs: [] } },
        },
      ],
      'accessToken',
    ),
    {
      suite: 'sample',
      name: 'Read a contact',
      run: async (call) => {
        const { items } = await listContacts(call, { first: 1, after: null })
        const who = items[0]?.email ?? items[0]?.id
        return {
          ok: true,
          message:
            who === undefined
              ? 'HubSpot answers; the CRM has no contacts yet.'
              : `HubSpot answers; the first contact is ${who}.`,
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
    contacts: beyondSearch(pulled(listContacts, { by: 'updatedSince' })),
    deals: beyondSearch(pulled(listDeals, { by: 'updatedSince' })),
  },
  webhooks: hubspotWebhooks,
})
