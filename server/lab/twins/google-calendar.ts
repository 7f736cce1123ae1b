import { addNewest } from '../bounded.ts'
import { labCredentials } from '../credentials.ts'
import type { ChannelState } from './google-calendar/channels.ts'
import { failure, googleWebhooks, invalid, notFound, stop, watch } from './google-calendar/channels.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readForm, tokenEndpoint } from '../oauth.ts'
import { people } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'

const { good } = labCredentials['google-calendar']
const auth = 'https://www.googleapis.com/auth/'
const eventsScope = `${auth}calendar.events`
const listScope = `${auth}calendar.calendarlist.readonly`
const busyScope = `${auth}calendar.freebusy`
const account = 'noor@noor-atelier.example'

/** Google's authorization server. */
export const google: OAuthVendor = {
  slug: 'google-calendar',
  name: 'Google',
  account,
  clients: {
    [good.clientId]: {
      secret: good.clientSecret,
      scopes: [eventsScope, listScope, busyScope, `${auth}calendar`, `${auth}calendar.readonly`],
    },
  },
  pkce: true,
  granular: true,
  rotates: false,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'ya29.lab-', refresh: '1//lab-', code: '4/0lab-' },
  refreshLifetimeSeconds: null,
}

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const scopes = readAccess(google, bearer(request), bench.now)
  if (scopes === 'INVALID' || scopes === 'EXPIRED')
    return failure(
      401,
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
      'authError',
      { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
    )
  const enough = needs === null || scopes.includes(needs) || scopes.includes(`${auth}calendar`)
  return enough
    ? null
    : failure(403, 'PERMISSION_DENIED', 'Request had insufficient authentication scopes.', 'insufficientPermissions')
}

interface Edge {
  dateTime?: string | null
  date?: string | null
  timeZone?: string
}

interface Event {
  id: string
  status: string
  htmlLink: string
  created: string
  updated: string
  summary: string
  description?: string
  location?: string
  start: Edge
  end: Edge
  attendees?: { email: string }[]
  iCalUID: string
}

interface State extends OAuthState, ChannelState {
  events: Event[]
}

const hour = 3_600_000
const subjects = [
  'Fitting',
  'Design review',
  'Print house call',
  'Photo shoot',
  'Stock count',
  'Pop-up at Alserkal',
  'Courier pick-up',
] as const

const firstDay = 18

function create(now: number): State {
  const monday = now - (now % (24 * hour)) + 5 * hour
  const events = Array.from({ length: firstDay }, (_, index): Event => {
    const start = monday + (index - 4) * 9 * hour
    const person = people[index % people.length]
    const id = `lab${String(index).padStart(5, '0')}nooratelier`
    const subject = subjects[index % subjects.length] ?? 'Meeting'
    return {
      id,
      status: index % 7 === 5 ? 'tentative' : 'confirmed',
      htmlLink: `https://www.google.com/calendar/event?eid=${id}`,
      created: new Date(now - 72 * hour).toISOString(),
      updated: new Date(now - (24 + index) * hour).toISOString(),
      summary: index % 7 === 0 && person !== undefined ? `${subject}: ${person.name}` : subject,
      location: 'Noor Atelier, Al Quoz, Dubai',
      start: { dateTime: new Date(start).toISOString(), timeZone: 'Asia/Dubai' },
      end: { dateTime: new Date(start + hour).toISOString(), timeZone: 'Asia/Dubai' },
      ...(person === undefined ? {} : { attendees: [{ email: person.email }] }),
      iCalUID: `${id}@google.com`,
    }
  })
  return { events, used: {}, channels: [] }
}

const startOf = (event: Event) => Date.parse(event.start.dateTime ?? event.start.date ?? '')
const endOf = (event: Event) => Date.parse(event.end.dateTime ?? event.end.date ?? '')

const known = (request: LabRequest) =>
  ['primary', account].includes(decodeURIComponent(request.params['calendar'] ?? ''))

