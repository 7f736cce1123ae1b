import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readJson, tokenEndpoint } from '../oauth.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { freshbooksAccount, freshbooksRoutes, type FreshbooksBooks, refuse } from './freshbooks/books.ts'
import { firstClients, firstExpenses, firstInvoices, firstPayments } from './freshbooks/data.ts'
import { freshbooksWebhooks } from './freshbooks/webhooks.ts'

interface State extends OAuthState, FreshbooksBooks {}

const scopes = [
  'user:profile:read',
  ...['clients', 'invoices', 'payments', 'expenses'].flatMap((noun) => [`user:${noun}:read`, `user:${noun}:write`]),
]
const good = {
  clientId: '1ab0000000000000000000000000000000000000000000000000000000fb0001',
  clientSecret: 'lab-freshbooks-noor-atelier-secret-00000001',
  accountId: freshbooksAccount,
}

const vendor: OAuthVendor = {
  slug: 'freshbooks',
  name: 'FreshBooks',
  account: shop.email,
  clients: { [good.clientId]: { secret: good.clientSecret, scopes } },
  pkce: false,
  granular: true,
  rotates: true,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'eyJlab-fb-a', refresh: 'fb-lab-r', code: 'fb-lab-c' },
  refreshLifetimeSeconds: null,
}

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const granted = readAccess(vendor, bearer(request), bench.now)
  if (typeof granted === 'string')
    return json(401, {
      error: 'unauthenticated',
      error_description: 'This action requires authentication to continue.',
    })
  if (needs === null || granted.includes(needs)) return null
  return json(403, { error: 'insufficient_scope', error_description: `The scope ${needs} is missing.` })
}

/** FreshBooks, simulated: one business in dirhams. */
export const freshbooks = defineTwin<State>({
  slug: 'freshbooks',
  name: 'FreshBooks',
  hosts: ['api', 'login'],
  credentials: {
    good,
    restricted: good,
    missing: 'user:invoices:write',
    restrictedScopes: scopes.filter((scope) => scope !== 'user:invoices:write'),
  },
  calm: { tokenLifetimeSeconds: 43_200 },
  create: (now) => ({
    used: {},
    clients: firstClients(now),
    invoices: firstInvoices(now),
    payments: firstPayments(now),
    expenses: firstExpenses(now),
  }),
  guard,
  webhooks: freshbooksWebhooks,
  faults: {
    unavailable: () => refuse(503, 503, 'The service is temporarily unavailable.'),
    failure: () => refuse(500, 500, 'Something went wrong.'),
    tooMany: (seconds) => refuse(429, 429, 'Too many requests.', { 'retry-after': String(seconds) }),
    unknown: () => json(404, { error_type: 'not_found', message: 'The requested resource was not found.' }),
  },
  routes: [
    { method: 'GET', host: 'login', path: '/oauth/authorize', open: true, handle: authorizationPage(vendor) },
    { method: 'POST', path: '/auth/oauth/token', open: true, handle: tokenEndpoint(vendor, readJson) },
    {
      method: 'GET',
      path: '/auth/api/v1/users/me',
      needs: 'user:profile:read',
      handle: () =>
        json(200, {
          response: {
            id: 11,
            email: shop.email,
            business_memberships: [
              { id: 1, role: 'owner', business: { id: 4_411, name: shop.name, account_id: freshbooksAccount } },
            ],
          },
        }),
    },
    ...freshbooksRoutes,
  ],
})
