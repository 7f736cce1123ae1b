import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { findBusy, listCalendars } from './google-calendar/calendars.ts'
import {
  createEvent,
  deleteEvent,
  eventList,
  eventsPath,
  getEvent,
  listEvents,
  pulledEvents,
  updateEvent,
} from './google-calendar/events.ts'
import { googleCalendarWebhooks } from './google-calendar/webhooks.ts'

const permissions = [
  {
    name: 'https://www.googleapis.com/auth/calendar.events',
    why: 'reading events, adding, changing and removing them',
    required: true,
  },
  {
    name: 'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
    why: 'showing which calendars there are',
    required: false,
  },
  {
    name: 'https://www.googleapis.com/auth/calendar.freebusy',
    why: 'finding out when the calendar is taken',
    required: false,
  },
] as const

/** Proves the grant and that the calendar exists. */
async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const answer = await call({ method: 'GET', path: eventsPath(connection), query: { maxResults: 1 } })
  readAnswer('Google Calendar', answer, eventList, () => undefined)
}

const limited = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded'])

/** Google Calendar, API v3: https://developers.google.com/workspace/calendar/api/v3/reference */
export const googleCalendar = defineProvider({
  entry: {
    slug: 'google-calendar',
    name: 'Google Calendar',
    category: 'CALENDAR',
    summary:
      'Read, add and move events in a Google calendar: fittings, shoots, deliveries and pick-ups beside your orders.',
    description:
      'The hub reads one Google calendar, adds events to it, with guests if you like, changes and removes them, and tells when the calendar is free. A person signs in at Google once and agrees; the hub keeps the grant sealed and renews it by itself.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: [
      'events.list',
      'events.get',
      'events.create',
      'events.update',
      'events.delete',
      'calendars.list',
      'busy.find',
    ],
    fields: [
      {
        name: 'clientId',
        label: 'OAuth client ID',
        help: 'Google Cloud console → APIs & Services → Credentials → your OAuth client.',
        kind: 'text',
        required: true,
        hint: {
          pattern: '^\\d+-[a-z0-9]+\\.apps\\.googleusercontent\\.com$',
          message: 'Google client IDs end with .apps.googleusercontent.com.',
        },
      },
      {
        name: 'clientSecret',
        label: 'OAuth client secret',
        help: 'On the same page. Google shows a new secret only once.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^GOCSPX-[A-Za-z0-9_-]{28}$', message: 'Google client secrets start with GOCSPX-.' },
      },
      {
        name: 'calendarId',
        label: 'Calendar',
        help: '“primary” for the main calendar of whoever signs in, or an id from the calendar’s settings → Integrate calendar.',
        kind: 'text',
        required: false,
        default: 'primary',
      },
    ],
    permissions,
    limits: [
      { requests: 600, windowSeconds: 60, scope: 'per person and project' },
      { requests: 1_000_000, windowSeconds: 86_400, scope: 'per Google Cloud project' },
    ],
    webhookEvents: ['calendar.changed'],
    setupGuide: [
      {
        title: 'Switch the API on',
        text: 'In the Google Cloud console choose or create a project and enable “Google Calendar API”.',
        url: 'https://console.cloud.google.com/apis/library/calendar-json.googleapis.com',
      },
      {
        title: 'Fill in the consent screen',
        text: 'Choose “Internal” for a Workspace of your own. An external app left in “Testing” loses its grant after seven days: publish it.',
        url: 'https://console.cloud.google.com/auth/overview',
      },
      {
        title: 'Create an OAuth client',
        text: 'Credentials → Create credentials → OAuth client ID → Web application. Add this hub’s address followed by /oauth/callback as an authorized redirect URI.',
        url: 'https://console.cloud.google.com/apis/credentials',
      },
      {
        title: 'Connect',
        text: 'Paste client ID and secret here, then choose Connect and sign in. Leave every box ticked on Google’s page.',
      },
    ],
    pricingNotes: 'Free within Google’s quotas; the calendar itself comes with any Google account or Workspace plan.',
    docsUrl: 'https://developers.google.com/workspace/calendar/api/v3/reference',
    statusUrl: 'https://www.google.com/appsstatus/dashboard/',
    verified: true,
    logo: {
      path: 'M18.316 5.684H24v12.632h-5.684V5.684zM5.684 24h12.632v-5.684H5.684V24zM18.316 5.684V0H1.895A1.894 1.894 0 0 0 0 1.895v16.421h5.684V5.684h12.632zm-7.207 6.25v-.065c.272-.144.5-.349.687-.617s.279-.595.279-.982c0-.379-.099-.72-.3-1.025a2.05 2.05 0 0 0-.832-.714 2.703 2.703 0 0 0-1.197-.257c-.6 0-1.094.156-1.481.467-.386.311-.65.671-.793 1.078l1.085.452c.086-.249.224-.461.413-.633.189-.172.445-.257.767-.257.33 0 .602.088.816.264a.86.86 0 0 1 .322.703c0 .33-.12.589-.36.778-.24.19-.535.284-.886.284h-.567v1.085h.633c.407 0 .748.109 1.02.327.272.218.407.499.407.843 0 .336-.129.614-.387.832s-.565.327-.924.327c-.351 0-.651-.103-.897-.311-.248-.208-.422-.502-.521-.881l-1.096.452c.178.616.505 1.082.977 1.401.472.319.984.478 1.538.477a2.84 2.84 0 0 0 1.293-.291c.382-.193.684-.458.902-.794.218-.336.327-.72.327-1.149 0-.429-.115-.797-.344-1.105a2.067 2.067 0 0 0-.881-.689zm2.093-1.931l.602.913L15 10.045v5.744h1.187V8.446h-.827l-2.158 1.557zM22.105 0h-3.289v5.184H24V1.895A1.894 1.894 0 0 0 22.105 0zm-3.289 23.5l4.684-4.684h-4.684V23.5zM0 22.105C0 23.152.848 24 1.895 24h3.289v-5.184H0v3.289z',
      viewBox: '0 0 24 24',
      color: '#4285F4',
    },
    baseUrlOverride: false,
    lab: true,
  },
  // The prefix keeps a token for calendars away from Google's other APIs on the same host.
  hosts: () => ({
    api: 'https://www.googleapis.com/calendar/v3',
    accounts: 'https://accounts.google.com',
    oauth: 'https://oauth2.googleapis.com',
  }),
  oauth: {
    grant: 'authorization_code',
    // Google hands out a refresh token only with both; without "consent" only the first time ever.
    authorize: { host: 'accounts', path: '/o/oauth2/v2/auth', params: { access_type: 'offline', prompt: 'consent' } },
    token: { host: 'oauth', path: '/token' },
    clientAuth: 'form',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: true,
    scopes: permissions.map((permission) => permission.name),
    scopeSeparator: ' ',
    refreshRotates: false,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body) => {
    const reason =
      textAt(body, 'error', 'errors', 0, 'reason') ?? textAt(body, 'error', 'status') ?? textAt(body, 'error')
    const message = textAt(body, 'error', 'message') ?? textAt(body, 'error_description')
    return {
      ...(message === undefined ? {} : { message }),
      ...(reason === undefined ? {} : { vendorCode: reason }),
      // Quotas come as 403 or 429.
      ...(reason !== undefined && limited.has(reason) ? { errorClass: 'RATE_LIMITED' as const } : {}),
      ...(reason === 'notFound' ? { field: 'calendarId' } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('Google Calendar', probe),
    permissionsByTrying('Google Calendar', permissions, [
      // An event without times is refused, after the permission was checked.
      {
        permission: permissions[0].name,
        request: (connection) => ({ method: 'POST', path: eventsPath(connection), json: {} }),
      },
      {
        permission: permissions[1].name,
        request: { method: 'GET', path: '/users/me/calendarList', query: { maxResults: 1 } },
      },
      { permission: permissions[2].name, request: { method: 'POST', path: '/freeBusy', json: {}, safe: true } },
    ]),
    {
      suite: 'sample',
      name: 'Read an event',
      run: async (call, connection) => {
        const page = await listEvents(call, { first: 1, after: null }, connection)
        const title = page.items[0]?.title
        return {
          ok: true,
          message:
            title === undefined
              ? 'Google answers; the calendar is empty.'
              : `Google answers; the calendar holds “${title}”.`,
        }
      },
    },
  ],
  operations: {
    'events.list': listEvents,
    'events.get': getEvent,
    'events.create': createEvent,
    'events.update': updateEvent,
    'events.delete': deleteEvent,
    'calendars.list': listCalendars,
    'busy.find': findBusy,
  },
  resources: { events: pulledEvents },
  webhooks: googleCalendarWebhooks,
})
