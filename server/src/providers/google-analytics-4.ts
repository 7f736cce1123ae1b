import { defineProvider } from './provider.ts'
import { trackEvents } from './google-analytics-4/events.ts'
import { probe, realtimeRequest, runReport } from './google-analytics-4/reports.ts'
import { judgeWith, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  {
    name: 'https://www.googleapis.com/auth/analytics.readonly',
    why: 'reading figures, and proving that the property is yours',
    required: true,
  },
] as const

/**
 * Google Analytics 4: events by the Measurement Protocol, figures by the Data API v1beta.
 *
 * The Measurement Protocol answers everything with success, even a wrong secret: a person signs in as well, so that the hub
 * can prove something and read figures back. It has no call that only says who a customer is, and Google forbids names and
 * addresses in clear, so there is no `users.identify`.
 */
export const googleAnalytics4 = defineProvider({
  entry: {
    slug: 'google-analytics-4',
    name: 'Google Analytics 4',
    category: 'ANALYTICS',
    summary:
      'Tell Google Analytics of purchases from your server, whatever browsers block, and read figures of any report.',
    description:
      'The hub tells a Google Analytics 4 property of purchases and whatever else happens from your server, checks events without counting them, and reads figures by any metric and dimension. Mail addresses and telephone numbers leave only as digests.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL', 'EU'],
    environments: ['LIVE'],
    capabilities: ['events.track', 'reports.run'],
    fields: [
      {
        name: 'measurementId',
        label: 'Measurement ID',
        help: 'Google Analytics → Admin → Data streams → your web stream → Measurement ID.',
        kind: 'text',
        required: true,
        placeholder: 'G-…',
        hint: { pattern: '^G-[A-Z0-9]{6,12}$', message: 'Measurement IDs start with G-.' },
      },
      {
        name: 'apiSecret',
        label: 'Measurement Protocol API secret',
        help: 'The same stream → Measurement Protocol API secrets → Create. Google never says whether it is right: copy it with care.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^[A-Za-z0-9_-]{20,24}$', message: 'API secrets have about 22 letters and digits.' },
      },
      {
        name: 'propertyId',
        label: 'Property ID',
        help: 'Admin → Property details → Property ID, at the top right.',
        kind: 'text',
        required: true,
        rule: { pattern: '^\\d{6,15}$', message: 'A number, without “properties/”.' },
      },
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
        help: 'On the same page, next to the client ID.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^GOCSPX-', message: 'Google client secrets start with GOCSPX-.' },
      },
      {
        name: 'region',
        label: 'Where events are collected',
        help: 'EU keeps what arrives in the European Union until it is processed.',
        kind: 'select',
        options: [
          { value: 'global', label: 'Anywhere' },
          { value: 'eu', label: 'European Union' },
        ],
        required: false,
        default: 'global',
      },
    ],
    permissions,
    limits: [],
    webhookEvents: [],
    templates: [
      {
        key: 'eu',
        name: 'European Union',
        description: 'Events are collected in the European Union, for shops that have promised so.',
        environment: 'LIVE',
        settings: { region: 'eu' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Copy the stream’s ID and make a secret',
        text: 'Admin → Data streams → your web stream. Copy the measurement ID, then Measurement Protocol API secrets → Create.',
        url: 'https://analytics.google.com/analytics/web/#/admin',
      },
      {
        title: 'Switch the Data API on',
        text: 'In the Google Cloud console enable the “Google Analytics Data API” for your project.',
        url: 'https://console.cloud.google.com/apis/library/analyticsdata.googleapis.com',
      },
      {
        title: 'Make an OAuth client',
        text: 'Credentials → Create credentials → OAuth client ID → Web application. Paste the redirect address that Patchbay shows.',
        url: 'https://console.cloud.google.com/apis/credentials',
      },
      { title: 'Connect', text: 'Paste everything here, then sign in with an account that may read the property.' },
    ],
    pricingNotes:
      'Free; reading figures is limited by tokens per property and day. Google answers every event with success, so only a test tells what it would drop.',
    docsUrl: 'https://developers.google.com/analytics/devguides/collection/protocol/ga4',
    statusUrl: 'https://ads.google.com/status/publisher/',
    verified: true,
    logo: {
      path: 'M22.84 2.9982v17.9987c.0086 1.6473-1.3197 2.9897-2.967 2.9984a2.9808 2.9808 0 01-.3677-.0208c-1.528-.226-2.6477-1.5558-2.6105-3.1V3.1204c-.0369-1.5458 1.0856-2.8762 2.6157-3.1 1.6361-.1915 3.1178.9796 3.3093 2.6158.014.1201.0208.241.0202.3619zM4.1326 18.0548c-1.6417 0-2.9726 1.331-2.9726 2.9726C1.16 22.6691 2.4909 24 4.1326 24s2.9726-1.3309 2.9726-2.9726-1.331-2.9726-2.9726-2.9726zm7.8728-9.0098c-.0171 0-.0342 0-.0513.0003-1.6495.0904-2.9293 1.474-2.891 3.1256v7.9846c0 2.167.9535 3.4825 2.3505 3.763 1.6118.3266 3.1832-.7152 3.5098-2.327.04-.1974.06-.3983.0593-.5998v-8.9585c.003-1.6474-1.33-2.9852-2.9773-2.9882z',
      viewBox: '0 0 24 24',
      color: '#E37400',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => ({
    api: settings['region'] === 'eu' ? 'https://region1.google-analytics.com' : 'https://www.google-analytics.com',
    data: 'https://analyticsdata.googleapis.com',
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
  // Events carry the stream and its secret in the address, figures the grant.
  authorize: (request, fields, accessToken) => {
    if (!request.url.pathname.endsWith('/mp/collect'))
      return { ...request, headers: { ...request.headers, authorization: `Bearer ${accessToken ?? ''}` } }
    const url = new URL(request.url)
    url.searchParams.set('measurement_id', fields['measurementId'] ?? '')
    url.searchParams.set('api_secret', fields['apiSecret'] ?? '')
    return { ...request, url }
  },
  judge: judgeWith((body) => {
    const message = textAt(body, 'error', 'message')
    const status = textAt(body, 'error', 'status')
    return {
      ...(message === undefined ? {} : { message }),
      ...(status === undefined ? {} : { vendorCode: status }),
      ...(status === 'PERMISSION_DENIED' || status === 'NOT_FOUND' ? { field: 'propertyId' } : {}),
    }
  }),
  redact: ['user_data', 'ip_override', 'user_id'],
  probe,
  tests: [
    connectionStep('Google Analytics', probe),
    permissionsByTrying(
      'Google Analytics',
      permissions,
      [{ permission: permissions[0].name, request: realtimeRequest }],
      'propertyId',
    ),
    {
      suite: 'sample',
      name: 'Check an event without counting it',
      run: async (call) => {
        const event = { id: 'connection-test', name: 'patchbay_test', at: '2026-01-01T00:00:00Z' }
        const { faults } = await trackEvents(call, { events: [event], test: true, idempotencyKey: 'connection-test' })
        const told = faults.filter(({ message }) => !/timestamp/i.test(message))
        return told.length === 0
          ? { ok: true, message: 'Google would take an event; whether the API secret is right it tells nobody.' }
          : { ok: false, message: `Google would refuse an event: ${told[0]?.message}.` }
      },
    },
  ],
  operations: { 'events.track': trackEvents, 'reports.run': runReport },
})