function listEvents(request: LabRequest, { state, now }: Bench<State>): LabAnswer {
  if (!known(request)) return notFound()
  const { query } = request
  const from = Date.parse(query.get('timeMin') ?? '1970-01-01T00:00:00Z')
  const to = Date.parse(query.get('timeMax') ?? '9999-01-01T00:00:00Z')
  if (Number.isNaN(from) || Number.isNaN(to)) return invalid('Bad Request', 'badRequest')
  if (query.get('orderBy') === 'startTime' && query.get('singleEvents') !== 'true')
    return invalid('The requested ordering is not available for the particular query.')
  const since = Date.parse(query.get('updatedMin') ?? '1970-01-01T00:00:00Z')
  if (Number.isNaN(since)) return invalid('Bad Request', 'badRequest')
  if (query.has('updatedMin') && since < now - 28 * 24 * hour)
    return failure(
      410,
      'GONE',
      'The requested minimum modification time lies too far in the past.',
      'updatedMinTooLongAgo',
    )
  const size = Number(query.get('maxResults') ?? '250')
  if (!Number.isInteger(size) || size < 1 || size > 2500) return invalid('Invalid value for: maxResults')
  const start = Number(/^lab(\d+)$/.exec(query.get('pageToken') ?? 'lab0')?.[1] ?? Number.NaN)
  if (Number.isNaN(start)) return invalid('Invalid page token value.')
  const chosen = state.events
    .filter((event) => endOf(event) > from && startOf(event) < to && Date.parse(event.updated) >= since)
    // What was removed after `updatedMin` comes whatever `showDeleted` says, and shows little of itself.
    .filter((event) => event.status !== 'cancelled' || query.has('updatedMin'))
    .sort((a, b) => startOf(a) - startOf(b))
    .map((event) => (event.status === 'cancelled' ? { id: event.id, status: event.status } : event))
  const next = start + size < chosen.length ? { nextPageToken: `lab${start + size}` } : {}
  return json(200, {
    kind: 'calendar#events',
    summary: account,
    timeZone: 'Asia/Dubai',
    items: chosen.slice(start, start + size),
    ...next,
  })
}

function createEvent(request: LabRequest, bench: Bench<State>): LabAnswer {
  if (!known(request)) return notFound()
  const body = (request.json ?? {}) as Partial<Event>
  const edges = [body.start, body.end]
  if (edges.some((edge) => edge === undefined || (edge.dateTime === undefined) === (edge.date === undefined)))
    return invalid(body.end === undefined ? 'Missing end time.' : 'Missing start time.', 'required')
  const id = body.id ?? bench.id('', 26, 'abcdefghijklmnopqrstuv0123456789')
  if (!/^[a-v0-9]{5,1024}$/.test(id)) return invalid('Invalid resource id value.')
  if (bench.state.events.some((event) => event.id === id))
    return failure(409, 'ALREADY_EXISTS', 'The requested identifier already exists.', 'duplicate')
  const moment = new Date(bench.now).toISOString()
  const event = {
    ...body,
    id,
    status: 'confirmed',
    htmlLink: `https://www.google.com/calendar/event?eid=${id}`,
    created: moment,
    updated: moment,
    summary: body.summary ?? '',
    iCalUID: `${id}@google.com`,
  } as Event
  if (!(endOf(event) > startOf(event))) return invalid('The specified time range is empty.', 'timeRangeEmpty')
  addNewest(bench.state.events, event, firstDay)
  return json(200, event)
}

const found = (request: LabRequest, { state }: Bench<State>) =>
  known(request) ? state.events.find((candidate) => candidate.id === request.params['id']) : undefined

/** A time or a day, and never both. */
const wellFormed = (edge: Edge) => (edge.dateTime ?? null) === null || (edge.date ?? null) === null

function merged(edge: Edge, change: Edge | undefined): Edge {
  const entries = Object.entries({ ...edge, ...change }).filter(([, value]) => value !== null)
  return Object.fromEntries(entries) as Edge
}

function changeEvent(request: LabRequest, bench: Bench<State>): LabAnswer {
  const event = found(request, bench)
  if (event === undefined || event.status === 'cancelled') return notFound()
  const { start, end, ...rest } = (request.json ?? {}) as Partial<Event>
  const changed = { ...event, ...rest, id: event.id, start: merged(event.start, start), end: merged(event.end, end) }
  if (!wellFormed(changed.start)) return invalid('Invalid start time.')
  if (!wellFormed(changed.end)) return invalid('Invalid end time.')
  if (!(endOf(changed) > startOf(changed))) return invalid('The specified time range is empty.', 'timeRangeEmpty')
  return json(200, Object.assign(event, changed, { updated: new Date(bench.now).toISOString() }))
}

/** Google keeps what is removed as cancelled, and says 410 to who removes it again. */
function removeEvent(request: LabRequest, bench: Bench<State>): LabAnswer {
  const event = found(request, bench)
  if (event === undefined) return notFound()
  if (event.status === 'cancelled') return failure(410, 'GONE', 'Resource has been deleted', 'deleted')
  Object.assign(event, { status: 'cancelled', updated: new Date(bench.now).toISOString() })
  return { status: 204 }
}

