import type {
  IdentifiedUser,
  IdentifyUser,
  TrackedEvent,
  TrackedEvents,
  TrackEvents,
} from '@patchbay/schema/capabilities/analytics.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { hashedEmail, hashedPhone, sha256 } from '../shared/hashed.ts'
import { someText } from '../shared/message.ts'
import { toDecimal } from '../shared/money.ts'

/** Mixpanel counts an event once by this: letters, digits and dashes, 36 at most. */
const insertId = (id: string) => (/^[A-Za-z0-9-]{1,36}$/.test(id) ? id : sha256(id).slice(0, 36))

/** Mixpanel wants a number; the decimal is exact up to here. */
const amountOf = (money: NonNullable<TrackedEvent['value']>) => Number(toDecimal(money))

function toMixpanel(event: TrackedEvent) {
  const { userId, clientId, value, items, email, phone } = event
  return {
    event: event.name,
    properties: {
      // First: nobody's own property takes the place of what the hub says.
      ...event.properties,
      time: Date.parse(event.at),
      // Empty: an event of nobody in particular.
      distinct_id: userId ?? (clientId === undefined ? '' : `$device:${clientId}`),
      $insert_id: insertId(event.id),
      ...(userId === undefined ? {} : { $user_id: userId }),
      ...(clientId === undefined ? {} : { $device_id: clientId }),
      ...(event.ipAddress === undefined ? {} : { ip: event.ipAddress }),
      ...(event.url === undefined ? {} : { $current_url: event.url }),
      ...(event.orderId === undefined ? {} : { order_id: event.orderId }),
      ...(value === undefined ? {} : { value: amountOf(value), currency: value.currency }),
      ...(email === undefined ? {} : { email_sha256: hashedEmail(email) }),
      ...(phone === undefined ? {} : { phone_sha256: hashedPhone(phone) }),
      ...(items === undefined
        ? {}
        : {
            items: items.map(({ price, ...item }) => ({
              ...item,
              ...(price === undefined ? {} : { price: amountOf(price), currency: price.currency }),
            })),
          }),
    },
  }
}

/** A refusal of some events is no refusal of the others: Mixpanel says which. */
const taken = z.object({
  num_records_imported: z.int().nonnegative(),
  failed_records: z
    .array(
      z.object({
        index: z.int().nonnegative().nullish(),
        insert_id: someText,
        $insert_id: someText,
        field: someText,
        message: someText,
      }),
    )
    .default([]),
})

export async function trackEvents(
  call: Call,
  input: TrackEvents,
  { settings }: ConnectionFacts,
): Promise<TrackedEvents> {
  if (input.test)
    throw cannotSend(
      'Mixpanel counts everything it is told: it cannot check events only.',
      'Use a connection to a project made for tests.',
      'test',
    )
  const answer = await call({
    method: 'POST',
    path: '/import',
    query: { strict: 1, project_id: settings['projectId'] ?? '' },
    idempotencyKey: input.idempotencyKey,
    json: input.events.map(toMixpanel),
  })
  return readAnswer('Mixpanel', answer, taken, ({ num_records_imported: accepted, failed_records: failed }) => ({
    accepted,
    faults: failed.map((record) => ({
      eventId: input.events[record.index ?? -1]?.id ?? record.$insert_id ?? record.insert_id,
      message: [record.field, record.message].filter(Boolean).join(': ') || 'Refused.',
    })),
  }))
}

/** A profile of Mixpanel: what is known of a customer, by the shop's own id. Said again, it is the same profile. */
export async function identifyUser(
  call: Call,
  input: IdentifyUser,
  { settings }: ConnectionFacts,
): Promise<IdentifiedUser> {
  const { userId, email, name, properties } = input
  const answer = await call({
    method: 'POST',
    path: '/engage',
    // Where the hub stands says nothing of where the customer is.
    query: { ip: 0, verbose: 1 },
    idempotencyKey: input.idempotencyKey,
    json: [
      {
        $token: settings['projectToken'] ?? '',
        $distinct_id: userId,
        $set: {
          ...properties,
          ...(email === undefined ? {} : { $email: email }),
          ...(name === undefined ? {} : { $name: name }),
        },
      },
    ],
  })
  return readAnswer('Mixpanel', answer, z.object({ status: z.literal(1) }), () => ({ userId }))
}
