import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readBasic, tokenEndpoint } from '../oauth.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { fault, quickbooksRoutes, type QuickbooksBooks } from './quickbooks-online/books.ts'
import { firstCustomers, firstInvoices, firstPayments, firstPurchases } from './quickbooks-online/data.ts'
import { quickbooksRealm, quickbooksWebhooks } from './quickbooks-online/webhooks.ts'

interface State extends OAuthState, QuickbooksBooks {}

const scope = 'com.intuit.quickbooks.accounting'
const good = {
  clientId: 'ABLabNoorAtelierClient00000000000000000000000000001',
  clientSecret: 'lab-quickbooks-noor-atelier-secret-00001',
  realmId: quickbooksRealm,
  bankAccount: '35',
}

const vendor: OAuthVendor = {
  slug: 'quickbooks-online',
  name: 'Intuit',
  account: shop.name,
  clients: { [good.clientId]: { secret: good.clientSecret, scopes: [scope] } },
  pkce: false,
  granular: true,
  rotates: true,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'eyJlab-qbo-a', refresh: 'RT1-lab', code: 'XAB-lab' },
  refreshLifetimeSeconds: 8_726_400,
  extra: () => ({ x_refresh_token_expires_in: 8_726_400, token_type: 'bearer' }),
  decorate: (way) => {
    way.set('realmId', quickbooksRealm)
  },
}

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const granted = readAccess(vendor, bearer(request), bench.now)
  if (granted === 'INVALID' || granted === 'EXPIRED')
    return json(401, {
      warnings: null,
      fault: {
        error: [
          {
            message: 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
            detail: `Token ${granted === 'EXPIRED' ? 'expired' : 'not recognised'}`,
            code: '3200',
          },
        ],
        type: 'AUTHENTICATION',
      },
    })
  if (needs === null || granted.includes(needs)) return null
  return fault(
    403,
    'AUTHORIZATION',
    '003100',
    'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403',
  )
}

/** QuickBooks Online, simulated: one company in dirhams that may use other currencies. */
export const quickbooksOnline = defineTwin<State>({
  slug: 'quickbooks-online',
  name: 'QuickBooks Online',
  hosts: ['api', 'login', 'oauth'],
  credentials: { good, restricted: good, missing: scope, restrictedScopes: ['none'] },
  create: (now) => ({
    used: {},
    customers: firstCustomers(now),
    invoices: firstInvoices(now),
    payments: firstPayments(now),
    purchases: firstPurchases(now),
    requests: {},
  }),
  guard,
  webhooks: quickbooksWebhooks,
  faults: {
    unavailable: () =>
      fault(503, 'SystemFault', '10000', 'An application error has occurred while processing your request'),
    failure: () =>
      fault(500, 'SystemFault', '10000', 'An application error has occurred while processing your request'),
    tooMany: (seconds) =>
      fault(
        429,
        'THROTTLE',
        '003001',
        'message=ThrottleExceeded; errorCode=003001; statusCode=429',
        'You have sent too many requests in a given amount of time.',
        { 'retry-after': String(seconds) },
      ),
    unknown: () => fault(404, 'ValidationFault', '4', 'Unsupported Operation', 'Operation or path is not supported.'),
  },
  routes: [
    { method: 'GET', host: 'login', path: '/connect/oauth2', open: true, handle: authorizationPage(vendor) },
    {
      method: 'POST',
      host: 'oauth',
      path: '/oauth2/v1/tokens/bearer',
      open: true,
      handle: tokenEndpoint(vendor, readBasic),
    },
    {
      method: 'GET',
      path: '/companyinfo/:realm',
      needs: scope,
      handle: (request) =>
        request.params['realm'] === quickbooksRealm
          ? json(200, {
              CompanyInfo: { Id: '1', SyncToken: '4', CompanyName: shop.name, LegalName: shop.name, Country: 'AE' },
              time: '2026-11-21T08:00:00Z',
            })
          : fault(
              403,
              'AUTHORIZATION',
              '003100',
              'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403',
            ),
    },
    ...quickbooksRoutes,
  ],
})
