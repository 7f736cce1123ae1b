import { addNewest } from '../bounded.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readForm, tokenEndpoint } from '../oauth.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

const scope = 'https://www.googleapis.com/auth/analytics.readonly'
const good = {
  measurementId: 'G-1AB0CAFE01',
  apiSecret: 'labNoorAtelierSecret01',
  propertyId: '400000001',
  clientId: '100200300400-labnooratelier.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-labNoorAtelierSecret000000001',
}
// Somebody else's property.
const credentials = { good, restricted: { ...good, propertyId: '400000002' }, missing: scope }

const google: OAuthVendor = {
  slug: 'google-analytics-4',
  name: 'Google',
  account: shop.email,
  clients: { [good.clientId]: { secret: good.clientSecret, scopes: [scope] } },
  pkce: true,
  granular: true,
  rotates: false,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'ya29.lab-', refresh: '1//lab-', code: '4/0lab-' },
  refreshLifetimeSeconds: null,
}

const failure = (code: number, status: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  json(code, { error: { code, message, status } }, headers)

interface Told {
  readonly name: string
  readonly client: string
  readonly transaction: string | null
}
interface State extends OAuthState {
  events: Told[]
}

/** Events need no grant: the stream and its secret are in the address, and a wrong one is answered like a right one. */
function guard(request: LabRequest, _needs: string | null, { now }: { readonly now: number }): LabAnswer | null {
  if (request.host !== 'data') return null
  const scopes = readAccess(google, bearer(request), now)
  if (scopes === 'INVALID' || scopes === 'EXPIRED')
    return failure(
      401,
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    )
  return scopes.includes(scope)
    ? null
    : failure(403, 'PERMISSION_DENIED', 'Request had insufficient authentication scopes.')
}

type Body = Readonly<Record<string, unknown>>
const fault = (fieldPath: string, description: string, validationCode: string) => ({
  fieldPath,
  description,
  validationCode,
})

function faultsOf(body: Body | undefined): object[] {
  const { client_id: client, events } = body ?? {}
  if (typeof client !== 'string' || client === '')
    return [fault('client_id', 'Measurement requires a client_id.', 'VALUE_REQUIRED')]
  if (!Array.isArray(events) || events.length === 0)
    return [fault('events', 'Measurement requires events.', 'VALUE_REQUIRED')]
  if (events.length > 25) return [fault('events', 'At most 25 events per request.', 'EXCEEDED_MAX_ENTITIES')]
  return events.flatMap((event: Body, index) => {
    const path = `events[${index}]`
    const params = (event['params'] ?? {}) as Body
    if (!/^[a-z][A-Za-z0-9_]{0,39}$/.test(String(event['name'])))
      return [fault(`${path}.name`, 'Event name is not valid.', 'NAME_INVALID')]
    if (Object.keys(params).length > 25)
      return [fault(`${path}.params`, 'At most 25 parameters per event.', 'EXCEEDED_MAX_ENTITIES')]
    const money = params['value'] !== undefined && !/^[A-Z]{3}$/.test(String(params['currency']))
    return money ? [fault(`${path}.params.currency`, 'Value without a currency.', 'VALUE_REQUIRED')] : []
  })
}

/** Whatever is sent is answered with success; what is wrong with it is dropped. */
function collect(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const body = request.json as Body | undefined
  const known =
    request.query.get('measurement_id') === good.measurementId && request.query.get('api_secret') === good.apiSecret
  if (!known || faultsOf(body).length > 0) return { status: 204 }
  for (const { name, params } of body?.['events'] as { name: string; params?: Body }[]) {
    const number = params?.['transaction_id']
    const transaction = typeof number === 'string' ? number : null
    const before = state.events.some((told) => told.name === name && told.transaction === transaction)
    if (transaction === null || !before)
      addNewest(state.events, { name, client: String(body?.['client_id']), transaction }, 0)
  }
  return { status: 204 }
}

const days = ['20261001', '20261002', '20261003']

function report(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const [property, method] = (request.params['method'] ?? '').split(':')
  if (property !== good.propertyId)
    return failure(403, 'PERMISSION_DENIED', 'User does not have sufficient permissions for this property.')
  const body = (request.json ?? {}) as {
    readonly metrics?: readonly { readonly name: string }[]
    readonly dimensions?: readonly { readonly name: string }[]
    readonly dateRanges?: readonly object[]
    readonly limit?: string
  }
  const { metrics = [], dimensions = [] } = body
  if (metrics.length === 0) return failure(400, 'INVALID_ARGUMENT', 'At least one metric is required.')
  const unknown = metrics.find(({ name }) => !['activeUsers', 'eventCount', 'totalRevenue'].includes(name))
  if (unknown !== undefined) return failure(400, 'INVALID_ARGUMENT', `Field ${unknown.name} is not a valid metric.`)
  const headers = {
    metricHeaders: metrics.map(({ name }) => ({ name, type: 'TYPE_INTEGER' })),
    dimensionHeaders: dimensions.map(({ name }) => ({ name })),
  }
  const valueOf = (name: string, day: number) => (name === 'eventCount' ? state.events.length : 40 + day * 3)
  if (method === 'runRealtimeReport')
    return json(200, {
      ...headers,
      rows: [{ metricValues: metrics.map(({ name }) => ({ value: String(valueOf(name, 0)) })) }],
      rowCount: 1,
      kind: 'analyticsData#runRealtimeReport',
    })
  if (method !== 'runReport') return failure(404, 'NOT_FOUND', 'Method not found.')
  if ((body.dateRanges ?? []).length === 0) return failure(400, 'INVALID_ARGUMENT', 'A dateRange is required.')
  const all = dimensions.some(({ name }) => name === 'date') ? days : ['']
  const rows = all.map((day, index) => ({
    ...(dimensions.length === 0
      ? {}
      : { dimensionValues: dimensions.map(({ name }) => ({ value: name === 'date' ? day : shop.city })) }),
    metricValues: metrics.map(({ name }) => ({ value: String(valueOf(name, index)) })),
  }))
  return json(200, {
    ...headers,
    rows: rows.slice(0, Number(body.limit ?? '10000')),
    rowCount: rows.length,
    metadata: { currencyCode: 'AED', timeZone: 'Asia/Dubai' },
    kind: 'analyticsData#runReport',
  })
}

/** Google Analytics 4, simulated: its collector believes everything, its reports want a grant. */
export const googleAnalytics4 = defineTwin<State>({
  slug: 'google-analytics-4',
  name: 'Google Analytics 4',
  hosts: ['api', 'data', 'accounts', 'oauth'],
  credentials,
  create: () => ({ used: {}, events: [] }),
  guard,
  faults: {
    unavailable: () => failure(503, 'UNAVAILABLE', 'The service is currently unavailable.'),
    failure: () => failure(500, 'INTERNAL', 'Internal error encountered.'),
    tooMany: (seconds) =>
      failure(429, 'RESOURCE_EXHAUSTED', 'Exhausted property tokens for a project per hour.', {
        'retry-after': String(seconds),
      }),
    unknown: () => failure(404, 'NOT_FOUND', 'Requested entity was not found.'),
  },
  routes: [
    { method: 'GET', host: 'accounts', path: '/o/oauth2/v2/auth', open: true, handle: authorizationPage(google) },
    { method: 'POST', host: 'oauth', path: '/token', open: true, handle: tokenEndpoint(google, readForm) },
    { method: 'POST', path: '/mp/collect', handle: collect },
    {
      method: 'POST',
      path: '/debug/mp/collect',
      handle: ({ json: body }) => json(200, { validationMessages: faultsOf(body as Body | undefined) }),
    },
    { method: 'POST', host: 'data', path: '/v1beta/properties/:method', handle: report },
  ],
})
