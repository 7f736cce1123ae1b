import { isAddress } from '../address.ts'
import { pick } from '../chance.ts'
import type { MetaApp } from '../meta.ts'
import { metaFailure, metaFaults, metaGuard, metaInvalid, metaLetter, metaPage, metaUnknown } from '../meta.ts'
import { people, shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'
import type { Scenario } from '../webhook.ts'

const good = {
  accessToken: 'EAALabNoorAtelierWhatsAppGoodToken0001',
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  appId: '670843887433847',
  appSecret: '1ab0000000000000000000000000a991',
  verifyToken: 'noor-atelier-verifies',
}
const restrictedToken = 'EAALabNoorAtelierWhatsAppReadToken0002'
const messaging = 'whatsapp_business_messaging'
const management = 'whatsapp_business_management'
const app: MetaApp = {
  id: good.appId,
  secret: good.appSecret,
  tokens: { [good.accessToken]: null, [restrictedToken]: [messaging] },
}

interface State {
  /** Address of the account's own; null for the app's. */
  callback: string | null
  sent: number
}

const templates = [
  ['order_confirmed', 'en_US', 'UTILITY', 'Thank you {{1}}, order {{2}} is confirmed.'],
  ['order_shipped', 'en_US', 'UTILITY', 'Order {{1}} left our house.'],
  ['order_shipped', 'ar', 'UTILITY', 'طلبك {{1}} في الطريق إليك.'],
  ['eid_sale', 'en_US', 'MARKETING', 'Eid Mubarak! Twenty percent off this week.'],
].map(([name = '', language = '', category = '', text = ''], index) => ({
  id: String(594_425_479_261_590 + index),
  name,
  language,
  category,
  status: index === 3 ? 'PENDING' : 'APPROVED',
  components: [{ type: 'BODY', text }],
}))

function send(request: LabRequest, bench: Bench<State>): LabAnswer {
  if (request.params['number'] !== good.phoneNumberId) return metaUnknown(request)
  const body = (request.json ?? {}) as Readonly<Record<string, unknown>>
  if (body['messaging_product'] !== 'whatsapp') return metaInvalid('The parameter messaging_product is required.')
  const { to, type = 'text' } = body
  if (typeof to !== 'string' || !/^\+?\d{7,15}$/.test(to)) return metaInvalid('The parameter to is required.')
  if (typeof type !== 'string' || typeof body[type] !== 'object')
    return metaFailure(400, 131_008, '(#131008) Required parameter is missing', {
      error_data: { messaging_product: 'whatsapp', details: `Parameter '${String(type)}' is mandatory` },
    })
  if (type === 'template') {
    const { name, language } = body['template'] as { readonly name?: unknown; readonly language?: { code?: unknown } }
    const known = templates.some((one) => one.name === name && one.language === language?.code)
    if (!known)
      return metaFailure(404, 132_001, '(#132001) Template name does not exist in the translation', {
        error_data: { messaging_product: 'whatsapp', details: `template name (${String(name)}) does not exist` },
      })
  }
  // Nobody there wrote within the last day.
  if (type !== 'template' && to.endsWith('0000'))
    return metaFailure(400, 131_047, '(#131047) Re-engagement message', {
      error_data: {
        messaging_product: 'whatsapp',
        details: 'Message failed to send because more than 24 hours have passed since the customer last replied.',
      },
    })
  bench.state.sent += 1
  const number = to.replace('+', '')
  return json(200, {
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: number }],
    messages: [{ id: `wamid.${bench.id('HBgM', 36)}`, message_status: 'accepted' }],
  })
}

const known =
  (handle: (request: LabRequest, bench: Bench<State>) => LabAnswer) => (request: LabRequest, bench: Bench<State>) =>
    request.params['waba'] === good.wabaId ? handle(request, bench) : metaUnknown(request)

