import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readBasic, tokenEndpoint } from '../oauth.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { wrapped, type XeroBooks } from './xero/answers.ts'
import { xeroRoutes } from './xero/books.ts'
import { firstContacts, firstInvoices, firstPayments, firstSpending } from './xero/data.ts'
import { xeroTenant, xeroWebhooks } from './xero/webhooks.ts'

interface State extends OAuthState, XeroBooks {}

const scopes = [
  'offline_access',
  'accounting.contacts',
  'accounting.invoices',
  'accounting.payments',
  'accounting.banktransactions',
  'accounting.settings.read',
]
const good = {
  clientId: '1AB0000000000000000000000000CAFE',
  clientSecret: 'lab-xero-noor-atelier-secret-000000000001',
  bankAccount: '090',
}

const vendor: OAuthVendor = {
  slug: 'xero',
  name: 'Xero',
  account: shop.name,
  clients: { [good.clientId]: { secret: good.clientSecret, scopes } },
  pkce: false,
  // Xero grants all or nothing; a person with fewer rights is played by fewer ticks.
  granular: true,
  rotates: true,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'xero-lab-a', refresh: 'xero-lab-r', code: 'xero-lab-c' },
  refreshLifetimeSeconds: 60 * 86_400,
}

const problem = (status: number, Title: string, Detail: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { Type: null, Title, Status: status, Detail, Instance: 'lab' }, headers)

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const granted = readAccess(vendor, bearer(request), bench.now)
  if (granted === 'EXPIRED') return problem(401, 'Unauthorized', 'TokenExpired: token expired')
  if (granted === 'INVALID') return problem(401, 'Unauthorized', 'AuthenticationUnsuccessful')
  if (request.host === 'connections') return null
  if (request.headers['xero-tenant-id'] !== xeroTenant.id)
    return problem(403, 'Forbidden', 'AuthenticationUnsuccessful')
  return needs === null || granted.includes(needs) ? null : problem(401, 'Unauthorized', 'AuthorizationUnsuccessful')
}

/** Xero, simulated: one organisation in dirhams that also bills in dollars. */
export const xero = defineTwin<State>({
  slug: 'xero',
  name: 'Xero',
  hosts: ['api', 'connections', 'login', 'identity'],
  credentials: {
    good,
    restricted: good,
    missing: 'accounting.invoices',
    restrictedScopes: scopes.filter((scope) => scope !== 'accounting.invoices'),
  },
  calm: { tokenLifetimeSeconds: 1800 },
  create: (now) => ({
    used: {},
    contacts: firstContacts(now),
    invoices: firstInvoices(now),
    spending: firstSpending(now),
    payments: firstPayments(now),
    keys: {},
  }),
  guard,
  webhooks: xeroWebhooks,
  faults: {
    unavailable: () => problem(503, 'Service Unavailable', 'The API is temporarily unavailable.'),
    failure: () => problem(500, 'Internal Server Error', 'An error occurred.'),
    tooMany: (seconds) =>
      problem(429, 'Too Many Requests', 'Rate limit exceeded.', {
        'retry-after': String(seconds),
        'x-rate-limit-problem': 'minute',
        'x-minlimit-remaining': '0',
      }),
    unknown: () => problem(404, 'Not Found', 'The resource cannot be found.'),
  },
  routes: [
    {
      method: 'GET',
      host: 'login',
      path: '/identity/connect/authorize',
      open: true,
      handle: authorizationPage(vendor),
    },
    { method: 'POST', host: 'identity', path: '/connect/token', open: true, handle: tokenEndpoint(vendor, readBasic) },
    {
      method: 'GET',
      host: 'connections',
      path: '/Connections',
      handle: () =>
        json(200, [
          {
            id: '1ab00000-0a0a-4a0a-8a0a-00000000c001',
            tenantId: xeroTenant.id,
            tenantType: 'ORGANISATION',
            tenantName: xeroTenant.name,
            createdDateUtc: '2026-01-05T08:00:00.0000000',
            updatedDateUtc: '2026-01-05T08:00:00.0000000',
          },
        ]),
    },
    {
      method: 'GET',
      path: '/Organisation',
      needs: 'accounting.settings.read',
      handle: (_request, { now }) =>
        wrapped(
          'Organisations',
          [{ Name: shop.name, BaseCurrency: 'AED', CountryCode: 'AE', IsDemoCompany: true }],
          now,
        ),
    },
    ...xeroRoutes,
  ],
})
