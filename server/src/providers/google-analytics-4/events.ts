import type { TrackedEvent, TrackedEvents, TrackEvents } from '@patchbay/schema/capabilities/analytics.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { plainEmail, plainPhone, sha256 } from '../shared/hashed.ts'
import { someText } from '../shared/message.ts'
import { toDecimal } from '../shared/money.ts'
import { pageOf, refusePerson } from '../shared/person.ts'

// Measurement Protocol: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference

const mostEvents = 25
const mostParams = 25

/** Names that Google keeps for itself: it drops such events without a word. */
const reserved =
  /^(ad_|app_|ga_|google_|firebase_|_)|^(error|first_open|first_visit|in_app_purchase|notification_(dismiss|foreground|open|receive)|os_update|screen_view|session_start|user_engagement|dynamic_link_\w+)$/

type Fault = TrackedEvents['faults'][number]

/** GA wants a number; the decimal is exact up to here. */
const amountOf = (money: NonNullable<TrackedEvent['value']>) => Number(toDecimal(money))

function toParams({ value, items, orderId, url, properties }: TrackedEvent): Readonly<Record<string, unknown>> {
  return {
    // Without it nobody counts as active.
    engagement_time_msec: 100,
    ...properties,
    ...(value === undefined ? {} : { value: amountOf(value), currency: value.currency }),
    // GA counts a purchase with the same number once.
    ...(orderId === undefined ? {} : { transaction_id: orderId }),
    ...(url === undefined ? {} : { page_location: pageOf(url) }),
    ...(items === undefined
      ? {}
      : {
          items: items.map(({ id, name, price, quantity }) => ({
            item_id: id,
            ...(name === undefined ? {} : { item_name: name }),
            ...(price === undefined ? {} : { price: amountOf(price) }),
            quantity,
          })),
        }),
  }
}

/** GA answers any event with success: what it would drop without a word is told here, and not sent. */
function faultOf(event: TrackedEvent, params: object): Fault | null {
  const fault = (message: string) => ({ eventId: event.id, message })
  if (reserved.test(event.name)) return fault(`“${event.name}” is a name that Google keeps for itself.`)
  const count = Object.keys(params).length
  return count > mostParams ? fault(`It has ${count} parameters, and GA takes ${mostParams}.`) : null
}

/** Google leaves dots and what follows a plus out of its own addresses. */
function googleEmail(email: string): string {
  const [local = '', domain = ''] = plainEmail(email).split('@')
  return /^(gmail|googlemail)\.com$/.test(domain) ? `${local.replaceAll('.', '')}@${domain}` : `${local}@${domain}`
}

/** A browser that is not known is always the same one for the same person, or else for the same event. */
function clientOf({ clientId, userId, email, id }: TrackedEvent): string {
  if (clientId !== undefined) return clientId
  const digest = sha256(userId ?? email ?? id)
  return `${Number.parseInt(digest.slice(0, 8), 16)}.${Number.parseInt(digest.slice(8, 16), 16)}`
}

/** Whose events may travel together: a request is about one browser and one person. */
function visitorOf(event: TrackedEvent) {
  const { userId, email, phone, ipAddress } = event
  const person = {
    ...(email === undefined ? {} : { sha256_email_address: [sha256(googleEmail(email))] }),
    ...(phone === undefined ? {} : { sha256_phone_number: [sha256(`+${plainPhone(phone)}`)] }),
  }
  return {
    client_id: clientOf(event),
    ...(userId === undefined ? {} : { user_id: userId }),
    ...(Object.keys(person).length === 0 ? {} : { user_data: person }),
    ...(ipAddress === undefined ? {} : { ip_override: ipAddress }),
  }
}

const validation = z.object({
  validationMessages: z.array(z.object({ fieldPath: someText, description: someText, validationCode: someText })),
})

/** What Google would say of a request, which it only says where nothing is counted. */
async function check(call: Call, json: object, events: readonly TrackedEvent[]): Promise<readonly Fault[]> {
  const answer = await call({ method: 'POST', path: '/debug/mp/collect', json, safe: true })
  return readAnswer('Google Analytics', answer, validation, ({ validationMessages }) =>
    validationMessages.map(({ fieldPath, description, validationCode }) => ({
      eventId: events[Number(/events\[(\d+)\]/.exec(fieldPath ?? '')?.[1] ?? -1)]?.id ?? null,
      message: [fieldPath, description ?? validationCode].filter(Boolean).join(': '),
    })),
  )
}

/** @param idempotencyKey names the effect in the log: GA itself counts purchases with one number once, and nothing else */
export async function trackEvents(call: Call, input: TrackEvents): Promise<TrackedEvents> {
  const faults: Fault[] = []
  const groups = new Map<string, { visitor: object; told: { event: TrackedEvent; params: object }[] }>()
  for (const event of input.events) {
    refusePerson(event.properties, 'Google')
    const params = toParams(event)
    const fault = faultOf(event, params)
    if (fault !== null) {
      faults.push(fault)
      continue
    }
    const visitor = visitorOf(event)
    const key = JSON.stringify(visitor)
    const group = groups.get(key) ?? { visitor, told: [] }
    group.told.push({ event, params })
    groups.set(key, group)
  }
  let accepted = 0
  for (const { visitor, told } of groups.values())
    for (let start = 0; start < told.length; start += mostEvents) {
      const chunk = told.slice(start, start + mostEvents)
      const events = chunk.map(({ event, params }) => ({
        name: event.name,
        params,
        timestamp_micros: Date.parse(event.at) * 1000,
      }))
      const json = { ...visitor, events }
      if (input.test) {
        const found = await check(
          call,
          json,
          chunk.map(({ event }) => event),
        )
        faults.push(...found)
        accepted += found.length === 0 ? chunk.length : 0
      } else {
        await call({ method: 'POST', path: '/mp/collect', idempotencyKey: input.idempotencyKey, json })
        accepted += chunk.length
      }
    }
  return { accepted, faults }
}
