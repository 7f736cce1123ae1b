import type { TrackedEvent, TrackedEvents, TrackEvents } from '@patchbay/schema/capabilities/analytics.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { hashedEmail, hashedPhone, sha256 } from '../shared/hashed.ts'
import { someText } from '../shared/message.ts'
import { toDecimal } from '../shared/money.ts'
import { pageOf, refusePerson } from '../shared/person.ts'

/** The names Meta knows and optimises for; any other is an event of one's own. */
const standard: Readonly<Record<string, string>> = {
  purchase: 'Purchase',
  add_to_cart: 'AddToCart',
  begin_checkout: 'InitiateCheckout',
  add_payment_info: 'AddPaymentInfo',
  add_to_wishlist: 'AddToWishlist',
  view_item: 'ViewContent',
  page_view: 'PageView',
  search: 'Search',
  sign_up: 'CompleteRegistration',
  generate_lead: 'Lead',
  subscribe: 'Subscribe',
  start_trial: 'StartTrial',
  schedule: 'Schedule',
  contact: 'Contact',
}

/** Meta wants a number; the decimal is exact up to here. */
const amountOf = (money: NonNullable<TrackedEvent['value']>) => Number(toDecimal(money))

/**
 * Who it was. Address, telephone number and the shop's own id leave as SHA-256 of what Meta normalises them to; the
 * visitor's network address and browser, and Meta's own browser id, leave as they are, as Meta wants them.
 */
function userData({ email, phone, userId, clientId, ipAddress, userAgent }: TrackedEvent) {
  return {
    ...(email === undefined ? {} : { em: [hashedEmail(email)] }),
    ...(phone === undefined ? {} : { ph: [hashedPhone(phone)] }),
    ...(userId === undefined ? {} : { external_id: [sha256(userId.trim().toLowerCase())] }),
    ...(clientId === undefined ? {} : { fbp: clientId }),
    ...(ipAddress === undefined ? {} : { client_ip_address: ipAddress }),
    ...(userAgent === undefined ? {} : { client_user_agent: userAgent }),
  }
}

function toMeta(event: TrackedEvent) {
  const { value, items, orderId, url, userAgent, properties } = event
  refusePerson(properties, 'Meta')
  return {
    event_name: standard[event.name] ?? event.name,
    event_time: Math.floor(Date.parse(event.at) / 1000),
    // The same as the browser's pixel sends: Meta counts the pair once.
    event_id: event.id,
    // A page alone is not enough for Meta to take it as the web site's.
    action_source: url !== undefined && userAgent !== undefined ? 'website' : 'system_generated',
    ...(url === undefined ? {} : { event_source_url: pageOf(url) }),
    user_data: userData(event),
    custom_data: {
      ...properties,
      ...(value === undefined ? {} : { value: amountOf(value), currency: value.currency }),
      ...(orderId === undefined ? {} : { order_id: orderId }),
      ...(items === undefined
        ? {}
        : {
            content_type: 'product',
            content_ids: items.map(({ id }) => id),
            contents: items.map(({ id, quantity, price }) => ({
              id,
              quantity,
              ...(price === undefined ? {} : { item_price: amountOf(price) }),
            })),
          }),
    },
  }
}

const received = z.object({
  events_received: z.int().nonnegative(),
  messages: z.array(z.string()).default([]),
  fbtrace_id: someText,
})

/** One event that Meta refuses, refuses all: nothing of the batch is counted then. */
export async function trackEvents(
  call: Call,
  input: TrackEvents,
  { settings }: ConnectionFacts,
): Promise<TrackedEvents> {
  const code = settings['testEventCode'] ?? ''
  if (input.test && code === '')
    throw cannotSend(
      'Meta shows test events only under a code.',
      'Fill in the test event code of the connection: Events Manager → Test events.',
      'testEventCode',
    )
  const answer = await call({
    method: 'POST',
    path: `/${encodeURIComponent(settings['pixelId'] ?? '')}/events`,
    idempotencyKey: input.idempotencyKey,
    json: { data: input.events.map(toMeta), ...(input.test ? { test_event_code: code } : {}) },
  })
  return readAnswer('Meta', answer, received, ({ events_received: accepted, messages, fbtrace_id }) => ({
    accepted,
    faults: messages.map((message) => ({ eventId: null, message })),
    providerData: { fbtrace_id },
  }))
}
