import { createHash } from 'node:crypto'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'

const connection = { projectId: '3141592', projectToken: '1ab00000000000000000000000000001', region: 'eu' }
const credentials = {
  good: {
    ...connection,
    serviceAccount: 'patchbay.1ab001.mp-service-account',
    serviceSecret: 'labMixpanelSecretGood0001',
  },
  restricted: {
    ...connection,
    serviceAccount: 'analyst.1ab002.mp-service-account',
    serviceSecret: 'labMixpanelSecretFew00001',
  },
  missing: 'Import',
}
const identityOf = (fields: { readonly serviceAccount: string; readonly serviceSecret: string }) =>
  Buffer.from(`${fields.serviceAccount}:${fields.serviceSecret}`).toString('base64')
const accounts = new Map([
  [identityOf(credentials.good), ['Import', 'Query']],
  // The role Analyst.
  [identityOf(credentials.restricted), ['Query']],
])

const failure = (code: number, error: string, headers: Readonly<Record<string, string>> = {}) =>
  json(code, { code, error, status: 'error' }, headers)

interface Kept {
  readonly event: string
  readonly time: number
  readonly properties: Readonly<Record<string, unknown>>
}
interface State {
  /** By event, user, time and insert id: the same again is the same event. */
  events: Record<string, Kept>
  profiles: Record<string, Readonly<Record<string, unknown>>>
}

const mostKept = 5000
const day = 86_400_000

/** What is wrong with an event; null for nothing. */
function faultOf(event: unknown): readonly [field: string, message: string] | null {
  const { event: name, properties } = (event ?? {}) as { readonly event?: unknown; readonly properties?: object }
  if (typeof name !== 'string' || name === '') return ['event', "'event' must be a string"]
  const { time, distinct_id: who, $insert_id: id } = (properties ?? {}) as Readonly<Record<string, unknown>>
  if (typeof time !== 'number')
    return ['properties.time', "'properties.time' is invalid: must be specified as seconds or milliseconds"]
  if (typeof who !== 'string')
    return ['properties.distinct_id', "'properties.distinct_id' is invalid: must not be missing"]
  if (typeof id !== 'string' || !/^[A-Za-z0-9-]{1,36}$/.test(id))
    return [
      'properties.$insert_id',
      "'properties.$insert_id' is invalid: may only contain alphanumeric characters and dashes",
    ]
  return null
}

function importEvents(request: LabRequest, { state }: Bench<State>): LabAnswer {
  if (request.query.get('project_id') !== connection.projectId) return failure(401, 'Invalid project id')
  if (!Array.isArray(request.json)) return failure(400, 'request body is not a JSON array')
  if (request.json.length > 2000) return failure(413, 'request exceeds max limit of 2000 events')
  const failed: object[] = []
  for (const [index, event] of request.json.entries()) {
    const fault = faultOf(event)
    const { event: name = '', properties = {} } = event as { event?: string; properties?: Record<string, unknown> }
    if (fault !== null) failed.push({ index, $insert_id: properties['$insert_id'], field: fault[0], message: fault[1] })
    else {
      const { time, distinct_id: who, $insert_id: id } = properties
      const key = createHash('md5')
        .update(JSON.stringify([name, who, time, id]))
        .digest('hex')
      if (Object.keys(state.events).length < mostKept)
        state.events[key] = { event: name, time: Number(time), properties }
    }
  }
  const imported = request.json.length - failed.length
  return failed.length === 0
    ? json(200, { code: 200, num_records_imported: imported, status: 'OK' })
    : json(400, {
        code: 400,
        error: 'some data points in the request failed validation',
        failed_records: failed,
        num_records_imported: imported,
        status: 'Bad Request',
      })
}

