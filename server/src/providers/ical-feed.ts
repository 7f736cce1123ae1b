import { fetchFeed, findBusy, getEvent, listCalendars, listEvents } from './ical-feed/events.ts'
import type { Call, Fields } from './provider.ts'
import { defineProvider } from './provider.ts'
import { cannotSend, judgeWith } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [{ name: 'Read the feed', why: 'everything: a feed can only be read', required: true }] as const

const probe = async (call: Call): Promise<void> => void (await fetchFeed(call))

const hostPattern = '^(?!-)[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+(:\\d{1,5})?$'

/**
 * The secret part of the address is put on where credentials are: everything before that, and every line of the log, knows
 * the host alone. It must come out exactly as it was written, or a trace of it would not be recognised and hidden.
 * @throws ProviderCallError INVALID_REQUEST for a path that leads elsewhere
 */
function withPath(base: URL, secret: string): URL {
  const url = URL.parse(secret, base.origin)
  if (url === null || url.origin !== base.origin || url.pathname + url.search !== secret)
    throw cannotSend(
      'The path of the feed is none.',
      'Paste what follows the host in the feed’s address, from the first “/” on, as it stands there.',
      'feedPath',
    )
  const full = new URL(base)
  full.pathname = base.pathname.replace(/\/$/, '') + url.pathname
  full.search = url.search
  return full
}

function basic({ username = '', password = '' }: Fields): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

/**
 * Any iCalendar feed (RFC 5545 over https). Whoever knows a feed's address may usually read it, so the address is a secret:
 * its host is a plain setting, which the egress guard judges like any other, and the rest is sealed. An answer of more than
 * 5 MiB is refused, and a redirect is not followed: it would carry the request to a host nobody allowed.
 */
export const icalFeed = defineProvider({
  entry: {
    slug: 'ical-feed',
    name: 'iCal feed',
    category: 'CALENDAR',
    summary: 'Read any calendar that gives out an iCal address: bookings, shifts, holidays, a supplier’s closing days.',
    description:
      'The hub reads an ICS feed of any program (Google, Outlook, iCloud, Airbnb, Calendly and many more), expands what repeats, understands its time zones and whole days, and tells when the calendar is taken. Feeds can only be read. The secret part of the address is sealed.',
    authKind: 'NONE',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: ['events.list', 'events.get', 'calendars.list', 'busy.find'],
    fields: [
      {
        name: 'host',
        label: 'Host of the feed',
        help: 'What stands between “https://” (or “webcal://”) and the next “/” in the feed’s address.',
        kind: 'text',
        required: true,
        placeholder: 'calendar.google.com',
        rule: { pattern: hostPattern, message: 'A host name such as calendar.google.com.' },
      },
      {
        name: 'feedPath',
        label: 'Path of the feed',
        help: 'Everything after the host, from the “/” on, with what follows a “?”. It is kept sealed: who knows it may read the calendar.',
        kind: 'secret',
        required: true,
        placeholder: '/calendar/ical/…/basic.ics',
        hint: { pattern: '^/[^/]', message: 'The path starts with one “/”; the host goes into the field above.' },
      },
      {
        name: 'username',
        label: 'User name',
        help: 'Only for feeds behind a sign-in (HTTP Basic).',
        kind: 'text',
        required: false,
      },
      {
        name: 'password',
        label: 'Password',
        help: 'Only for feeds behind a sign-in. Take an app password where there is one.',
        kind: 'secret',
        required: false,
      },
    ],
    permissions,
    limits: [
      { requests: 12, windowSeconds: 3_600, scope: 'what hosts of feeds take without complaint', enforced: false },
    ],
    webhookEvents: [],
    templates: [
      {
        key: 'google',
        name: 'Google Calendar',
        description: 'The secret address in iCal format, from the settings of a calendar at Google.',
        environment: 'LIVE',
        settings: { host: 'calendar.google.com' },
        probeIntervalSeconds: 900,
      },
      {
        key: 'microsoft-365',
        name: 'Microsoft 365',
        description: 'The ICS link of a calendar that was published at work or school.',
        environment: 'LIVE',
        settings: { host: 'outlook.office365.com' },
        probeIntervalSeconds: 900,
      },
      {
        key: 'outlook-com',
        name: 'Outlook.com',
        description: 'The ICS link of a calendar that was published from a personal Microsoft account.',
        environment: 'LIVE',
        settings: { host: 'outlook.live.com' },
        probeIntervalSeconds: 900,
      },
    ],
    setupGuide: [
      {
        title: 'Find the address',
        text: 'Google: Settings → your calendar → Integrate calendar → Secret address in iCal format. Outlook: Settings → Calendar → Shared calendars → Publish → ICS. iCloud: Calendar → Share → Public calendar.',
        url: 'https://support.google.com/calendar/answer/37648',
      },
      {
        title: 'Split it in two',
        text: 'https://calendar.google.com/calendar/ical/…/basic.ics: the host is calendar.google.com, the rest from “/calendar” on is the path. A webcal:// address is the same on https.',
      },
      {
        title: 'Test it',
        text: 'The test reads the whole feed. If it answers with a redirect, take the address it leads to.',
      },
    ],
    pricingNotes: 'Free: the program whose calendar it is decides who may read it, and how fresh the feed is.',
    docsUrl: 'https://www.rfc-editor.org/rfc/rfc5545',
    verified: false,
    logo: {
      path: 'M6 1h2v3h8V1h2v3h3a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1h3zM4 9v11h16V9zM7 12a5 5 0 0 1 5 5h-2a3 3 0 0 0-3-3zM8.200 15.200a1.300 1.300 0 1 1 0 2.600 1.300 1.300 0 0 1 0-2.600z',
      viewBox: '0 0 24 24',
      color: '#C2410C',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => {
    const host = settings['host'] ?? ''
    return { api: `https://${new RegExp(hostPattern).test(host) ? host : 'no-feed.invalid'}` }
  },
  authorize: (request, fields) => ({
    ...request,
    url: withPath(request.url, fields['feedPath'] ?? ''),
    headers: { ...request.headers, ...basic(fields) },
  }),
  judge: judgeWith((_body, answer) => {
    const words = /^[^<>]{1,200}$/.exec(answer.text.replace(/\s+/g, ' ').trim().slice(0, 200))?.[0]
    const say = (own: string, field: string) => ({ message: words === undefined ? own : `${own}: ${words}`, field })
    if (answer.status === 401) return say('asks for a user name and password', 'password')
    if (answer.status === 404 || answer.status === 410)
      return say('there is no feed at this address any more', 'feedPath')
    if (answer.status >= 300 && answer.status < 400)
      return { message: 'leads on to another address, which is not followed', field: 'host' }
    return answer.status < 300 || words === undefined ? null : { message: `answered ${answer.status}: ${words}` }
  }),
  probe,
  tests: [
    connectionStep('The feed', probe),
    permissionsByTrying('the feed', permissions, [
      { permission: permissions[0].name, request: { method: 'GET', path: '/', headers: { accept: 'text/calendar' } } },
    ]),
    {
      suite: 'sample',
      name: 'Read an event',
      run: async (call) => {
        const { items } = await listEvents(call, { first: 1, after: null })
        const title = items[0]?.title
        const what = title === undefined ? 'is empty for a year on both sides' : `holds “${title}”`
        return { ok: true, message: `The feed answers; it ${what}.` }
      },
    },
  ],
  operations: {
    'events.list': listEvents,
    'events.get': getEvent,
    'calendars.list': listCalendars,
    'busy.find': findBusy,
  },
  resources: {
    events: pulled(listEvents),
  },
})
