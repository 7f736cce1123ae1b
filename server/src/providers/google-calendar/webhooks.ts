import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { unlessGone } from '../shared/registration.ts'
import { headerToken } from '../shared/signatures/token.ts'
import type { RegistrationSpec, WebhookMessage, WebhookSpec } from '../webhook.ts'

/** Google's messages have no body: everything stands in headers. */
const header = (message: Pick<WebhookMessage, 'headers'>, name: string): string | null =>
  message.headers[`x-goog-${name}`] || null

/** Part of the address of what is watched. */
function calendarOf(address: string | null): string | null {
  const id = /\/calendars\/([^/?]+)\//.exec(address ?? '')?.[1]
  try {
    return id === undefined ? null : decodeURIComponent(id)
  } catch {
    return null
  }
}

const verify = headerToken({ header: 'x-goog-channel-token' })

const channel = z.object({
  id: z.string(),
  resourceId: z.string(),
  /** Milliseconds since 1970, as text. */
  expiration: z.coerce.number().int().nullish(),
})
const week = 604_800

/** Not random: a registration that was killed asks for the same channel again instead of a second one. */
const channelId = (...parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)

/** Channels lost to kills within one week that are stepped over; what is beyond is no accident. */
const mostTurns = 99

/** Opens a channel under the first name that is not taken: an earlier try may have opened one and died. */
async function watch(
  call: Call,
  { url, ids, secret }: { readonly url: string; readonly ids: readonly string[]; readonly secret: string | null },
  connection: ConnectionFacts,
): Promise<CallAnswer> {
  const calendar = encodeURIComponent(connection.settings['calendarId'] || 'primary')
  for (let turn = 0; ; turn += 1) {
    const id = channelId(url, secret ?? '', String(turn), ...ids)
    const json = { id, type: 'web_hook', address: url, token: secret ?? '', params: { ttl: String(week) } }
    try {
      return await call({ method: 'POST', path: `/calendars/${calendar}/events/watch`, json })
    } catch (error) {
      const taken = error instanceof ProviderCallError && error.vendorCode === 'channelIdNotUnique'
      if (!taken || turn === mostTurns) throw error
    }
  }
}

async function stop(call: Call, ids: readonly string[]): Promise<void> {
  const [id, resourceId] = ids
  if (id === undefined || resourceId === undefined) return
  await unlessGone(call({ method: 'POST', path: '/channels/stop', json: { id, resourceId } }))
}

/** A channel cannot be prolonged: another one is opened, then the old one is closed. `ids` are channel and resource. */
const registration: RegistrationSpec = {
  chooseSecret: true,
  renewBeforeSeconds: 86_400,
  register: async (call, input, connection) => {
    const made = readAnswer('Google Calendar', await watch(call, input, connection), channel, (found) => found)
    await stop(call, input.ids)
    const expiresAt = made.expiration ? new Date(made.expiration) : null
    return { ids: [made.id, made.resourceId], expiresAt }
  },
  unregister: stop,
}

/** Google's push channels: https://developers.google.com/workspace/calendar/api/guides/push */
export const googleCalendarWebhooks: WebhookSpec = {
  verify,
  secret: {
    from: 'source',
    label: 'Channel token',
    help: 'The `token` of the watch request. The hub makes one of its own when it registers the address.',
  },
  secretNames: ['x-goog-channel-token'],
  identify: (message) => {
    const id = header(message, 'channel-id')
    const number = header(message, 'message-number')
    return {
      id: id === null || number === null ? null : `${id}:${number}`,
      type: header(message, 'resource-state') === 'sync' ? 'sync' : 'calendar.changed',
      occurredAt: null,
    }
  },
  events: {
    'calendar.changed': (message) => {
      const resourceId = header(message, 'resource-id')
      return {
        type: 'calendar.changed',
        occurredAt: null,
        ...(resourceId === null ? {} : { orderKey: `calendar:${resourceId}` }),
        data: {
          calendarId: calendarOf(header(message, 'resource-uri')),
          resourceId,
          removed: header(message, 'resource-state') === 'not_exists',
        },
      }
    },
  },
  // The first message of a channel says that it is open, and nothing else.
  ignore: ['sync'],
  handshake: (request, facts) => {
    if (header(request, 'resource-state') !== 'sync') return null
    return verify(request, facts).verdict === 'VERIFIED' ? { status: 200, contentType: 'text/plain', body: '' } : null
  },
  registration,
  setup: [
    'The hub does all of this by itself: choose Register. Google has no page for it.',
    'Google forgets a channel after a week; the hub opens a new one a day before.',
    'The hub’s address must be reachable on https with a certificate that browsers trust.',
  ],
}
