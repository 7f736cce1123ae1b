import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { createCampaign, listCampaigns, sendCampaign } from './mailchimp/campaigns.ts'
import {
  getSubscriber,
  listAudiences,
  listSubscribers,
  tagSubscriber,
  unsubscribe,
  upsertSubscriber,
} from './mailchimp/subscribers.ts'
import { mailchimpWebhooks } from './mailchimp/webhooks.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Audiences', why: 'adding and reading subscribers', required: true },
  { name: 'Campaigns', why: 'drafting and sending campaigns', required: false },
] as const

async function probe(call: Call): Promise<void> {
  const answer = await call({ method: 'GET', path: '/ping' })
  readAnswer('Mailchimp', answer, z.object({ health_status: z.string() }), () => undefined)
}

const dataCenter = /^[a-z]{2,3}\d{1,3}$/

/** Mailchimp, Marketing API 3.0: https://mailchimp.com/developer/marketing/api/ */
export const mailchimp = defineProvider({
  entry: {
    slug: 'mailchimp',
    name: 'Mailchimp',
    category: 'MARKETING',
    summary: 'Bring customers into your Mailchimp audience as they buy, tag them, and draft and send campaigns.',
    description:
      'The hub adds subscribers to a Mailchimp audience and keeps them up to date without ever bringing somebody back who unsubscribed, tags them, lists them, drafts campaigns, sends them now or later, and reports who subscribes and leaves by signed webhooks.',
    authKind: 'BASIC',
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
        label: 'API key',
        help: 'Mailchimp → your profile → Extras → API keys → Create A Key. It is shown once.',
        kind: 'secret',
        required: true,
        placeholder: '…-us6',
        hint: {
          pattern: '^[0-9a-f]{32}-[a-z]{2,}\\d+$',
          message: 'Mailchimp’s keys are 32 hexadecimal digits, a dash and the data centre, such as us6.',
        },
      },
      {
        name: 'dataCenter',
        label: 'Data centre',
        help: 'What stands behind the dash of the API key, and before .admin.mailchimp.com in the address bar.',
        kind: 'text',
        required: true,
        placeholder: 'us6',
        rule: { pattern: dataCenter.source, message: 'A few letters and a number, such as us6.' },
      },
      {
        name: 'audienceId',
        label: 'Audience ID',
        help: 'Audience → Manage audience → Settings → Audience name and defaults → Audience ID. Needed for webhooks.',
        kind: 'text',
        required: false,
        hint: { pattern: '^[0-9a-f]{10}$', message: 'Audience IDs are ten hexadecimal digits.' },
      },
      {
        name: 'fromEmail',
        label: 'Sender of campaigns',
        help: 'An address whose domain Mailchimp has verified. Needed to draft campaigns.',
        kind: 'email',
        required: false,
        placeholder: 'news@your-shop.example',
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
    limits: [],
    webhookEvents: ['subscribe', 'unsubscribe', 'profile', 'upemail', 'cleaned', 'campaign'],
    setupGuide: [
      {
        title: 'Create an API key',
        text: 'Your profile → Extras → API keys → Create A Key. A key may do what its user may: at least the role Author, and Manager for audiences.',
        url: 'https://admin.mailchimp.com/account/api/',
      },
      {
        title: 'Note the data centre',
        text: 'The part behind the dash of the key, such as us6, goes into its own field.',
      },
      {
        title: 'Copy the audience ID',
        text: 'Audience → Manage audience → Settings. Subscribers go to this audience where nothing else is said.',
        url: 'https://admin.mailchimp.com/lists/',
      },
    ],
    pricingNotes:
      'Plans by contacts and mails; archived contacts do not count. The API is part of every plan, the hub adds nothing. At most ten requests at once per key.',
    docsUrl: 'https://mailchimp.com/developer/marketing/api/',
    statusUrl: 'https://status.mailchimp.com',
    verified: true,
    logo: {
      path: 'M11.267 0C6.791-.015-1.82 10.246 1.397 12.964l.79.669a3.88 3.88 0 0 0-.22 1.792c.084.84.518 1.644 1.22 2.266.666.59 1.542.964 2.392.964 1.406 3.24 4.62 5.228 8.386 5.34 4.04.12 7.433-1.776 8.854-5.182.093-.24.488-1.316.488-2.267 0-.956-.54-1.352-.885-1.352-.01-.037-.078-.286-.172-.586-.093-.3-.19-.51-.19-.51.375-.563.382-1.065.332-1.35-.053-.353-.2-.653-.496-.964-.296-.311-.902-.63-1.753-.868l-.446-.124c-.002-.019-.024-1.053-.043-1.497-.014-.32-.042-.822-.197-1.315-.186-.668-.508-1.253-.911-1.627 1.112-1.152 1.806-2.422 1.804-3.511-.003-2.095-2.576-2.729-5.746-1.416l-.672.285A678.22 678.22 0 0 0 12.7.504C12.304.159 11.817.002 11.267 0zm.073.873c.166 0 .322.019.465.058.297.084 1.28 1.224 1.28 1.224s-1.826 1.013-3.52 2.426c-2.28 1.757-4.005 4.311-5.037 7.082-.811.158-1.526.618-1.963 1.253-.261-.218-.748-.64-.834-.804-.698-1.326.761-3.902 1.781-5.357C5.834 3.44 9.37.867 11.34.873zm3.286 3.273c.04-.002.06.05.028.074-.143.11-.299.26-.413.414a.04.04 0 0 0 .031.064c.659.004 1.587.235 2.192.574.041.023.012.103-.034.092-.915-.21-2.414-.369-3.97.01-1.39.34-2.45.863-3.224 1.426-.04.028-.086-.023-.055-.06.896-1.035 1.999-1.935 2.987-2.44.034-.018.07.019.052.052-.079.143-.23.447-.278.678-.007.035.032.063.062.042.615-.42 1.684-.868 2.622-.926zm3.023 3.205l.056.001a.896.896 0 0 1 .456.146c.534.355.61 1.216.638 1.845.015.36.059 1.229.074 1.478.034.571.184.651.487.751.17.057.33.098.563.164.706.198 1.125.4 1.39.658.157.162.23.333.253.497.083.608-.472 1.36-1.942 2.041-1.607.746-3.557.935-4.904.785l-.471-.053c-1.078-.145-1.693 1.247-1.046 2.201.417.615 1.552 1.015 2.688 1.015 2.604 0 4.605-1.111 5.35-2.072a.987.987 0 0 0 .06-.085c.036-.055.006-.085-.04-.054-.608.416-3.31 2.069-6.2 1.571 0 0-.351-.057-.672-.182-.255-.1-.788-.344-.853-.891 2.333.72 3.801.039 3.801.039a.072.072 0 0 0 .042-.072.067.067 0 0 0-.074-.06s-1.911.283-3.718-.378c.197-.64.72-.408 1.51-.345a11.045 11.045 0 0 0 3.647-.394c.818-.234 1.892-.697 2.727-1.356.281.618.38 1.299.38 1.299s.219-.04.4.073c.173.106.299.326.213.895-.176 1.063-.628 1.926-1.387 2.72a5.714 5.714 0 0 1-1.666 1.244c-.34.18-.704.334-1.087.46-2.863.935-5.794-.093-6.739-2.3a3.545 3.545 0 0 1-.189-.522c-.403-1.455-.06-3.2 1.008-4.299.065-.07.132-.153.132-.256 0-.087-.055-.179-.102-.243-.374-.543-1.669-1.466-1.409-3.254.187-1.284 1.31-2.189 2.357-2.135.089.004.177.01.266.015.453.027.85.085 1.223.1.625.028 1.187-.063 1.853-.618.225-.187.405-.35.71-.401.028-.005.092-.028.215-.028zm.022 2.18a.42.42 0 0 0-.06.005c-.335.054-.347.468-.228 1.04.068.32.187.595.32.765.175-.02.343-.022.498 0 .089-.205.104-.557.024-.942-.112-.535-.261-.872-.554-.868zm-3.66 1.546a1.724 1.724 0 0 0-1.016.326c-.16.117-.311.28-.29.378.008.032.031.056.088.063.131.015.592-.217 1.122-.25.374-.023.684.094.923.2.239.104.386.173.443.113.037-.038.026-.11-.031-.204-.118-.192-.36-.387-.618-.497a1.601 1.601 0 0 0-.621-.129zm4.082.81c-.171-.003-.313.186-.317.42-.004.236.131.43.303.432.172.003.314-.185.318-.42.004-.236-.132-.429-.304-.432zm-3.58.172c-.05 0-.102.002-.155.008-.311.05-.483.152-.593.247-.094.082-.152.173-.152.237a.075.075 0 0 0 .075.076c.07 0 .228-.063.228-.063a1.98 1.98 0 0 1 1.001-.104c.157.018.23.027.265-.026.01-.016.022-.049-.01-.1-.063-.103-.311-.269-.66-.275zm2.26.4c-.127 0-.235.051-.283.148-.075.154.035.363.246.466.21.104.443.063.52-.09.075-.155-.035-.364-.246-.467a.542.542 0 0 0-.237-.058zm-11.635.024c.048 0 .098 0 .149.003.73.04 1.806.6 2.052 2.19.217 1.41-.128 2.843-1.449 3.069-.123.02-.248.029-.374.026-1.22-.033-2.539-1.132-2.67-2.435-.145-1.44.591-2.548 1.894-2.811.117-.024.252-.04.398-.042zm-.07.927a1.144 1.144 0 0 0-.847.364c-.38.418-.439.988-.366 1.19.027.073.07.094.1.098.064.008.16-.039.22-.2a1.2 1.2 0 0 0 .017-.052 1.58 1.58 0 0 1 .157-.37.689.689 0 0 1 .955-.199c.266.174.369.5.255.81-.058.161-.154.469-.133.721.043.511.357.717.64.738.274.01.466-.143.515-.256.029-.067.005-.107-.011-.125-.043-.053-.113-.037-.18-.021a.638.638 0 0 1-.16.022.347.347 0 0 1-.294-.148c-.078-.12-.073-.3.013-.504.011-.028.025-.058.04-.092.138-.308.368-.825.11-1.317-.195-.37-.513-.602-.894-.65a1.135 1.135 0 0 0-.138-.01z',
      viewBox: '0 0 24 24',
      color: '#FFE01B',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => {
    const center = settings['dataCenter'] ?? ''
    return { api: `https://${dataCenter.test(center) ? `${center}.api.mailchimp.com` : 'no-data-center.invalid'}/3.0` }
  },
  authorize: (request, fields) => ({
    ...request,
    headers: {
      ...request.headers,
      authorization: `Basic ${Buffer.from(`patchbay:${fields['apiKey'] ?? ''}`).toString('base64')}`,
    },
  }),
  judge: judgeWith((body, answer) => {
    const detail = textAt(body, 'detail')
    const title = textAt(body, 'title')
    const wrong = textAt(body, 'errors', 0, 'message')
    const wrongField = textAt(body, 'errors', 0, 'field')
    const words = [detail, wrong === undefined ? undefined : `${wrongField ? `${wrongField}: ` : ''}${wrong}`]
    const message = words.filter((part) => part !== undefined && part !== '').join(' ') || title
    const isElsewhere = answer.status === 403 && /datacenter/i.test(`${title} ${detail}`)
    const exists = answer.status === 400 && title === 'Member Exists'
    return {
      ...(message === undefined ? {} : { message }),
      ...(title === undefined ? {} : { vendorCode: title }),
      ...(isElsewhere
        ? { errorClass: 'AUTHENTICATION', field: 'dataCenter' }
        : answer.status === 401 || answer.status === 403
          ? { field: 'apiKey' }
          : {}),
      ...(exists ? { errorClass: 'CONFLICT' } : {}),
    }
  }),
  redact: [
    'html',
    'signing_secret',
    'email_address',
    'merge_fields',
    'members.*.email_address',
    'members.*.merge_fields',
  ],
  probe,
  tests: [
    connectionStep('Mailchimp', probe),
    permissionsByTrying(
      'Mailchimp',
      permissions,
      [
        { permission: 'Audiences', request: { method: 'GET', path: '/lists', query: { count: 1 } } },
        { permission: 'Campaigns', request: { method: 'GET', path: '/campaigns', query: { count: 1 } } },
      ],
      'apiKey',
    ),
    {
      suite: 'sample',
      name: 'List your audiences',
      run: async (call) => {
        const { items } = await listAudiences(call, { first: 10, after: null })
        return {
          ok: true,
          message: `Mailchimp has ${items.length === 1 ? 'one audience' : `${items.length} audiences`}.`,
        }
      },
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
  webhooks: mailchimpWebhooks,
})
