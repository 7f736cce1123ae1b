import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { malformed, readAnswer } from '../shared/failure.ts'
import { graphValidation } from '../shared/handshakes.ts'
import { onBody, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { sharedToken } from '../shared/signatures/token.ts'
import type { MapEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'
import { calendarPath } from './events.ts'

const change = z.object({
  subscriptionId: z.string(),
  changeType: someText,
  lifecycleEvent: someText,
  resource: someText,
  resourceData: z.object({ id: someText, '@odata.etag': someText }).nullish(),
})
type Change = z.output<typeof change>
const notice = z.object({ value: z.array(change).min(1) })

const kindOf = ({ lifecycleEvent, changeType }: Change) => lifecycleEvent ?? changeType
const mixed = 'batch'

function typeOf(body: unknown): string | null {
  const [first, ...others] = new Set(notice.safeParse(body).data?.value.map(kindOf))
  return others.length > 0 ? mixed : (first ?? null)
}

/** A repeat has the same version of the same event; Graph gives no id of its own. */
const keyOf = (found: Change) =>
  [found.subscriptionId, found.resourceData?.id, kindOf(found), found.resourceData?.['@odata.etag']].join(':')

/** The grant is renewed by the hub, and the subscription before it ends. */
const ofNoConsequence = 'reauthorizationRequired'

const read: MapEvent = onBody(notice, ({ value }, _message, { settings }) =>
  value
    .filter((found) => kindOf(found) !== ofNoConsequence)
    .map((found) => ({
      type: 'calendar.changed',
      occurredAt: null,
      key: keyOf(found),
      orderKey: `calendar:${found.subscriptionId}`,
      data: {
        calendarId: settings['calendarId'] || null,
        resourceId: found.resourceData?.id ?? found.subscriptionId,
        removed: false,
      },
    })),
)

const subscription = z.object({
  id: z.string(),
  notificationUrl: z.string().nullish(),
  expirationDateTime: z.string().nullish(),
})
const subscriptions = z.object({ value: z.array(subscription) })

/** Events may be watched for 10,080 minutes; an hour less leaves room for clocks. */
const lifetimeMs = (10_080 - 60) * 60_000

async function existing(call: Call) {
  const answer = await call({ method: 'GET', path: '/subscriptions' })
  const { value } = readAnswer('Outlook', answer, subscriptions, (found) => found)
  const now = Date.parse(answer.headers['date'] ?? '')
  if (Number.isNaN(now)) throw malformed('Outlook', 'it does not say what time it is there')
  return { value, now }
}

const remove = (call: Call, id: string) =>
  unlessGone(call({ method: 'DELETE', path: `/subscriptions/${encodeURIComponent(id)}` }))

/**
 * The state is part of a subscription and cannot be changed, so renewing is making anew: first the new one, then the old
 * ones go. Where Graph takes only one for an address, the old one goes first.
 */
const registration: RegistrationSpec = {
  chooseSecret: true,
  renewBeforeSeconds: 86_400,
  register: async (call, { url, ids, secret }, connection) => {
    const { value, now } = await existing(call)
    const old = value.filter(({ id, notificationUrl }) => ids.includes(id) || notificationUrl === url)
    const create = async () => {
      const json = {
        changeType: 'created,updated,deleted',
        notificationUrl: url,
        lifecycleNotificationUrl: url,
        resource: `${calendarPath(connection)}/events`,
        expirationDateTime: new Date(now + lifetimeMs).toISOString(),
        clientState: secret ?? '',
      }
      return readAnswer(
        'Outlook',
        await call({ method: 'POST', path: '/subscriptions', json }),
        subscription,
        (made) => made,
      )
    }
    const removeOld = async () => {
      for (const { id } of old) await remove(call, id)
    }
    let made: z.output<typeof subscription>
    try {
      made = await create()
    } catch (error) {
      if (!(error instanceof ProviderCallError) || error.errorClass !== 'CONFLICT' || old.length === 0) throw error
      await removeOld()
      made = await create()
    }
    await removeOld()
    return { ids: [made.id], expiresAt: made.expirationDateTime ? new Date(made.expirationDateTime) : null }
  },
  unregister: async (call, ids) => {
    for (const id of ids) await remove(call, id)
  },
}

/** Change notifications of Microsoft Graph: https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks */
export const outlookCalendarWebhooks: WebhookSpec = {
  verify: sharedToken({ in: { body: ['value', '*', 'clientState'] } }),
  secret: {
    from: 'source',
    label: 'Client state',
    help: 'The `clientState` of the subscription. The hub makes one of its own when it registers the address.',
  },
  identify: ({ body }) => ({ id: null, type: typeOf(body), occurredAt: null }),
  events: {
    created: read,
    updated: read,
    deleted: read,
    [mixed]: read,
    // Some notices were lost: what the calendar holds now has to be read.
    missed: read,
    subscriptionRemoved: read,
  },
  ignore: [ofNoConsequence],
  handshake: graphValidation(),
  registration,
  setup: [
    'The hub does all of this by itself: choose Register. Microsoft has no page for it.',
    'Microsoft forgets a subscription after a week; the hub makes a new one a day before.',
    'The hub’s address must be reachable on https with a certificate that browsers trust.',
  ],
}
