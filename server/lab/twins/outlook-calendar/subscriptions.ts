import { isAddress } from '../../address.ts'
import { pick } from '../../chance.ts'
import type { Bench, LabAnswer, LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { WebhookSpec } from '../../webhook.ts'

export const failure = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): LabAnswer =>
  json(status, { error: { code, message, innerError: { 'request-id': 'lab', date: '2026-11-21' } } }, headers)
export const notFound = () =>
  failure(
    404,
    'ErrorItemNotFound',
    'The specified object was not found in the store., The process failed to get the correct properties.',
  )

interface Subscription {
  id: string
  resource: string
  changeType: string
  notificationUrl: string
  clientState: string | null
  /** Milliseconds since 1970. */
  expiresAt: number
}

export interface SubscriptionState {
  events: { id: string; changeKey: string }[]
  subscriptions: Subscription[]
}

const mostMs = 10_080 * 60_000

/** As Graph shows it: the state never comes back. */
const shown = ({ expiresAt, clientState: _kept, ...rest }: Subscription) => ({
  ...rest,
  clientState: null,
  expirationDateTime: new Date(expiresAt).toISOString(),
})

const alive = (state: SubscriptionState, now: number) => state.subscriptions.filter(({ expiresAt }) => expiresAt > now)

/** One subscription for one resource and address: another is a conflict. */
export function subscribe(request: LabRequest, bench: Bench<SubscriptionState>): LabAnswer {
  const body = (request.json ?? {}) as Readonly<Record<string, unknown>>
  const { changeType, notificationUrl, resource, clientState } = body
  const expiresAt = Date.parse(String(body['expirationDateTime']))
  if (typeof changeType !== 'string' || !/^(created|updated|deleted)(,(created|updated|deleted))*$/.test(changeType))
    return failure(400, 'InvalidRequest', 'Property changeType is missing or not supported.')
  if (!isAddress(notificationUrl))
    return failure(400, 'InvalidRequest', 'Property notificationUrl must be an https URL.')
  if (typeof resource !== 'string' || !/^\/?me\/(calendar|calendars\/[^/]+|events)(\/events)?$/.test(resource))
    return failure(400, 'ExtensionError', 'Resource is not supported.')
  if (Number.isNaN(expiresAt) || expiresAt <= bench.now || expiresAt > bench.now + mostMs)
    return failure(400, 'ExtensionError', 'Subscription expiration can only be 10080 minutes in the future.')
  if (typeof clientState === 'string' && clientState.length > 128)
    return failure(400, 'InvalidRequest', 'Property clientState is too long.')
  const held = alive(bench.state, bench.now)
  if (held.some((one) => one.resource === resource && one.notificationUrl === notificationUrl))
    return failure(409, 'Conflict', 'A subscription with the same resource and address exists already.')
  const made: Subscription = {
    id: bench.id('', 36, '0123456789abcdef'),
    resource,
    changeType,
    notificationUrl,
    clientState: typeof clientState === 'string' ? clientState : null,
    expiresAt,
  }
  bench.state.subscriptions = [...held, made]
  return json(201, shown(made))
}

export const listSubscriptions = (_request: LabRequest, { state, now }: Bench<SubscriptionState>): LabAnswer =>
  json(200, { value: alive(state, now).map(shown) })

export function unsubscribe(request: LabRequest, { state }: Bench<SubscriptionState>): LabAnswer {
  const index = state.subscriptions.findIndex(({ id }) => id === request.params['id'])
  if (index < 0) return failure(404, 'ResourceNotFound', 'The object was not found.')
  state.subscriptions.splice(index, 1)
  return { status: 204 }
}

/** Notices are a list with the state in every entry; Graph signs nothing. */
export const graphWebhooks: WebhookSpec<SubscriptionState> = {
  proof: [],
  coversBody: false,
  forge: (body, how) => {
    const { value } = JSON.parse(body) as { readonly value: readonly { readonly clientState: string }[] }
    const entries = value.map(({ clientState, ...rest }) =>
      how === 'missing' ? rest : { ...rest, clientState: how.other(clientState) },
    )
    return JSON.stringify({ value: entries })
  },
  scenarios: Object.fromEntries(
    (['created', 'updated', 'deleted'] as const).map((changeType) => [
      `calendar.${changeType}`,
      {
        description: `An event of the calendar was ${changeType}.`,
        make: ({ state, now, id, random }) => [
          { id: id('change', 12), type: changeType, at: now, data: { event: pick(random, state.events) } },
        ],
      },
    ]),
  ),
  subscribers: (state, now) =>
    alive(state, now).map((one) => ({
      id: one.id,
      url: one.notificationUrl,
      secret: one.clientState,
      types: one.changeType.split(','),
    })),
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ type, data, at }, { id, secret }) => {
    const { event } = data as { readonly event: { readonly id: string; readonly changeKey: string } }
    const entry = {
      subscriptionId: id,
      subscriptionExpirationDateTime: new Date(at + mostMs).toISOString(),
      changeType: type,
      resource: `Users/noor/Events/${event.id}`,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.Event',
        '@odata.id': `Users/noor/Events/${event.id}`,
        '@odata.etag': `W/"${event.changeKey}${at}"`,
        id: event.id,
      },
      clientState: secret,
      tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95',
    }
    return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ value: [entry] }) }
  },
}
