import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { createCampaign, listCampaigns, sendCampaign } from './constant-contact/campaigns.ts'
import {
  getSubscriber,
  listAudiences,
  listEverybody,
  listSubscribers,
  tagSubscriber,
  unsubscribe,
  upsertSubscriber,
} from './constant-contact/contacts.ts'
import { at, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'account_read', why: 'showing which account it is', required: true },
  { name: 'contact_data', why: 'adding, tagging and reading contacts', required: true },
  { name: 'campaign_data', why: 'drafting and sending campaigns', required: false },
] as const

const summary = z.object({ encoded_account_id: z.string().min(1), organization_name: z.string().nullish() })

async function accountName(call: Call): Promise<string> {
  const answer = await call({ method: 'GET', path: '/account/summary' })
  return readAnswer('Constant Contact', answer, summary, (found) => found.organization_name || found.encoded_account_id)
}
const probe = async (call: Call): Promise<void> => void (await accountName(call))

/**
 * Constant Contact, API v3: https://developer.constantcontact.com/api_reference/index.html
 *
 * It sends no webhooks about contacts or campaigns. Written by the vendor's published description and guide, never held
 * against a live account: how long tokens live depends on the app, and that a PUT takes `taggings` as a POST does is to be
 * verified.
 */
export const constantContact = defineProvider({
  entry: {
    slug: 'constant-contact',
    name: 'Constant Contact',
    category: 'MARKETING',
    summary: 'Bring customers onto your Constant Contact lists as they buy, tag them, and draft and send campaigns.',
    description:
      'The hub adds contacts to a list and keeps them up to date without bringing anybody back who unsubscribed, tags them, drafts campaigns and sends them now or later. A person signs in at Constant Contact once; the hub keeps the grant sealed and renews it by itself.',
    authKind: 'OAUTH2_CODE',
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
        name: 'clientId',
        label: 'API key (client ID)',
        help: 'app.constantcontact.com → developer portal → My Applications → your application. It is no secret.',
        kind: 'text',
        required: true,
        hint: { pattern: '^[0-9a-f-]{36}$', message: 'API keys of Constant Contact are UUIDs.' },
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'The same page → Generate Client Secret. It is shown once.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'listId',
        label: 'List ID',
        help: 'Contacts → Lists → your list: the UUID in the address bar. Contacts go to this list where nothing else is said.',
        kind: 'text',
        required: false,
        hint: { pattern: '^[0-9a-f-]{36}$', message: 'List IDs of Constant Contact are UUIDs.' },
      },
      {
        name: 'fromEmail',
        label: 'Sender of campaigns',
        help: 'A verified address of your account. Needed to draft campaigns.',
        kind: 'email',
        required: false,
      },
      {
        name: 'fromName',
        label: 'Sender name',
        help: 'What people see beside the address.',
        kind: 'text',
        required: false,
      },
    ],
    permissions,
    limits: [
      { requests: 4, windowSeconds: 1, scope: 'all requests of an application' },
      { requests: 10_000, windowSeconds: 86_400, scope: 'all requests of an application, until midnight UTC' },
    ],
    webhookEvents: [],
    setupGuide: [
      {
        title: 'Make an application',
        text: 'In the developer portal choose New Application, with “Authorization Code Flow and Implicit Flow” and rotating refresh tokens.',
        url: 'https://app.constantcontact.com/pages/dma/portal/',
      },
      {
        title: 'Enter the redirect URI',
        text: 'Paste the redirect address that Patchbay shows, and generate a client secret.',
      },
      { title: 'Connect', text: 'Paste API key and secret here, then sign in at Constant Contact and allow access.' },
    ],
    pricingNotes:
      'Plans by contacts; the API is part of every plan and the hub adds nothing. There is no free sandbox, only a trial.',
    docsUrl: 'https://developer.constantcontact.com/api_reference/index.html',
    statusUrl: 'https://status.constantcontact.com',
    verified: false,
    logo: {
      path: 'M12 2a10 10 0 1 0 10 10h-3a7 7 0 1 1-7-7zM12 7a5 5 0 1 0 5 5h-3a2 2 0 1 1-2-2zM14 2v3a7 7 0 0 1 5 5h3a10 10 0 0 0-8-8z',
      viewBox: '0 0 24 24',
      color: '#1856ED',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.cc.email/v3', login: 'https://authz.constantcontact.com' }),
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'login', path: '/oauth2/default/v1/authorize' },
    token: { host: 'login', path: '/oauth2/default/v1/token' },
    clientAuth: 'basic',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: true,
    // Without offline_access there is no refresh token.
    scopes: ['account_read', 'contact_data', 'campaign_data', 'offline_access'],
    scopeSeparator: ' ',
    refreshRotates: true,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    const fault = Array.isArray(body) ? at(body, 0) : body
    const key = textAt(fault, 'error_key')
    const message = textAt(fault, 'error_message')
    return {
      ...(message === undefined ? {} : { message }),
      ...(key === undefined ? {} : { vendorCode: key }),
      // The day's requests are used up: they are there again at midnight UTC, not in a minute.
      ...(answer.status === 429 && key === 'quota_exceeded' ? { retry: false } : {}),
    }
  }),
  redact: ['html_content', 'email_address', 'contacts', 'phone_numbers', 'street_addresses', 'notes'],
  probe,
  tests: [
    connectionStep('Constant Contact', probe),
    permissionsByTrying('Constant Contact', permissions, [
      { permission: 'account_read', request: { method: 'GET', path: '/account/summary' } },
      { permission: 'contact_data', request: { method: 'GET', path: '/contact_lists', query: { limit: 1 } } },
      { permission: 'campaign_data', request: { method: 'GET', path: '/emails', query: { limit: 1 } } },
    ]),
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
    contacts: pulled(listEverybody, {
      by: 'updatedSince',
      deletions: 'TOLD',
      isGone: ({ status }) => status === 'ARCHIVED',
    }),
    campaigns: pulled(listCampaigns),
  },
})
