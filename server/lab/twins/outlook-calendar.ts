import { addNewest } from '../bounded.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readForm, tokenEndpoint } from '../oauth.ts'
import { people } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import type { SubscriptionState } from './outlook-calendar/subscriptions.ts'
import {
  failure,
  graphWebhooks,
  listSubscriptions,
  notFound,
  subscribe,
  unsubscribe,
} from './outlook-calendar/subscriptions.ts'

const good = {
  clientId: '6731de76-14a6-49ae-97bc-6eba6914391e',
  clientSecret: 'Lab8Q~NoorAtelierSecret000000000000000001',
  tenantId: 'common',
  calendarId: 'primary',
}
const readWrite = 'Calendars.ReadWrite'

/** Microsoft's authorization server. Its page has no boxes to untick; here they play an administrator who takes one away. */
const microsoft: OAuthVendor = {
  slug: 'outlook-calendar',
  name: 'Microsoft',
  account: 'noor@noor-atelier.example',
  clients: { [good.clientId]: { secret: good.clientSecret, scopes: ['offline_access', readWrite, 'User.Read'] } },
  pkce: true,
  granular: true,
  rotates: true,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'EwB4lab-', refresh: 'M.C5lab-', code: 'M.R3lab-' },
  refreshLifetimeSeconds: 90 * 86_400,
}

interface Edge {
  dateTime: string
  timeZone: string
}
interface Event {
  id: string
  changeKey: string
  subject: string
  bodyPreview: string
  body: { contentType: string; content: string }
  location: { displayName: string }
  start: Edge
  end: Edge
  isAllDay: boolean
  isCancelled: boolean
  showAs: string
  type: string
  originalStartTimeZone: string
  attendees: { type: string; emailAddress: { address: string; name?: string } }[]
  webLink: string
  iCalUId: string
  lastModifiedDateTime: string
  transactionId: string | null
}
interface State extends OAuthState, SubscriptionState {
  events: Event[]
}

const hour = 3_600_000
const firstDay = 12
const subjects = [
  'Fitting',
  'Design review',
  'Print house call',
  'Photo shoot',
  'Stock count',
  'Courier pick-up',
] as const
const wall = (at: number) => new Date(at).toISOString().replace('Z', '0000')

function create(now: number): State {
  const monday = now - (now % (24 * hour)) + 5 * hour
  const events = Array.from({ length: firstDay }, (_, index): Event => {
    const start = monday + (index - 3) * 9 * hour
    const person = people[index % people.length]
    const id = `AAMkAGLabNoor${String(index).padStart(4, '0')}=`
    return {
      id,
      changeKey: `labKey${index}`,
      subject: subjects[index % subjects.length] ?? 'Meeting',
      bodyPreview: '',
      body: { contentType: 'text', content: '' },
      location: { displayName: 'Noor Atelier, Al Quoz, Dubai' },
      start: { dateTime: wall(start), timeZone: 'UTC' },
      end: { dateTime: wall(start + hour), timeZone: 'UTC' },
      isAllDay: false,
      isCancelled: false,
      showAs: index % 5 === 4 ? 'tentative' : index === 7 ? 'free' : 'busy',
      type: 'singleInstance',
      originalStartTimeZone: 'Arabian Standard Time',
      attendees:
        person === undefined ? [] : [{ type: 'required', emailAddress: { address: person.email, name: person.name } }],
      webLink: `https://outlook.office365.com/owa/?itemid=${id}`,
      iCalUId: `040000008200E00074C5B7101A82E008${index}`,
      lastModifiedDateTime: new Date(now - (24 + index) * hour).toISOString(),
      transactionId: null,
    }
  })
  return { events, used: {}, subscriptions: [] }
}

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const scopes = readAccess(microsoft, bearer(request), bench.now)
  if (scopes === 'INVALID') return failure(401, 'InvalidAuthenticationToken', 'Access token is empty or malformed.')
  if (scopes === 'EXPIRED')
    return failure(401, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.')
  return needs === null || scopes.includes(needs)
    ? null
    : failure(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
}

const startOf = (event: Event) => Date.parse(`${event.start.dateTime.slice(0, 23)}Z`)
const endOf = (event: Event) => Date.parse(`${event.end.dateTime.slice(0, 23)}Z`)

/** Graph keeps a wall clock and its zone; asked for UTC it answers in UTC. Whole days stay as they are. */
function toUtc(edge: Edge, wholeDay: boolean): Edge | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(edge.dateTime)) return null
  const at = Date.parse(`${edge.dateTime}Z`)
  try {
    const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: edge.timeZone, dateStyle: 'short', timeStyle: 'medium' })
    const offset = Date.parse(`${shown.format(at).replace(' ', 'T')}Z`) - at
    return { dateTime: wall(wholeDay ? at : at - offset), timeZone: 'UTC' }
  } catch {
    return null
  }
}

type Draft = Partial<Event>

