import { z } from 'zod'
import {
  calendarPath,
  createEvent,
  deleteEvent,
  findBusy,
  getEvent,
  listCalendars,
  listEvents,
  updateEvent,
} from './outlook-calendar/events.ts'
import { outlookCalendarWebhooks } from './outlook-calendar/webhooks.ts'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Calendars.ReadWrite', why: 'reading events, adding, changing and removing them', required: true },
  { name: 'User.Read', why: 'showing whose calendar it is', required: false },
] as const

const tenantPattern = '^(common|organizations|consumers|[0-9a-fA-F-]{36}|[a-zA-Z0-9-]+(\\.[a-zA-Z0-9-]+)+)$'
const tenantOf = ({ settings }: ConnectionFacts): string => {
  const tenant = settings['tenantId'] || 'common'
  return new RegExp(tenantPattern).test(tenant) ? tenant : 'common'
}

/** Proves the grant and that the calendar exists. */
async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const answer = await call({ method: 'GET', path: calendarPath(connection), query: { $select: 'id,name' } })
  readAnswer('Outlook', answer, z.object({ id: z.string() }), () => undefined)
}

const limited = /^(ApplicationThrottled|TooManyRequests|ErrorTooManyRequests|MailboxConcurrency|ErrorServerBusy)$/

/**
 * Microsoft Graph v1.0, for the person who signs in; an app of its own without a person is not served. Its paths come from
 * Microsoft's description, limits and lifetimes from its documentation; no live account was asked.
 */
export const outlookCalendar = defineProvider({
  entry: {
    slug: 'outlook-calendar',
    name: 'Outlook Calendar',
    category: 'CALENDAR',
    summary: 'Read, add and move events in an Outlook or Microsoft 365 calendar beside your orders.',
    description:
      'The hub reads one Outlook calendar, adds events to it, changes and removes them, and tells when it is free. A person signs in at Microsoft once and agrees; the hub keeps the grant sealed and renews it by itself. Outlook mails everybody who is invited, and tells them of changes: that cannot be switched off.',
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
        label: 'Application (client) ID',
        help: 'Microsoft Entra admin center → App registrations → your app → Overview.',
        kind: 'text',
        required: true,
        hint: { pattern: '^[0-9a-fA-F-]{36}$', message: 'Application IDs have the form of a UUID.' },
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'Your app → Certificates & secrets → New client secret. Copy the value, not the secret ID; it is shown once and ends after two years at the latest.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'tenantId',
        label: 'Directory (tenant)',
        help: '“common” for everybody, “organizations” for work accounts, or your directory’s ID when the app is for your own organization only.',
        kind: 'text',
        required: false,
        default: 'common',
        rule: { pattern: tenantPattern, message: 'common, organizations, consumers, a directory ID or its domain.' },
      },
      {
        name: 'calendarId',
        label: 'Calendar',
        help: '“primary” for the main calendar of whoever signs in, or an id from the list of calendars.',
        kind: 'text',
        required: false,
        default: 'primary',
      },
    ],
    permissions,
    limits: [
      { requests: 10_000, windowSeconds: 600, scope: 'per app and mailbox' },
      { requests: 4, windowSeconds: 1, scope: 'requests at the same time, per app and mailbox', enforced: false },
    ],
    webhookEvents: ['created', 'updated', 'deleted', 'missed', 'subscriptionRemoved', 'reauthorizationRequired'],
    templates: [
      {
        key: 'work',
        name: 'Work or school',
        description: 'Whoever signs in has an account of a company or school; personal accounts are refused.',
        environment: 'LIVE',
        settings: { tenantId: 'organizations' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'personal',
        name: 'Outlook.com',
        description: 'Whoever signs in has a personal Microsoft account; those of companies are refused.',
        environment: 'LIVE',
        settings: { tenantId: 'consumers' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Register an app',
        text: 'Microsoft Entra admin center → App registrations → New registration. Choose who may sign in; as redirect URI take “Web” and this hub’s address followed by /oauth/callback.',
        url: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
      },
      {
        title: 'Give it permissions',
        text: 'API permissions → Add → Microsoft Graph → Delegated: Calendars.ReadWrite, User.Read and offline_access.',
      },
      {
        title: 'Create a client secret',
        text: 'Certificates & secrets → New client secret. Note when it ends: the hub cannot renew it.',
      },
      {
        title: 'Connect',
        text: 'Paste application ID and secret here, then choose Connect and sign in with the account whose calendar it is.',
        url: 'https://learn.microsoft.com/en-us/graph/auth-v2-user',
      },
    ],
    pricingNotes:
      'Free within Microsoft’s limits; the calendar comes with any Microsoft account or Microsoft 365 plan.',
    docsUrl: 'https://learn.microsoft.com/en-us/graph/api/resources/calendar',
    statusUrl: 'https://status.cloud.microsoft',
    // Paths and queries are held against Microsoft's description; bodies are not: it asks for more than Graph does.
    verified: false,
    logo: {
      path: 'M8 2h13a1 1 0 0 1 1 1v18a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-3h2v2h11V8H9v-2H7V3a1 1 0 0 1 1-1zM1 7h11v10H1zM6.500 9C4.800 9 4 10.400 4 12s.800 3 2.500 3S9 13.600 9 12s-.800-3-2.500-3zm0 1.300c.700 0 1 .700 1 1.700s-.300 1.700-1 1.700-1-.700-1-1.700.300-1.700 1-1.700zM14 10h4v2h-4zM14 14h4v2h-4z',
      viewBox: '0 0 24 24',
      color: '#0078D4',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api: 'https://graph.microsoft.com/v1.0',
    login: `https://login.microsoftonline.com/${tenantOf(connection)}`,
  }),
  oauth: {
    grant: 'authorization_code',
    authorize: {
      host: 'login',
      path: '/oauth2/v2.0/authorize',
      params: { response_mode: 'query', prompt: 'select_account' },
    },
    token: { host: 'login', path: '/oauth2/v2.0/token' },
    clientAuth: 'form',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: true,
    // Without offline_access there is no refresh token.
    scopes: ['offline_access', ...permissions.map(({ name }) => name)],
    scopeSeparator: ' ',
    refreshRotates: true,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    const code = textAt(body, 'error', 'code') ?? textAt(body, 'error')
    const message = textAt(body, 'error', 'message') ?? textAt(body, 'error_description')
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(answer.status >= 400 && answer.status < 500 && code !== undefined && limited.test(code)
        ? { errorClass: 'RATE_LIMITED' as const }
        : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('Outlook', probe),
    permissionsByTrying('Outlook', permissions, [
      // An event that is not there is missed only after the permission was checked.
      {
        permission: permissions[0].name,
        request: (connection) => ({ method: 'PATCH', path: `${calendarPath(connection)}/events/none`, json: {} }),
      },
      { permission: permissions[1].name, request: { method: 'GET', path: '/me', query: { $select: 'displayName' } } },
    ]),
    {
      suite: 'sample',
      name: 'Read an event',
      run: async (call, connection) => {
        const page = await listEvents(call, { first: 1, after: null }, connection)
        const title = page.items[0]?.title
        const what = title === undefined ? 'is empty' : `holds “${title}”`
        return { ok: true, message: `Outlook answers; the calendar ${what}.` }
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
  resources: {
    events: pulled(listEvents, { by: 'updatedSince' }),
  },
  webhooks: outlookCalendarWebhooks,
})
