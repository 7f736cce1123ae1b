import { z } from 'zod'
import type { Call, CallAnswer } from './provider.ts'
import { defineProvider } from './provider.ts'
import { identifyUser, trackEvents } from './mixpanel/events.ts'
import { runReport } from './mixpanel/reports.ts'
import { at, jsonOf, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Import', why: 'telling what happened: the service account needs the role Owner or Admin', required: true },
  { name: 'Query', why: 'reading figures', required: false },
] as const

/** Mixpanel documents this as the way to try a service account. What it tells beside is not described. */
async function probe(call: Call): Promise<void> {
  const answer = await call({ host: 'app', method: 'GET', path: '/me' })
  readAnswer('Mixpanel', answer, z.object({ status: z.literal('ok') }), () => undefined)
}

const regions = { us: '', eu: 'eu.', in: 'in.' } as const
const regionOf = (name: string | undefined) => (name === 'eu' || name === 'in' ? name : 'us')

const judged = judgeWith((body, answer) => {
  const message = textAt(body, 'error')
  // A profile is refused with success.
  const refused = answer.status === 200 && at(body, 'status') === 0
  return {
    ...(message === undefined ? {} : { message }),
    ...(refused ? { errorClass: 'INVALID_REQUEST' } : {}),
    ...(answer.status === 401 || answer.status === 403 ? { field: 'serviceSecret' } : {}),
  }
})

/** The good ones of a batch were taken: what is wrong with the others is part of the answer. */
function isPartly(answer: CallAnswer): boolean {
  const body = jsonOf(answer)
  return (
    answer.status === 400 && Array.isArray(at(body, 'failed_records')) && at(body, 'num_records_imported') !== undefined
  )
}