/** What is wrong with a draft, or the event it makes of the one before. */
function applied(event: Event, draft: Draft): Event | LabAnswer {
  const wholeDay = draft.isAllDay ?? event.isAllDay
  const start = draft.start === undefined ? event.start : toUtc(draft.start, wholeDay)
  const end = draft.end === undefined ? event.end : toUtc(draft.end, wholeDay)
  if (start === null || end === null)
    return failure(400, 'TimeZoneNotSupportedException', 'A valid TimeZone value must be specified.')
  if (wholeDay && [start, end].some(({ dateTime }) => !dateTime.includes('T00:00:00')))
    return failure(400, 'ErrorPropertyValidationFailure', 'The start and end of an all-day event must be at midnight.')
  const { content } = draft.body ?? event.body
  const changed = {
    ...event,
    ...draft,
    id: event.id,
    start,
    end,
    isAllDay: wholeDay,
    bodyPreview: content.slice(0, 255),
  }
  return endOf(changed) > startOf(changed)
    ? changed
    : failure(400, 'ErrorPropertyValidationFailure', 'At least one property failed validation.')
}

const isAnswer = (value: Event | LabAnswer): value is LabAnswer => 'status' in value

/** A page, and the address of the next one. */
function pageOf<Item>(request: LabRequest, items: readonly Item[] | null): LabAnswer {
  if (items === null)
    return failure(400, 'ErrorInvalidRestriction', 'The restriction or sort order is too complex for this operation.')
  const { query } = request
  const size = Number(query.get('$top') ?? '10')
  const skip = Number(query.get('$skip') ?? '0')
  if (!Number.isInteger(size) || size < 1 || size > 1000 || !Number.isInteger(skip) || skip < 0)
    return failure(400, 'ErrorInvalidUrlQuery', 'The query is not valid.')
  const more = skip + size < items.length
  const next = new URL(`https://graph.microsoft.com/v1.0${request.path}`)
  for (const [name, value] of query) if (name !== '$skip') next.searchParams.append(name, value)
  next.searchParams.set('$skip', String(skip + size))
  return json(200, { value: items.slice(skip, skip + size), ...(more ? { '@odata.nextLink': next.href } : {}) })
}

const modified = /^lastModifiedDateTime ge (\d{4}-\d\d-\d\dT[\d:.]+Z)$/

/** Events in the order asked for, those that changed where only those are. Null for what Exchange finds too complicated. */
function inOrder({ query }: LabRequest, events: readonly Event[]): readonly Event[] | null {
  const filter = query.get('$filter')
  if (filter === null) return events.toSorted((a, b) => startOf(a) - startOf(b))
  const since = modified.exec(filter)?.[1]
  if (since === undefined || query.get('$orderby') !== 'lastModifiedDateTime desc') return null
  return events
    .filter(({ lastModifiedDateTime: at }) => Date.parse(at) >= Date.parse(since))
    .toSorted((a, b) => b.lastModifiedDateTime.localeCompare(a.lastModifiedDateTime))
}

function view(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const from = Date.parse(request.query.get('startDateTime') ?? '')
  const to = Date.parse(request.query.get('endDateTime') ?? '')
  if (Number.isNaN(from) || Number.isNaN(to))
    return failure(
      400,
      'ErrorInvalidParameter',
      'This request requires a time window specified by startDateTime and endDateTime.',
    )
  if (to - from > 1_825 * 24 * hour)
    return failure(400, 'ErrorCalendarViewRangeTooBig', 'The difference between StartDate and EndDate is too large.')
  return pageOf(
    request,
    inOrder(
      request,
      state.events.filter((event) => endOf(event) > from && startOf(event) < to),
    ),
  )
}

function createEvent(request: LabRequest, bench: Bench<State>): LabAnswer {
  const draft = (request.json ?? {}) as Draft
  const known = bench.state.events.find(
    ({ transactionId }) => transactionId !== null && transactionId === draft.transactionId,
  )
  if (known !== undefined) return json(201, known)
  if (draft.start === undefined || draft.end === undefined)
    return failure(400, 'ErrorPropertyValidationFailure', 'At least one property failed validation.')
  const id = bench.id('AAMkAG', 30)
  const event: Event = {
    id,
    changeKey: bench.id('', 12),
    subject: '',
    bodyPreview: '',
    body: { contentType: 'text', content: '' },
    location: { displayName: '' },
    start: draft.start,
    end: draft.end,
    isAllDay: false,
    isCancelled: false,
    showAs: 'busy',
    type: 'singleInstance',
    originalStartTimeZone: draft.start.timeZone,
    attendees: [],
    webLink: `https://outlook.office365.com/owa/?itemid=${id}`,
    iCalUId: bench.id('0400000082', 30, '0123456789ABCDEF'),
    lastModifiedDateTime: new Date(bench.now).toISOString(),
    transactionId: null,
  }
  const made = applied(event, draft)
  if (isAnswer(made)) return made
  addNewest(bench.state.events, made, firstDay)
  return json(201, made)
}