function freeBusy(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const body = (request.json ?? {}) as { timeMin?: unknown; timeMax?: unknown; items?: { id?: unknown }[] }
  const [from, to] = [Date.parse(String(body.timeMin)), Date.parse(String(body.timeMax))]
  if (Number.isNaN(from) || Number.isNaN(to)) return invalid('Missing timeMin parameter.', 'required')
  if (to <= from) return invalid('The specified time range is empty.', 'timeRangeEmpty')
  const busy = state.events
    .filter((event) => event.status !== 'cancelled' && endOf(event) > from && startOf(event) < to)
    .sort((a, b) => startOf(a) - startOf(b))
    .map((event) => ({
      start: new Date(Math.max(from, startOf(event))).toISOString(),
      end: new Date(Math.min(to, endOf(event))).toISOString(),
    }))
  const calendars = (body.items ?? []).map(({ id }) => [
    String(id),
    ['primary', account].includes(String(id))
      ? { busy }
      : { errors: [{ domain: 'global', reason: 'notFound' }], busy: [] },
  ])
  return json(200, {
    kind: 'calendar#freeBusy',
    timeMin: new Date(from).toISOString(),
    timeMax: new Date(to).toISOString(),
    calendars: Object.fromEntries(calendars) as unknown,
  })
}

const calendars = [
  { id: account, summary: 'Noor Atelier', primary: true, timeZone: 'Asia/Dubai', accessRole: 'owner' },
  { id: 'shoots@group.calendar.google.com', summary: 'Photo shoots', timeZone: 'Asia/Dubai', accessRole: 'writer' },
  {
    id: 'en.ae#holiday@group.v.calendar.google.com',
    summary: 'Holidays in United Arab Emirates',
    timeZone: 'Asia/Dubai',
    accessRole: 'reader',
  },
]

function listCalendars({ query }: LabRequest): LabAnswer {
  const size = Number(query.get('maxResults') ?? '100')
  const start = Number(/^lab(\d+)$/.exec(query.get('pageToken') ?? 'lab0')?.[1] ?? Number.NaN)
  if (Number.isNaN(start)) return invalid('Invalid page token value.')
  const next = start + size < calendars.length ? { nextPageToken: `lab${start + size}` } : {}
  return json(200, { kind: 'calendar#calendarList', items: calendars.slice(start, start + size), ...next })
}

/** Google Calendar with Google's sign-in, simulated. */
export const googleCalendar = defineTwin<State>({
  slug: 'google-calendar',
  name: 'Google Calendar',
  hosts: ['api', 'accounts', 'oauth'],
  credentials: labCredentials['google-calendar'],
  calm: { tokenLifetimeSeconds: 3599 },
  create,
  guard,
  webhooks: googleWebhooks,
  faults: {
    unavailable: () => failure(503, 'UNAVAILABLE', 'The service is currently unavailable.', 'backendError'),
    failure: () => failure(500, 'INTERNAL', 'Internal error encountered.', 'backendError'),
    tooMany: (seconds) =>
      failure(429, 'RESOURCE_EXHAUSTED', 'Rate Limit Exceeded', 'rateLimitExceeded', {
        'retry-after': String(seconds),
      }),
    unknown: notFound,
  },
  routes: [
    { method: 'GET', host: 'accounts', path: '/o/oauth2/v2/auth', open: true, handle: authorizationPage(google) },
    { method: 'POST', host: 'oauth', path: '/token', open: true, handle: tokenEndpoint(google, readForm) },
    { method: 'GET', path: '/users/me/calendarList', needs: listScope, handle: listCalendars },
    { method: 'POST', path: '/freeBusy', needs: busyScope, handle: freeBusy },
    { method: 'GET', path: '/calendars/:calendar/events', needs: eventsScope, handle: listEvents },
    { method: 'POST', path: '/calendars/:calendar/events', needs: eventsScope, handle: createEvent },
    {
      method: 'POST',
      path: '/calendars/:calendar/events/watch',
      needs: eventsScope,
      handle: (request, bench) => (known(request) ? watch(request, bench) : notFound()),
    },
    { method: 'POST', path: '/channels/stop', needs: eventsScope, handle: stop },
    {
      method: 'GET',
      path: '/calendars/:calendar/events/:id',
      needs: eventsScope,
      handle: (request, bench) => {
        const event = found(request, bench)
        return event === undefined ? notFound() : json(200, event)
      },
    },
    { method: 'PATCH', path: '/calendars/:calendar/events/:id', needs: eventsScope, handle: changeEvent },
    { method: 'DELETE', path: '/calendars/:calendar/events/:id', needs: eventsScope, handle: removeEvent },
  ],
})
