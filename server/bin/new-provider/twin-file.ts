import type { Plan } from './files.ts'
import { camel, quoted } from './names.ts'

const rest = ({ slug, event }: Plan) => `${event === null ? '' : `webhooks: ${camel(slug)}Webhooks,`}
  // FILL IN: the vendor's own bodies for trouble.
  faults: {
    unavailable: () => json(503, { error: { message: 'Come back later.' } }),
    failure: () => json(500, { error: { message: 'Something broke.' } }),
    tooMany: (seconds) => json(429, { error: { message: 'Too many requests.' } }, { 'retry-after': String(seconds) }),
    unknown: () => json(404, { error: { message: 'There is no such path.' } }),
  },`

const webhooksImport = ({ slug, event }: Plan) =>
  event === null ? '' : `import { ${camel(slug)}Webhooks } from './${slug}/webhooks.ts'`

const keyTwin = (plan: Plan) => `import { bearer, defineTwin, json } from '../twin.ts'
${webhooksImport(plan)}

const good = 'lab-${plan.slug}-good'
const restricted = 'lab-${plan.slug}-restricted'

/** ${plan.name}, simulated. */
export const ${camel(plan.slug)} = defineTwin<{ readonly madeAt: number }>({
  slug: '${plan.slug}',
  name: ${quoted(plan.name)},
  hosts: ['api'],
  credentials: { good: { apiKey: good }, restricted: { apiKey: restricted }, missing: 'FILL IN' },
  create: (now) => ({ madeAt: now }),
  guard: (request, needs) => {
    const key = bearer(request)
    if (key !== good && key !== restricted) return json(401, { error: { message: 'Unknown key.' } })
    return needs !== null && key === restricted ? json(403, { error: { message: \`Needs \${needs}.\` } }) : null
  },
  ${rest(plan)}
  routes: [{ method: 'GET', path: '/FILL-IN', needs: 'FILL IN', handle: () => json(200, { ok: true }) }],
})
`

const oauthTwin = (plan: Plan) => `import {
  authorizationPage,
  type OAuthState,
  type OAuthVendor,
  readAccess,
  readForm,
  tokenEndpoint,
} from '../oauth.ts'
import { shop } from '../shop.ts'
import { bearer, defineTwin, json } from '../twin.ts'
${webhooksImport(plan)}

const good = { clientId: 'lab-${plan.slug}-client', clientSecret: 'lab-${plan.slug}-secret' }

/** FILL IN how its authorization server differs from others. */
const vendor: OAuthVendor = {
  slug: '${plan.slug}',
  name: ${quoted(plan.name)},
  account: shop.email,
  clients: { [good.clientId]: { secret: good.clientSecret, scopes: ['FILL-IN', 'offline_access'] } },
  pkce: true,
  granular: true,
  rotates: true,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'lab-access-', refresh: 'lab-refresh-', code: 'lab-code-' },
  refreshLifetimeSeconds: null,
}

/** ${plan.name}, simulated. */
export const ${camel(plan.slug)} = defineTwin<OAuthState>({
  slug: '${plan.slug}',
  name: ${quoted(plan.name)},
  hosts: ['api', 'login'],
  // A person ticks fewer scopes on the page: the grant lacks what is missing.
  credentials: { good, restricted: good, missing: 'FILL-IN', restrictedScopes: ['offline_access'] },
  create: () => ({ used: {} }),
  guard: (request, needs, { now }) => {
    const scopes = readAccess(vendor, bearer(request), now)
    if (scopes === 'INVALID' || scopes === 'EXPIRED') return json(401, { error: { message: 'Unknown token.' } })
    return needs !== null && !scopes.includes(needs) ? json(403, { error: { message: \`Needs \${needs}.\` } }) : null
  },
  ${rest(plan)}
  routes: [
    { method: 'GET', host: 'login', path: '/oauth/authorize', open: true, handle: authorizationPage(vendor) },
    { method: 'POST', host: 'login', path: '/oauth/token', open: true, handle: tokenEndpoint(vendor, readForm) },
    { method: 'GET', path: '/FILL-IN', needs: 'FILL-IN', handle: () => json(200, { ok: true }) },
  ],
})
`

/** The twin: credentials that lack a permission and those that lack none, and the probe. */
export const twinFile = (plan: Plan): string => (plan.signIn === 'oauth' ? oauthTwin(plan) : keyTwin(plan))
