import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readForm, tokenEndpoint } from '../oauth.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { firstRecords, recordRoutes, refuse, type SalesforceRecords, version } from './salesforce/records.ts'

interface State extends OAuthState, SalesforceRecords {}

const good = {
  host: 'noor-atelier.my.salesforce.com',
  clientId: '3MVGLabNoorAtelierConsumerKey0000000000000000000000000000000000000000001',
  clientSecret: 'LABNOORATELIERCONSUMERSECRET000000000000000000000000000000000001',
  currency: 'AED',
}

const vendor: OAuthVendor = {
  slug: 'salesforce',
  name: 'Salesforce',
  account: shop.email,
  clients: { [good.clientId]: { secret: good.clientSecret, scopes: ['api', 'refresh_token'] } },
  pkce: true,
  granular: true,
  rotates: false,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: '00Dlab!A', refresh: '5Aep-lab', code: 'aPrx-lab' },
  refreshLifetimeSeconds: null,
  // Salesforce does not say how long a token lives.
  extra: () => ({
    expires_in: undefined,
    instance_url: `https://${good.host}`,
    id: `https://${good.host}/id/00DLab0000000001AAA/005Lab0000000001AAA`,
  }),
}

const grantOf = (request: LabRequest, now: number) => readAccess(vendor, bearer(request), now)

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const granted = grantOf(request, bench.now)
  if (typeof granted === 'string') return refuse(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
  if (needs === null || granted.includes(needs)) return null
  return refuse(403, 'INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights')
}

/** A user with fewer rights is played by a grant without refresh_token: contacts may be seen, opportunities may not. */
function describe(request: LabRequest, { now }: Bench<State>): LabAnswer {
  const name = request.params['object'] ?? ''
  const granted = grantOf(request, now)
  const few = typeof granted === 'string' || !granted.includes('refresh_token')
  if (!['Contact', 'Opportunity', 'Account', 'Note'].includes(name) || (few && name === 'Opportunity'))
    return refuse(404, 'NOT_FOUND', 'The requested resource does not exist')
  return json(200, { name, createable: true, updateable: true, queryable: true, deletable: false, fields: [] })
}

/** Salesforce, simulated: one organisation in dirhams, with one currency. */
export const salesforce = defineTwin<State>({
  slug: 'salesforce',
  name: 'Salesforce',
  hosts: ['api'],
  credentials: { good, restricted: good, missing: 'Opportunity', restrictedScopes: ['api'] },
  calm: { tokenLifetimeSeconds: 7200 },
  create: (now) => ({ used: {}, ...firstRecords(now) }),
  guard,
  faults: {
    unavailable: () => refuse(503, 'SERVER_UNAVAILABLE', 'Too many requests are running; try again.'),
    failure: () => refuse(500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred.'),
    // Salesforce says it with 403.
    tooMany: (seconds) =>
      refuse(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', { 'retry-after': String(seconds) }),
    unknown: () => refuse(404, 'NOT_FOUND', 'The requested resource does not exist'),
  },
  routes: [
    { method: 'GET', path: '/services/oauth2/authorize', open: true, handle: authorizationPage(vendor) },
    { method: 'POST', path: '/services/oauth2/token', open: true, handle: tokenEndpoint(vendor, readForm) },
    {
      method: 'GET',
      path: `${version}/limits`,
      needs: 'api',
      handle: () => json(200, { DailyApiRequests: { Max: 100_000, Remaining: 99_412 } }),
    },
    { method: 'GET', path: `${version}/sobjects/:object/describe`, needs: 'api', handle: describe },
    ...recordRoutes,
  ],
})
