import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readForm, tokenEndpoint } from '../oauth.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { firstContacts, firstDeals } from './hubspot/data.ts'
import type { CrmObject, CrmState } from './hubspot/records.ts'
import {
  contactsOfDeals,
  create,
  failure,
  list,
  read,
  search,
  update,
  updateDeals,
  upsertContacts,
} from './hubspot/records.ts'
import { hubspotApp, hubspotWebhooks } from './hubspot/webhooks.ts'

interface State extends OAuthState, CrmState {}

const scopes = [
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.deals.read',
  'crm.objects.deals.write',
]
const { clientId, clientSecret } = hubspotApp
const good = { accessToken: 'pat-eu1-1ab00000-0000-4000-8000-000000000001', clientSecret }
const restricted = { accessToken: 'pat-eu1-1ab00000-0000-4000-8000-000000000002' }
const pasted = new Map<string, readonly string[]>([
  [good.accessToken, scopes],
  [restricted.accessToken, scopes.filter((scope) => scope.includes('contacts'))],
])

const vendor: OAuthVendor = {
  slug: 'hubspot',
  name: 'HubSpot',
  account: 'noor-atelier.example',
  clients: { [clientId]: { secret: clientSecret, scopes: ['oauth', ...scopes] } },
  pkce: false,
  granular: false,
  rotates: false,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'CLab', refresh: 'eu1-lab', code: 'eu1-labcode' },
  refreshLifetimeSeconds: null,
}

const scopesOf = (request: LabRequest, now: number): readonly string[] | null => {
  const token = bearer(request) ?? ''
  const known = pasted.get(token)
  if (known !== undefined) return known
  const granted = readAccess(vendor, token, now)
  return typeof granted === 'string' ? null : granted
}

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const granted = scopesOf(request, bench.now)
  if (granted === null)
    return failure(
      401,
      'INVALID_AUTHENTICATION',
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    )
  if (needs === null || granted.includes(needs)) return null
  const errors = [
    {
      message: 'One or more of the following scopes are required.',
      context: { requiredGranularScopes: [needs] },
    },
  ]
  return failure(
    403,
    'MISSING_SCOPES',
    "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    { errors },
  )
}

const path = (object: CrmObject, rest = '') => `/crm/v3/objects/${object}${rest}`

/** HubSpot, simulated: one portal with one currency besides its own, USD. */
export const hubspot = defineTwin<State>({
  slug: 'hubspot',
  name: 'HubSpot',
  hosts: ['api', 'app'],
  credentials: { good, restricted, missing: 'crm.objects.deals.read' },
  calm: { tokenLifetimeSeconds: 1800 },
  create: (now) => ({ used: {}, contacts: firstContacts(now), deals: firstDeals(now), notes: [] }),
  guard,
  webhooks: hubspotWebhooks,
  faults: {
    unavailable: () => failure(503, 'SERVICE_UNAVAILABLE', 'The service is temporarily unavailable.'),
    failure: () => failure(500, 'INTERNAL_ERROR', 'internal error'),
    tooMany: (seconds) =>
      failure(
        429,
        'RATE_LIMITS',
        'You have reached your ten_secondly_rolling limit.',
        { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' },
        { 'retry-after': String(seconds) },
      ),
    unknown: () => json(404, { status: 'error', message: 'Unable to find the requested page.' }),
  },
  routes: [
    { method: 'GET', host: 'app', path: '/oauth/authorize', open: true, handle: authorizationPage(vendor) },
    { method: 'POST', path: '/oauth/v1/token', open: true, handle: tokenEndpoint(vendor, readForm) },
    {
      method: 'GET',
      path: '/account-info/v3/details',
      handle: () =>
        json(200, {
          portalId: hubspotApp.portalId,
          accountType: 'STANDARD',
          timeZone: 'Asia/Dubai',
          companyCurrency: 'AED',
          additionalCurrencies: ['USD'],
          uiDomain: 'app.hubspot.com',
          dataHostingLocation: 'eu1',
        }),
    },
    { method: 'GET', path: path('contacts'), needs: 'crm.objects.contacts.read', handle: list('contacts') },
    {
      method: 'POST',
      path: path('contacts', '/search'),
      needs: 'crm.objects.contacts.read',
      handle: search('contacts'),
    },
    {
      method: 'POST',
      path: path('contacts', '/batch/upsert'),
      needs: 'crm.objects.contacts.write',
      handle: upsertContacts,
    },
    { method: 'GET', path: path('contacts', '/:id'), needs: 'crm.objects.contacts.read', handle: read('contacts') },
    { method: 'GET', path: path('deals'), needs: 'crm.objects.deals.read', handle: list('deals') },
    { method: 'POST', path: path('deals'), needs: 'crm.objects.deals.write', handle: create('deals') },
    { method: 'POST', path: path('deals', '/search'), needs: 'crm.objects.deals.read', handle: search('deals') },
    {
      method: 'POST',
      path: '/crm/v4/associations/deals/contacts/batch/read',
      needs: 'crm.objects.deals.read',
      handle: contactsOfDeals,
    },
    { method: 'POST', path: path('deals', '/batch/update'), needs: 'crm.objects.deals.write', handle: updateDeals },
    { method: 'GET', path: path('deals', '/:id'), needs: 'crm.objects.deals.read', handle: read('deals') },
    { method: 'PATCH', path: path('deals', '/:id'), needs: 'crm.objects.deals.write', handle: update('deals') },
    { method: 'POST', path: path('notes'), needs: 'crm.objects.contacts.write', handle: create('notes') },
  ],
})
