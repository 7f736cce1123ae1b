import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { trackEvents } from './facebook-pixel/events.ts'
import { runReport } from './facebook-pixel/stats.ts'
import { idText, someText } from './shared/message.ts'
import { readAnswer } from './shared/failure.ts'
import { graphAuthorize, graphBase, graphJudge, metaAppSecretField, metaVersionField } from './shared/meta.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'ads_management', why: 'telling Meta what happened', required: true },
  { name: 'ads_read', why: 'reading how often events were counted', required: false },
] as const

const pixel = z.object({ id: idText, name: someText, last_fired_time: someText })
const pathOf = ({ settings }: Pick<ConnectionFacts, 'settings'>) => `/${encodeURIComponent(settings['pixelId'] ?? '')}`

async function readPixel(call: Call, connection: ConnectionFacts): Promise<z.output<typeof pixel>> {
  const query = { fields: 'id,name,last_fired_time' }
  return readAnswer('Meta', await call({ method: 'GET', path: pathOf(connection), query }), pixel, (found) => found)
}

const probe = async (call: Call, connection: ConnectionFacts): Promise<void> => void (await readPixel(call, connection))

/**
 * Meta's Conversions API: https://developers.facebook.com/docs/marketing-api/conversions-api
 *
 * Meta has no call that only says who a customer is. What a token made in Events Manager may read is not documented; one
 * of a system user reads the pixel. There is no description of this API to hold it against.
 */
export const facebookPixel = defineProvider({
  entry: {
    slug: 'facebook-pixel',
    name: 'Meta Pixel (Conversions API)',
    category: 'ANALYTICS',
    summary:
      'Tell Meta of purchases from your server, counted once beside the browser’s pixel, with people as digests only.',
    description:
      'The hub tells Meta of purchases and whatever else happens from your server, so that ads are credited where browsers stay silent. Each event carries the id the browser’s pixel uses, so that Meta counts the pair once. Mail addresses, telephone numbers and customer ids leave hashed, never in clear.',
    authKind: 'API_KEY',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: ['events.track', 'reports.run'],
    fields: [
      {
        name: 'pixelId',
        label: 'Pixel ID (dataset ID)',
        help: 'Events Manager → Data sources → your pixel → Settings → Dataset ID.',
        kind: 'text',
        required: true,
        rule: { pattern: '^\\d{6,25}$', message: 'A number of about sixteen digits.' },
      },
      {
        name: 'accessToken',
        label: 'Access token',
        help: 'Business settings → Users → System users → Generate token, with ads_management; the pixel must be assigned to that user.',
        kind: 'secret',
        required: true,
        placeholder: 'EAA…',
        hint: { pattern: '^EAA[A-Za-z0-9]+$', message: 'Access tokens of Meta start with EAA.' },
      },
      {
        name: 'testEventCode',
        label: 'Test event code',
        help: 'Events Manager → Test events. Events that are only to be checked appear there and are not counted.',
        kind: 'text',
        required: false,
        hint: { pattern: '^TEST\\d+$', message: 'Test event codes look like TEST12345.' },
      },
      metaAppSecretField,
      metaVersionField,
    ],
    permissions,
    limits: [],
    webhookEvents: [],
    setupGuide: [
      {
        title: 'Find your pixel',
        text: 'Events Manager → Data sources. Make a pixel (dataset) if there is none, and copy its ID.',
        url: 'https://business.facebook.com/events_manager2',
      },
      {
        title: 'Make a token',
        text: 'Business settings → System users: assign the pixel to a system user and generate a token with ads_management.',
        url: 'https://business.facebook.com/settings/system-users',
      },
      {
        title: 'Try it',
        text: 'Copy the code of Events Manager → Test events into its field; events marked as a test appear there within a minute.',
      },
    ],
    pricingNotes:
      'Telling Meta what happens costs nothing. Meta limits by use, without a fixed number; events older than seven days are refused.',
    docsUrl: 'https://developers.facebook.com/docs/marketing-api/conversions-api',
    statusUrl: 'https://metastatus.com',
    verified: false,
    logo: {
      path: 'M6.915 4.03c-1.968 0-3.683 1.28-4.871 3.113C.704 9.208 0 11.883 0 14.449c0 .706.07 1.369.21 1.973a6.624 6.624 0 0 0 .265.86 5.297 5.297 0 0 0 .371.761c.696 1.159 1.818 1.927 3.593 1.927 1.497 0 2.633-.671 3.965-2.444.76-1.012 1.144-1.626 2.663-4.32l.756-1.339.186-.325c.061.1.121.196.183.3l2.152 3.595c.724 1.21 1.665 2.556 2.47 3.314 1.046.987 1.992 1.22 3.06 1.22 1.075 0 1.876-.355 2.455-.843a3.743 3.743 0 0 0 .81-.973c.542-.939.861-2.127.861-3.745 0-2.72-.681-5.357-2.084-7.45-1.282-1.912-2.957-2.93-4.716-2.93-1.047 0-2.088.467-3.053 1.308-.652.57-1.257 1.29-1.82 2.05-.69-.875-1.335-1.547-1.958-2.056-1.182-.966-2.315-1.303-3.454-1.303zm10.16 2.053c1.147 0 2.188.758 2.992 1.999 1.132 1.748 1.647 4.195 1.647 6.4 0 1.548-.368 2.9-1.839 2.9-.58 0-1.027-.23-1.664-1.004-.496-.601-1.343-1.878-2.832-4.358l-.617-1.028a44.908 44.908 0 0 0-1.255-1.98c.07-.109.141-.224.211-.327 1.12-1.667 2.118-2.602 3.358-2.602zm-10.201.553c1.265 0 2.058.791 2.675 1.446.307.327.737.871 1.234 1.579l-1.02 1.566c-.757 1.163-1.882 3.017-2.837 4.338-1.191 1.649-1.81 1.817-2.486 1.817-.524 0-1.038-.237-1.383-.794-.263-.426-.464-1.13-.464-2.046 0-2.221.63-4.535 1.66-6.088.454-.687.964-1.226 1.533-1.533a2.264 2.264 0 0 1 1.088-.285z',
      viewBox: '0 0 24 24',
      color: '#0467DF',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({ api: graphBase(connection) }),
  authorize: graphAuthorize('accessToken'),
  judge: graphJudge('accessToken'),
  redact: ['data.*.user_data', 'data.*.event_source_url'],
  probe,
  tests: [
    connectionStep('Meta', probe),
    permissionsByTrying(
      'Meta',
      permissions,
      [
        {
          permission: 'ads_management',
          // Without any event it is refused, after the token was judged.
          request: (connection) => ({
            method: 'POST',
            path: `${pathOf(connection)}/events`,
            json: { data: [] },
            safe: true,
          }),
        },
        {
          permission: 'ads_read',
          request: (connection) => ({
            method: 'GET',
            path: `${pathOf(connection)}/stats`,
            query: { aggregation: 'event' },
          }),
        },
      ],
      'accessToken',
    ),
    {
      suite: 'sample',
      name: 'Read the pixel',
      run: async (call, connection) => {
        const { name, last_fired_time: at } = await readPixel(call, connection)
        return {
          ok: true,
          message: `This is the pixel “${name ?? ''}”; ${at === null ? 'nothing has reached it yet' : `it heard of something last at ${at}`}.`,
        }
      },
    },
  ],
  operations: { 'events.track': trackEvents, 'reports.run': runReport },
})
