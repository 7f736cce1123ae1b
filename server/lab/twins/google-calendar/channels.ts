import { isAddress } from '../../address.ts'
import { pick } from '../../chance.ts'
import type { Bench, LabAnswer, LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Happening, WebhookSpec } from '../../webhook.ts'

export const failure = (
  code: number,
  status: string,
  message: string,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
) => json(code, { error: { code, message, status, errors: [{ domain: 'global', reason, message }] } }, headers)

export const invalid = (message: string, reason = 'invalid') => failure(400, 'INVALID_ARGUMENT', message, reason)
export const notFound = () => failure(404, 'NOT_FOUND', 'Not Found', 'notFound')

/** A push channel: Google tells it that a calendar changed, not what. */
interface Channel {
  id: string
  resourceId: string
  resourceUri: string
  address: string
  token: string | null
  /** Milliseconds since 1970. */
  expiration: number
  /** Messages so far; `sync` is the first. */
  messages: number
}

export interface ChannelState {
  events: { updated: string }[]
  channels: Channel[]
}

const weekMs = 7 * 86_400_000
const channelId = /^[A-Za-z0-9\-_+/=]{1,64}$/

interface WatchBody {
  readonly id?: unknown
  readonly type?: unknown
  readonly address?: unknown
  readonly token?: unknown
  readonly expiration?: unknown
  readonly params?: { readonly ttl?: unknown }
}

/** Opens a channel: at most a week, and greeted at once by a message of the state `sync`. */
export function watch(request: LabRequest, bench: Bench<ChannelState>): LabAnswer {
  const { state, now } = bench
  const body = (request.json ?? {}) as WatchBody
  if (typeof body.id !== 'string' || !channelId.test(body.id)) return invalid('Invalid value for: id', 'required')
  if (body.type !== 'web_hook' && body.type !== 'webhook') return invalid('Unknown channel type', 'unknownChannelType')
  if (!isAddress(body.address))
    return invalid('WebHook callback must be HTTPS: ' + String(body.address), 'push.webhookUrlNotHttps')
  if (body.token !== undefined && (typeof body.token !== 'string' || body.token.length > 256))
    return invalid('Invalid value for: token')
  if (state.channels.some(({ id }) => id === body.id))
    return invalid(`Channel id ${body.id} not unique`, 'channelIdNotUnique')
  const ttl = body.params?.ttl === undefined ? weekMs : Number(body.params.ttl) * 1000
  const asked = body.expiration === undefined ? now + ttl : Number(body.expiration)
  if (!(asked > now)) return invalid('Invalid value for: expiration')
  const calendar = request.params['calendar'] ?? 'primary'
  const channel: Channel = {
    id: body.id,
    resourceId: bench.id('', 27),
    resourceUri: `https://www.googleapis.com/calendar/v3/calendars/${calendar}/events?alt=json`,
    address: body.address,
    token: body.token ?? null,
    expiration: Math.min(asked, now + weekMs),
    messages: 1,
  }
  state.channels = [...state.channels.filter(({ expiration }) => expiration > now), channel]
  bench.tell({ id: `${channel.id}:1`, type: 'sync', at: now, data: { number: 1 } }, channel.id)
  const { id, resourceId, resourceUri, token, expiration } = channel
  return json(200, {
    kind: 'api#channel',
    id,
    resourceId,
    resourceUri,
    ...(token === null ? {} : { token }),
    expiration: String(expiration),
  })
}

export function stop(request: LabRequest, { state }: Bench<ChannelState>): LabAnswer {
  const body = (request.json ?? {}) as { readonly id?: unknown; readonly resourceId?: unknown }
  const index = state.channels.findIndex(({ id, resourceId }) => id === body.id && resourceId === body.resourceId)
  if (index < 0)
    return failure(404, 'NOT_FOUND', `Channel '${String(body.id)}' not found for project '100200300400'`, 'notFound')
  state.channels.splice(index, 1)
  return { status: 204 }
}

/** What a channel is known by besides its address. A pasted one has no channel: it lasts, and counts from two. */
const nameless = { resourceId: 'pasted', resourceUri: '', expiration: null }

/** Messages of push channels: no body, no signature, the channel's token comes back in a header. */
export const googleWebhooks: WebhookSpec<ChannelState> = {
  proof: ['x-goog-channel-token'],
  coversBody: false,
  scenarios: {
    'calendar.changed': {
      description: 'An event of the calendar was changed.',
      make: ({ state, now, id, random }) => {
        if (state.events.length > 0) pick(random, state.events).updated = new Date(now).toISOString()
        return [{ id: id('change', 12), type: 'exists', at: now, data: { number: 2 } }]
      },
    },
  },
  subscribers: (state, now) =>
    state.channels
      .filter(({ expiration }) => expiration > now)
      .map(({ id, address, token }) => ({ id, url: address, secret: token, types: null })),
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null }, told: { channelId: id } }),
  address: (happening, subscriber, state): Happening => {
    const channel = state.channels.find(({ id }) => id === subscriber.id)
    if (channel === undefined) return happening
    channel.messages += 1
    return { ...happening, id: `${channel.id}:${channel.messages}`, data: { number: channel.messages } }
  },
  write: ({ type, data }, { id, secret }, _moment, state) => {
    const channel = state.channels.find((candidate) => candidate.id === id) ?? nameless
    const { number } = data as { readonly number: number }
    return {
      headers: {
        'x-goog-channel-id': id,
        ...(secret === null ? {} : { 'x-goog-channel-token': secret }),
        ...(channel.expiration === null
          ? {}
          : { 'x-goog-channel-expiration': new Date(channel.expiration).toUTCString() }),
        'x-goog-resource-id': channel.resourceId,
        'x-goog-resource-uri': channel.resourceUri,
        'x-goog-resource-state': type,
        'x-goog-message-number': String(number),
      },
      body: '',
    }
  },
}