function engage(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const [profile] = (Array.isArray(request.json) ? request.json : []) as Readonly<Record<string, unknown>>[]
  if (profile?.['$token'] !== connection.projectToken)
    return json(200, { status: 0, error: 'token, invalid or missing' })
  const id = profile['$distinct_id']
  if (typeof id !== 'string' || id === '') return json(200, { status: 0, error: 'distinct_id, missing or empty' })
  state.profiles[`p:${id}`] = { ...state.profiles[`p:${id}`], ...(profile['$set'] as object) }
  return json(200, { status: 1, error: null })
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

/** Days of the range, and the events in it. */
function range(request: LabRequest, { state }: Bench<State>) {
  const [from, to] = ['from_date', 'to_date'].map((name) => Date.parse(request.query.get(name) ?? ''))
  if (request.query.get('project_id') !== connection.projectId) return failure(400, 'Invalid project id')
  if (from === undefined || to === undefined || !(from <= to)) return json(400, { error: 'from_date is after to_date' })
  const series = Array.from({ length: Math.floor((to - from) / day) + 1 }, (_, index) => dayOf(from + index * day))
  const events = Object.values(state.events).filter(({ time }) => time >= from && time < to + day)
  return { series, events }
}

const countIn = (series: readonly string[], events: readonly Kept[]) =>
  Object.fromEntries(series.map((one) => [one, events.filter(({ time }) => dayOf(time) === one).length]))

function query(request: LabRequest, bench: Bench<State>): LabAnswer {
  const found = range(request, bench)
  if (!('series' in found)) return found
  const { series, events } = found
  const asked = request.query.get('event') ?? ''
  const on = /^properties\["(.+)"\]$/.exec(request.query.get('on') ?? '')?.[1]
  const segmented = request.path.endsWith('/segmentation')
  const wanted = segmented ? [asked] : (JSON.parse(asked) as string[])
  const chosen = events.filter(({ event }) => wanted.includes(event))
  const segmentOf = ({ event, properties }: Kept) => (segmented ? String(properties[on ?? ''] ?? 'undefined') : event)
  const segments = [...new Set(chosen.map(segmentOf))]
  const values = Object.fromEntries(
    segments.map((segment) => [
      segment,
      countIn(
        series,
        chosen.filter((one) => segmentOf(one) === segment),
      ),
    ]),
  )
  return json(200, { data: { series, values }, legend_size: segments.length })
}

/** Three days of purchases in two cities. */
const firstEvents = () =>
  Object.fromEntries(
    Array.from({ length: 9 }, (_, index): [string, Kept] => [
      `first-${index}`,
      {
        event: index % 3 === 2 ? 'begin_checkout' : 'purchase',
        time: Date.UTC(2026, 9, 1 + (index % 3), 8),
        properties: { city: index % 2 === 0 ? shop.city : 'Abu Dhabi' },
      },
    ]),
  )

/** Mixpanel, simulated: events are counted once, and can be read back. */
export const mixpanel = defineTwin<State>({
  slug: 'mixpanel',
  name: 'Mixpanel',
  hosts: ['api', 'app', 'query'],
  credentials,
  create: () => ({ events: firstEvents(), profiles: {} }),
  guard: ({ headers }, needs) => {
    const granted = accounts.get(/^Basic (\S+)$/.exec(headers['authorization'] ?? '')?.[1] ?? '')
    if (granted === undefined) return failure(401, 'Invalid service account credentials')
    return needs === null || granted.includes(needs)
      ? null
      : failure(403, 'The service account does not have permission in this project')
  },
  faults: {
    unavailable: () => failure(503, 'Service Unavailable'),
    failure: () => failure(500, 'Internal Server Error'),
    tooMany: (seconds) => failure(429, 'project exceeded rate limits', { 'retry-after': String(seconds) }),
    unknown: () => failure(404, 'Not Found'),
  },
  routes: [
    {
      method: 'GET',
      host: 'app',
      path: '/me',
      handle: () => json(200, { status: 'ok', results: { projects: { [connection.projectId]: { name: shop.name } } } }),
    },
    { method: 'POST', path: '/import', needs: 'Import', handle: importEvents },
    { method: 'POST', path: '/engage', handle: engage },
    { method: 'GET', host: 'query', path: '/events', needs: 'Query', handle: query },
    { method: 'GET', host: 'query', path: '/segmentation', needs: 'Query', handle: query },
    {
      method: 'GET',
      host: 'query',
      path: '/events/names',
      needs: 'Query',
      handle: (_request, { state }) => json(200, [...new Set(Object.values(state.events).map(({ event }) => event))]),
    },
  ],
})
