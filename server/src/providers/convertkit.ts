import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { createCampaign, listCampaigns, sendCampaign } from './convertkit/broadcasts.ts'
import {
  getSubscriber,
  listAudiences,
  listSubscribers,
  tagSubscriber,
  unsubscribe,
  upsertSubscriber,
} from './convertkit/subscribers.ts'
import { convertkitWebhooks } from './convertkit/webhooks.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Subscribers', why: 'adding, tagging and reading subscribers', required: true },
  { name: 'Broadcasts', why: 'drafting and sending broadcasts; some plans lack it', required: false },
] as const

async function accountName(call: Call): Promise<string> {
  const answer = await call({ method: 'GET', path: '/v4/account' })
  return readAnswer('Kit', answer, z.object({ account: z.object({ name: z.string() }) }), ({ account }) => account.name)
}
const probe = async (call: Call): Promise<void> => void (await accountName(call))

/** Kit, formerly ConvertKit, API v4: https://developers.kit.com/api-reference/overview */
export const convertkit = defineProvider({
  entry: {
    slug: 'convertkit',
    name: 'Kit (ConvertKit)',
    category: 'MARKETING',
    summary: 'Bring customers into Kit as they buy, tag them by what they bought, and draft and send broadcasts.',
    description:
      'The hub adds subscribers to Kit and keeps them up to date without bringing anybody back who left, puts them on forms, tags them, drafts broadcasts and sends them now or later. Kit keeps one list of everybody: its forms stand where other vendors have lists.',
    authKind: 'API_KEY',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: [
      'audiences.list',
      'subscribers.upsert',
      'subscribers.get',
      'subscribers.list',
      'subscribers.unsubscribe',
      'subscribers.tag',
      'campaigns.list',
      'campaigns.create',
      'campaigns.send',
    ],
    fields: [
      {
        name: 'apiKey',
        label: 'V4 API key',
        help: 'Kit → Settings → Developer → V4 Keys → Add a new key. V3 keys and secrets do not work.',
        kind: 'secret',
        required: true,
        placeholder: 'kit_…',
        hint: { pattern: '^kit_[A-Za-z0-9]+$', message: 'Kit’s V4 keys mostly start with kit_.' },
      },
      {
        name: 'formId',
        label: 'Form ID',
        help: 'Whoever is added is put on this form. The number in the address bar of the form; leave it empty for none.',
        kind: 'text',
        required: false,
        rule: { pattern: '^\\d{1,15}$', message: 'A number, as it stands in the address bar of the form.' },
      },
      {
        name: 'fromEmail',
        label: 'Sender of broadcasts',
        help: 'A confirmed address of Settings → Email. Empty: the account’s own.',
        kind: 'email',
        required: false,
      },
    ],
    permissions,
    limits: [{ requests: 120, windowSeconds: 60, scope: 'all requests of a key' }],
    webhookEvents: [
      'subscriber.subscriber_activate',
      'subscriber.subscriber_unsubscribe',
      'subscriber.subscriber_bounce',
      'subscriber.subscriber_complain',
    ],
    setupGuide: [
      {
        title: 'Create a V4 key',
        text: 'Settings → Developer → V4 Keys → Add a new key. Name it Patchbay and copy it: it is shown once.',
        url: 'https://app.kit.com/account_settings/developer_settings',
      },
      {
        title: 'Choose a form, if you like',
        text: 'Subscribers may be put on a form, whose confirmation mail asks those who should be asked first.',
        url: 'https://app.kit.com/forms',
      },
      { title: 'Paste it here', text: 'Then test: Kit answers with the name of your account.' },
    ],
    pricingNotes:
      'Free up to a number of subscribers, then plans by subscribers; the API is part of every plan, the hub adds nothing.',
    docsUrl: 'https://developers.kit.com/api-reference/overview',
    statusUrl: 'https://status.kit.com',
    verified: true,
    logo: {
      path: 'm3.5 11.633-2.434 2.408V8.687a.53.53 0 0 0-.533-.527.53.53 0 0 0-.533.527v6.624a.528.528 0 0 0 .532.526.533.533 0 0 0 .377-.153l2.974-2.939 2.974 2.94a.535.535 0 0 0 .754 0 .522.522 0 0 0 0-.746l-2.974-2.938L7.61 9.06a.522.522 0 0 0 0-.745.538.538 0 0 0-.753 0l-3.344 3.307c-.003 0-.005.003-.007.005l-.007.006v-.001zm8.826 4.206a.53.53 0 0 1-.533-.526V8.688a.53.53 0 0 1 .533-.528.53.53 0 0 1 .533.528v6.624a.53.53 0 0 1-.533.526v.001zm7.257-6.624v6.098c0 .29.238.526.532.526a.53.53 0 0 0 .533-.526V9.215h2.818A.53.53 0 0 0 24 8.688a.53.53 0 0 0-.533-.527h-6.702a.53.53 0 0 0-.533.527.53.53 0 0 0 .533.527h2.819-.001z',
      viewBox: '0 0 24 24',
      color: '#000000',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.kit.com' }),
  authorize: (request, fields) => ({
    ...request,
    headers: { ...request.headers, 'x-kit-api-key': fields['apiKey'] ?? '' },
  }),
  judge: judgeWith((body, answer) => {
    const message = textAt(body, 'errors', 0)
    return {
      ...(message === undefined ? {} : { message }),
      ...(answer.status === 401 || answer.status === 403 ? { field: 'apiKey' } : {}),
    }
  }),
  redact: ['content', 'email_address', 'first_name', 'subscriber', 'subscribers'],
  probe,
  tests: [
    connectionStep('Kit', probe),
    permissionsByTrying(
      'Kit',
      permissions,
      [
        { permission: 'Subscribers', request: { method: 'GET', path: '/v4/subscribers', query: { per_page: 1 } } },
        { permission: 'Broadcasts', request: { method: 'GET', path: '/v4/broadcasts', query: { per_page: 1 } } },
      ],
      'apiKey',
    ),
    {
      suite: 'sample',
      name: 'Read the account',
      run: async (call) => ({ ok: true, message: `This is the account “${await accountName(call)}”.` }),
    },
  ],
  operations: {
    'audiences.list': listAudiences,
    'subscribers.upsert': upsertSubscriber,
    'subscribers.get': getSubscriber,
    'subscribers.list': listSubscribers,
    'subscribers.unsubscribe': unsubscribe,
    'subscribers.tag': tagSubscriber,
    'campaigns.list': listCampaigns,
    'campaigns.create': createCampaign,
    'campaigns.send': sendCampaign,
  },
  resources: {
    contacts: pulled(listSubscribers, { by: 'updatedSince' }),
    campaigns: pulled(listCampaigns),
  },
  webhooks: convertkitWebhooks,
})
