import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readBasic, tokenEndpoint } from '../oauth.ts'
import { shop } from '../shop.ts'
import type { LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import { failure, notFound } from './constant-contact/answers.ts'
import type { CampaignState } from './constant-contact/campaigns.ts'
import { campaignRoutes, firstCampaigns } from './constant-contact/campaigns.ts'
import type { ContactState } from './constant-contact/contacts.ts'
import { contactRoutes, firstContacts, listId } from './constant-contact/contacts.ts'

const good = {
  clientId: '1ab00000-cafe-4000-8000-000000000001',
  clientSecret: 'labConstantContactSecret01',
  listId,
  fromEmail: shop.email,
  fromName: shop.name,
}
const credentials = { good, restricted: good, missing: 'contact_data', restrictedScopes: ['account_read'] }

const vendor: OAuthVendor = {
  slug: 'constant-contact',
  name: 'Constant Contact',
  account: shop.email,
  clients: {
    [good.clientId]: {
      secret: good.clientSecret,
      scopes: ['account_read', 'contact_data', 'campaign_data', 'offline_access'],
    },
  },
  pkce: true,
  // The page grants all or nothing; the lab lets one untick, to play an application with fewer scopes.
  granular: true,
  rotates: true,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'ccat-lab-', refresh: 'ccrt-lab-', code: 'cc-lab-' },
  refreshLifetimeSeconds: null,
}

function guard(request: LabRequest, needs: string | null, { now }: { readonly now: number }): LabAnswer | null {
  const scopes = readAccess(vendor, bearer(request), now)
  if (scopes === 'INVALID' || scopes === 'EXPIRED')
    return failure(401, 'unauthorized', 'The access token used is invalid or has expired.')
  return needs === null || scopes.includes(needs)
    ? null
    : failure(403, 'forbidden', `You lack the necessary scopes: ${needs}.`)
}

/** Constant Contact, simulated. Nothing is sent. */
export const constantContact = defineTwin<OAuthState & ContactState & CampaignState>({
  slug: 'constant-contact',
  name: 'Constant Contact',
  hosts: ['api', 'login'],
  credentials,
  calm: { tokenLifetimeSeconds: 86_400 },
  create: (now) => ({ used: {}, ...firstContacts(now), campaigns: firstCampaigns(now) }),
  guard,
  faults: {
    unavailable: () => failure(503, 'unavailable', 'Our internal service is temporarily unavailable.'),
    failure: () => failure(500, 'internal_error', 'There was a problem with our internal service.'),
    tooMany: (seconds) => failure(429, 'throttled', 'Too many requests.', { 'retry-after': String(seconds) }),
    unknown: notFound,
  },
  routes: [
    {
      method: 'GET',
      host: 'login',
      path: '/oauth2/default/v1/authorize',
      open: true,
      handle: authorizationPage(vendor),
    },
    {
      method: 'POST',
      host: 'login',
      path: '/oauth2/default/v1/token',
      open: true,
      handle: tokenEndpoint(vendor, readBasic),
    },
    {
      method: 'GET',
      path: '/account/summary',
      needs: 'account_read',
      handle: () =>
        json(200, {
          encoded_account_id: 'a07e1mylab0',
          organization_name: shop.name,
          contact_email: shop.email,
          country_code: 'AE',
        }),
    },
    ...contactRoutes,
    ...campaignRoutes,
  ],
})