/** Mixpanel: https://developer.mixpanel.com/reference/overview */
export const mixpanel = defineProvider({
  entry: {
    slug: 'mixpanel',
    name: 'Mixpanel',
    category: 'ANALYTICS',
    summary: 'Tell Mixpanel what customers do, once per event whatever is repeated, and read the counts back.',
    description:
      'The hub tells Mixpanel of purchases and whatever else happens from your server, each counted once, keeps profiles of customers up to date, and reads how often events happened by day and by property. Mail addresses and telephone numbers in events leave only as digests.',
    authKind: 'BASIC',
    regions: ['US', 'EU', 'IN'],
    environments: ['LIVE'],
    capabilities: ['events.track', 'users.identify', 'reports.run'],
    fields: [
      {
        name: 'serviceAccount',
        label: 'Service account user name',
        help: 'Mixpanel → Organization settings → Service Accounts → Add Service Account, with the role Admin in the project.',
        kind: 'text',
        required: true,
        placeholder: 'patchbay.1ab2c3.mp-service-account',
      },
      {
        name: 'serviceSecret',
        label: 'Service account secret',
        help: 'Shown once, when the service account is made.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'projectId',
        label: 'Project ID',
        help: 'Project settings → Overview → Project ID.',
        kind: 'text',
        required: true,
        rule: { pattern: '^\\d{1,15}$', message: 'A number.' },
      },
      {
        name: 'projectToken',
        label: 'Project token',
        help: 'Project settings → Overview → Project Token. It is no secret: every page of yours shows it.',
        kind: 'text',
        required: true,
        hint: { pattern: '^[0-9a-f]{32}$', message: 'Project tokens are 32 hexadecimal digits.' },
      },
      {
        name: 'region',
        label: 'Data residency',
        help: 'Project settings → Overview → Data Residency.',
        kind: 'select',
        options: [
          { value: 'us', label: 'United States' },
          { value: 'eu', label: 'European Union' },
          { value: 'in', label: 'India' },
        ],
        required: false,
        default: 'us',
      },
    ],
    permissions,
    limits: [
      { requests: 60, windowSeconds: 3600, scope: 'reading figures; telling events allows far more', enforced: false },
    ],
    webhookEvents: [],
    templates: [
      {
        key: 'eu',
        name: 'European Union',
        description: 'A project whose data residency is the European Union.',
        environment: 'LIVE',
        settings: { region: 'eu' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'in',
        name: 'India',
        description: 'A project whose data residency is India.',
        environment: 'LIVE',
        settings: { region: 'in' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Make a service account',
        text: 'Organization settings → Service Accounts → Add Service Account. Give it the role Admin in the project and copy its secret.',
        url: 'https://mixpanel.com/settings/org#serviceaccounts',
      },
      {
        title: 'Copy project ID and token',
        text: 'Project settings → Overview shows both, and where the data is kept.',
        url: 'https://mixpanel.com/settings/project',
      },
      { title: 'Paste them here', text: 'Use a project of its own for tests: Mixpanel counts everything it is told.' },
    ],
    pricingNotes:
      'Free up to a number of events a month, then by events; reading figures costs nothing and is limited to sixty requests an hour.',
    docsUrl: 'https://developer.mixpanel.com/reference/overview',
    statusUrl: 'https://www.mixpanelstatus.com',
    verified: true,
    logo: {
      path: 'M6.967 9.996h3.053c-.763-.477-1.048-1.145-1.431-2.384L7.443 3.366C6.919 1.458 6.49.551 4.39.551H.004v1.145h.621c1.286 0 1.431.477 1.814 1.908L3.44 7.326c.524 1.814 1.337 2.67 3.53 2.67h-.003Zm7.06 0h3.053c2.194 0 2.956-.86 3.484-2.67l1.001-3.722c.382-1.431.57-1.908 1.814-1.908H24V.551h-4.34c-2.146 0-2.576.86-3.053 2.815l-1.145 4.246c-.384 1.286-.673 1.907-1.435 2.384Zm-4.007 4.008h4.007V9.996H10.02v4.008ZM0 23.449h4.39c2.1 0 2.529-.907 3.053-2.815l1.146-4.246c.383-1.239.668-1.907 1.431-2.384H6.967c-2.194 0-3.007.86-3.531 2.67l-1.001 3.722c-.383 1.431-.524 1.907-1.814 1.907H0v1.146Zm19.65 0h4.343v-1.146h-.622c-1.239 0-1.431-.476-1.814-1.907l-1.001-3.722c-.524-1.814-1.286-2.67-3.483-2.67h-3.046c.762.477 1.041 1.098 1.424 2.384l1.145 4.246c.477 1.955.907 2.815 3.054 2.815Z',
      viewBox: '0 0 24 24',
      color: '#7856FF',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => {
    const region = regionOf(settings['region'])
    return {
      api: `https://api${region === 'us' ? '' : `-${region}`}.mixpanel.com`,
      app: `https://${regions[region]}mixpanel.com/api/app`,
      query: `https://${regions[region]}mixpanel.com/api/query`,
    }
  },
  authorize: (request, fields) => {
    const identity = `${fields['serviceAccount'] ?? ''}:${fields['serviceSecret'] ?? ''}`
    return {
      ...request,
      headers: { ...request.headers, authorization: `Basic ${Buffer.from(identity).toString('base64')}` },
    }
  },
  judge: (answer) => (isPartly(answer) ? null : judged(answer)),
  redact: ['*.$set', '*.properties.ip', '*.properties.email_sha256', '*.properties.phone_sha256'],
  probe,
  tests: [
    connectionStep('Mixpanel', probe),
    permissionsByTrying(
      'Mixpanel',
      permissions,
      [
        {
          permission: 'Import',
          // Nothing happened: nothing is counted.
          request: ({ settings }) => ({
            method: 'POST',
            path: '/import',
            query: { strict: 1, project_id: settings['projectId'] ?? '' },
            json: [],
            safe: true,
          }),
        },
        {
          permission: 'Query',
          request: ({ settings }) => ({
            host: 'query',
            method: 'GET',
            path: '/events/names',
            query: { project_id: settings['projectId'] ?? '', type: 'general', limit: 1 },
          }),
        },
      ],
      'serviceSecret',
    ),
  ],
  operations: { 'events.track': trackEvents, 'users.identify': identifyUser, 'reports.run': runReport },
})