function subscribe({ json: body }: LabRequest, { state }: Bench<State>): LabAnswer {
  const { override_callback_uri: url, verify_token: token } = (body ?? {}) as Readonly<Record<string, unknown>>
  if (url === undefined) return json(200, { success: true })
  if (!isAddress(url) || typeof token !== 'string') return metaInvalid('override_callback_uri is not valid', 2_200)
  state.callback = url
  return json(200, { success: true })
}

const number = '15550783881'
const phones = people.map((_, index) => `97150123450${index}`)

function scenario(description: string, make: (phone: string, id: string, seconds: string) => object): Scenario<State> {
  return {
    description,
    make: ({ now, id, random }) => {
      const wamid = `wamid.${id('HBgM', 36)}`
      const value = {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: number, phone_number_id: good.phoneNumberId },
        ...make(pick(random, phones), wamid, String(Math.floor(now / 1000))),
      }
      const entry = [{ id: good.wabaId, changes: [{ field: 'messages', value }] }]
      return [{ id: wamid, type: 'messages', at: now, data: { object: 'whatsapp_business_account', entry } }]
    },
  }
}
const report = (status: string, more: object = {}) =>
  scenario(`A message is ${status}.`, (phone, id, timestamp) => ({
    statuses: [{ id, status, timestamp, recipient_id: phone, ...more }],
  }))

/** WhatsApp Business Cloud API, simulated. */
export const whatsappBusiness = defineTwin<State>({
  slug: 'whatsapp-business',
  name: 'WhatsApp Business',
  hosts: ['api'],
  credentials: { good, restricted: { ...good, accessToken: restrictedToken }, missing: messaging },
  create: () => ({ callback: null, sent: 0 }),
  guard: metaGuard(app),
  webhooks: {
    proof: ['x-hub-signature-256'],
    coversBody: true,
    scenarios: {
      'message.received': scenario('Somebody wrote.', (from, id, timestamp) => ({
        contacts: [{ profile: { name: 'Layla' }, wa_id: from }],
        messages: [{ id, from, timestamp, type: 'text', text: { body: 'أين طلبي؟ Where is my order?' } }],
      })),
      'message.delivered': report('delivered'),
      'message.failed': report('failed', { errors: [{ code: 131_026, title: 'Message undeliverable' }] }),
    },
    subscribers: ({ callback }) =>
      callback === null ? [] : [{ id: 'account', url: callback, secret: app.secret, types: null }],
    adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret: secret ?? app.secret, types: null } }),
    write: ({ data }, subscriber) => metaLetter(data, subscriber),
  },
  faults: metaFaults,
  routes: [
    { method: 'POST', path: '/:version/:number/messages', needs: messaging, handle: send },
    {
      method: 'GET',
      path: '/:version/:waba/message_templates',
      needs: management,
      handle: known((request) => metaPage(request, templates)),
    },
    {
      method: 'GET',
      path: '/:version/:waba/subscribed_apps',
      needs: management,
      handle: known((_request, { state }) =>
        json(200, {
          data: [
            {
              whatsapp_business_api_data: { id: app.id, name: shop.name, link: `https://${shop.domain}` },
              ...(state.callback === null ? {} : { override_callback_uri: state.callback }),
            },
          ],
        }),
      ),
    },
    { method: 'POST', path: '/:version/:waba/subscribed_apps', needs: management, handle: known(subscribe) },
    {
      method: 'DELETE',
      path: '/:version/:waba/subscribed_apps',
      needs: management,
      handle: known((_request, { state }) => {
        state.callback = null
        return json(200, { success: true })
      }),
    },
    {
      method: 'GET',
      path: '/:version/:number',
      handle: (request) =>
        request.params['number'] === good.phoneNumberId
          ? json(200, {
              id: good.phoneNumberId,
              display_phone_number: '+1 555-078-3881',
              verified_name: shop.name,
              quality_rating: 'GREEN',
            })
          : metaUnknown(request),
    },
  ],
})