type Handle = (request: LabRequest, bench: Bench<State>) => LabAnswer

const onEvent =
  (handle: (event: Event, request: LabRequest, bench: Bench<State>) => LabAnswer): Handle =>
  (request, bench) => {
    const id = decodeURIComponent(request.params['id'] ?? '')
    if (!id.startsWith('AAMk')) return failure(400, 'ErrorInvalidIdMalformed', 'Id is malformed.')
    const event = bench.state.events.find((one) => one.id === id)
    return event === undefined ? notFound() : handle(event, request, bench)
  }

const changeEvent = onEvent((event, request, { now, id }) => {
  const changed = applied(event, (request.json ?? {}) as Draft)
  if (isAnswer(changed)) return changed
  return json(
    200,
    Object.assign(event, changed, { changeKey: id('', 12), lastModifiedDateTime: new Date(now).toISOString() }),
  )
})

const removeEvent = onEvent((event, _request, { state }) => {
  state.events.splice(state.events.indexOf(event), 1)
  return { status: 204 }
})

const owner = { name: 'Noor Atelier', address: microsoft.account }
const calendars = [
  { id: 'AAMkCalPrimary=', name: 'Calendar', canEdit: true, isDefaultCalendar: true, owner },
  { id: 'AAMkCalShoots=', name: 'Photo shoots', canEdit: true, isDefaultCalendar: false, owner },
  { id: 'AAMkCalHolidays=', name: 'United Arab Emirates holidays', canEdit: false, isDefaultCalendar: false, owner },
]

const routes = (base: string, known: (request: LabRequest) => boolean) => {
  const at =
    (handle: Handle): Handle =>
    (request, bench) =>
      known(request) ? handle(request, bench) : notFound()
  const needs = readWrite
  return [
    {
      method: 'GET' as const,
      path: base,
      needs,
      handle: at((request) => json(200, calendarOf(request) ?? calendars[0])),
    },
    { method: 'GET' as const, path: `${base}/calendarView`, needs, handle: at(view) },
    {
      method: 'GET' as const,
      path: `${base}/events`,
      needs,
      handle: at((request, { state }) => pageOf(request, inOrder(request, state.events))),
    },
    { method: 'POST' as const, path: `${base}/events`, needs, handle: at(createEvent) },
    { method: 'GET' as const, path: `${base}/events/:id`, needs, handle: at(onEvent((event) => json(200, event))) },
    { method: 'PATCH' as const, path: `${base}/events/:id`, needs, handle: at(changeEvent) },
    { method: 'DELETE' as const, path: `${base}/events/:id`, needs, handle: at(removeEvent) },
  ]
}
const calendarOf = ({ params }: LabRequest) =>
  calendars.find(({ id }) => id === decodeURIComponent(params['calendar'] ?? ''))

/** Outlook's calendar behind Microsoft Graph, with Microsoft's sign-in, simulated. */
export const outlookCalendar = defineTwin<State>({
  slug: 'outlook-calendar',
  name: 'Outlook Calendar',
  hosts: ['api', 'login'],
  credentials: { good, restricted: good, missing: readWrite, restrictedScopes: ['offline_access', 'User.Read'] },
  calm: { tokenLifetimeSeconds: 3_600 },
  create,
  guard,
  webhooks: graphWebhooks,
  faults: {
    unavailable: () => failure(503, 'ServiceUnavailable', 'The service is temporarily unavailable.'),
    failure: () => failure(500, 'InternalServerError', 'The server encountered an internal error.'),
    tooMany: (seconds) =>
      failure(429, 'ApplicationThrottled', 'Application is over its MailboxConcurrency limit.', {
        'retry-after': String(seconds),
      }),
    unknown: () => failure(400, 'BadRequest', 'Resource not found for the segment.'),
  },
  routes: [
    { method: 'GET', host: 'login', path: '/oauth2/v2.0/authorize', open: true, handle: authorizationPage(microsoft) },
    {
      method: 'POST',
      host: 'login',
      path: '/oauth2/v2.0/token',
      open: true,
      handle: tokenEndpoint(microsoft, readForm),
    },
    {
      method: 'GET',
      path: '/me',
      needs: 'User.Read',
      handle: () => json(200, { displayName: owner.name, mail: owner.address }),
    },
    { method: 'GET', path: '/me/calendars', needs: readWrite, handle: (request) => pageOf(request, calendars) },
    ...routes('/me/calendar', () => true),
    ...routes('/me/calendars/:calendar', (request) => calendarOf(request) !== undefined),
    { method: 'GET', path: '/subscriptions', handle: listSubscriptions },
    { method: 'POST', path: '/subscriptions', needs: readWrite, handle: subscribe },
    { method: 'DELETE', path: '/subscriptions/:id', handle: unsubscribe },
  ],
})
