import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { readAnswer } from './shared/failure.ts'
import {
  graphAuthorize,
  graphJudge,
  metaAppSecretField,
  metaVerifyTokenField,
  metaVersionField,
} from './shared/meta.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { listTemplates, pathOf, sendMessage } from './whatsapp-business/messages.ts'
import { whatsappWebhooks } from './whatsapp-business/webhooks.ts'

const permissions = [
  { name: 'whatsapp_business_messaging', why: 'sending messages', required: true },
  { name: 'whatsapp_business_management', why: 'listing templates and registering webhooks', required: true },
] as const

async function numberOf(call: Call, connection: ConnectionFacts) {
  const path = pathOf(connection, 'phoneNumberId')
  const query = { fields: 'id,display_phone_number,verified_name,quality_rating' }
  const shape = z.object({
    id: z.string(),
    display_phone_number: z.string().nullish(),
    quality_rating: z.string().nullish(),
  })
  return readAnswer('WhatsApp', await call({ method: 'GET', path, query }), shape, (found) => found)
}
const probe = async (call: Call, connection: ConnectionFacts): Promise<void> => void (await numberOf(call, connection))

const digits = { pattern: '^\\d{5,20}$', message: 'IDs of Meta are numbers.' }

/**
 * WhatsApp Business Cloud API. It shows nobody the messages that were sent, so there is neither `messages.get` nor
 * `messages.list`, and schedules nothing: what becomes of a message comes by webhook. Calls are held against Meta's own
 * description; limits and payloads of webhooks come from its documentation.
 */
export const whatsappBusiness = defineProvider({
  entry: {
    slug: 'whatsapp-business',
    name: 'WhatsApp Business',
    category: 'MESSAGING',
    summary: 'Send order updates by WhatsApp with approved templates, answer customers, hear what was delivered.',
    description:
      'Meta’s Cloud API for WhatsApp Business. The hub sends templates at any time, and words, pictures and documents within 24 hours of a customer’s message; it lists your templates and receives answers and delivery reports.',
    authKind: 'API_KEY',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: ['messages.send', 'templates.list'],
    fields: [
      {
        name: 'accessToken',
        label: 'Access token',
        help: 'business.facebook.com → Settings → System users → your user → Generate token. A token of the app’s dashboard ends after a day.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^EAA[A-Za-z0-9]+$', message: 'Meta’s tokens start with EAA.' },
      },
      {
        name: 'phoneNumberId',
        label: 'Phone number ID',
        help: 'developers.facebook.com → your app → WhatsApp → API setup. It is not the telephone number itself.',
        kind: 'text',
        required: true,
        rule: digits,
      },
      {
        name: 'wabaId',
        label: 'WhatsApp Business account ID',
        help: 'On the same page, below the phone number ID.',
        kind: 'text',
        required: true,
        rule: digits,
      },
      {
        name: 'appId',
        label: 'App ID',
        help: 'Your app → App settings → Basic. Tells the hub’s registration from those of other apps.',
        kind: 'text',
        required: false,
        rule: digits,
      },
      metaAppSecretField,
      metaVerifyTokenField,
      metaVersionField,
    ],
    permissions,
    limits: [
      { requests: 80, windowSeconds: 1, scope: 'messages per number' },
      { requests: 1, windowSeconds: 6, scope: 'messages to one person', enforced: false },
    ],
    webhookEvents: ['messages', 'message_template_status_update', 'phone_number_quality_update', 'account_update'],
    setupGuide: [
      {
        title: 'Create an app',
        text: 'Create an app of the type Business and add WhatsApp. It comes with a test number that writes to five people of your choice.',
        url: 'https://developers.facebook.com/apps',
      },
      {
        title: 'Make a lasting token',
        text: 'Business settings → System users: give a system user the app and the WhatsApp account, then generate a token with both permissions and without expiry.',
        url: 'https://business.facebook.com/latest/settings/system_users',
      },
      {
        title: 'Copy the IDs',
        text: 'WhatsApp → API setup shows phone number ID and WhatsApp Business account ID; App settings → Basic shows the app secret.',
      },
      {
        title: 'Write templates',
        text: 'Outside of 24 hours after a customer’s message only approved templates are delivered.',
        url: 'https://business.facebook.com/wa/manage/message-templates/',
      },
    ],
    pricingNotes:
      'Meta charges for delivered template messages, by category and country; answers within 24 hours are free.',
    docsUrl: 'https://developers.facebook.com/docs/whatsapp/cloud-api',
    statusUrl: 'https://metastatus.com/whatsapp-business-api',
    verified: true,
    logo: {
      path: 'M12 1.500a10.400 10.400 0 0 0-9 15.600L1.500 22.500l5.600-1.500A10.400 10.400 0 1 0 12 1.500zm0 2a8.400 8.400 0 1 1-4.600 15.400l-3 .800.800-2.900A8.400 8.400 0 0 1 12 3.500zM8.600 7.200c-.800.300-1.400 1.200-1.300 2.200.300 3.400 3.800 7 7.300 7.300 1 .100 1.900-.500 2.200-1.300l.100-1-2.300-1.200-1.200 1.200c-1.500-.700-2.700-1.900-3.400-3.400l1.200-1.200-1.200-2.300z',
      viewBox: '0 0 24 24',
      color: '#25D366',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://graph.facebook.com' }),
  authorize: graphAuthorize('accessToken'),
  judge: graphJudge('accessToken'),
  redact: ['text.body', 'template.components', 'image.caption', 'video.caption', 'document.caption'],
  probe,
  tests: [
    connectionStep('WhatsApp', probe),
    permissionsByTrying(
      'WhatsApp',
      permissions,
      [
        // A message to nobody is refused after the permission was checked.
        {
          permission: permissions[0].name,
          request: (connection) => ({
            method: 'POST',
            path: pathOf(connection, 'phoneNumberId', '/messages'),
            json: { messaging_product: 'whatsapp' },
            safe: true,
          }),
        },
        {
          permission: permissions[1].name,
          request: (connection) => ({
            method: 'GET',
            path: pathOf(connection, 'wabaId', '/message_templates'),
            query: { limit: 1 },
          }),
        },
      ],
      'accessToken',
    ),
    {
      suite: 'sample',
      name: 'Read the number',
      run: async (call, connection) => {
        const { display_phone_number: number, quality_rating: quality } = await numberOf(call, connection)
        return {
          ok: true,
          message: `WhatsApp answers for ${number ?? 'this number'}, quality ${quality ?? 'not rated'}.`,
        }
      },
    },
  ],
  operations: { 'messages.send': sendMessage, 'templates.list': listTemplates },
  webhooks: whatsappWebhooks,
})
