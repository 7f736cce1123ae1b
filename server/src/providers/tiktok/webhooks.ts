import { InvalidInputError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { ConnectionFacts } from '../provider.ts'
import { at, textAt } from '../shared/failure.ts'
import { onBody, readPart, someText } from '../shared/message.ts'
import { timestampedHex } from '../shared/signatures/timestamped.ts'
import type { MapEvent, MappedEvent, WebhookSpec } from '../webhook.ts'
import { postIdsIn } from './post-ids.ts'

/** Seconds by the documentation; the portal's test event has been seen with milliseconds. */
function momentOf(time: unknown): Date | null {
  if (typeof time !== 'number' || !Number.isFinite(time)) return null
  const moment = new Date(time < 100_000_000_000 ? time * 1000 : time)
  return Number.isNaN(moment.getTime()) ? null : moment
}

const notice = z.object({
  user_openid: z.string().min(1),
  create_time: z.number().nullish(),
  /** JSON once more, as a text. */
  content: z.string(),
})
type Notice = z.output<typeof notice>

/** An app has one address for all accounts that signed in to it: those of others are of no consequence here. */
const isOurs = ({ user_openid }: Notice, { settings }: ConnectionFacts) =>
  !settings['openId'] || settings['openId'] === user_openid

function contentOf({ content }: Notice): unknown {
  try {
    return JSON.parse(content)
  } catch {
    throw new InvalidInputError([{ path: 'content', message: 'It is no JSON.' }])
  }
}

const on = (map: (found: Notice) => MappedEvent): MapEvent =>
  onBody(notice, (found, _message, connection) => (isOurs(found, connection) ? map(found) : []))

const publishing = z.object({ publish_id: z.string().min(1), publish_type: someText, reason: someText })

const onPost = (type: string): MapEvent =>
  on((found) => {
    const { publish_id, reason } = readPart(publishing, contentOf(found), 'content')
    const data = { id: postIdsIn(found.content)[0] ?? null, publishId: publish_id, url: null }
    return {
      type,
      occurredAt: momentOf(found.create_time),
      orderKey: `post:${publish_id}`,
      data: type === 'post.failed' ? { ...data, reason } : data,
    }
  })

/**
 * TikTok's webhooks: https://developers.tiktok.com/doc/webhooks-overview. They come at least once, for up to 72 hours; none has
 * an id, and a repeat has the same bytes. The address is the app's, set by hand: there is no API for it.
 */
export const tiktokWebhooks: WebhookSpec = {
  verify: timestampedHex({ header: 'tiktok-signature', signature: 's' }),
  secret: { from: 'credential', field: 'clientSecret' },
  identify: ({ body }) => ({
    id: null,
    type: textAt(body, 'event') || null,
    occurredAt: momentOf(at(body, 'create_time')),
  }),
  events: {
    'post.publish.complete': onPost('post.published'),
    'post.publish.failed': onPost('post.failed'),
    'post.publish.publicly_available': onPost('post.shown'),
    // Misspelt at TikTok.
    'post.publish.no_longer_publicaly_available': onPost('post.hidden'),
    'authorization.removed': on((found) => ({
      type: 'connection.uninstalled',
      occurredAt: momentOf(found.create_time),
      data: { account: found.user_openid },
    })),
  },
  // Drafts and shares of TikTok's own kits, which the hub does not make, and the portal's test.
  ignore: ['post.publish.inbox_delivered', 'video.publish.completed', 'video.upload.failed', 'tiktok.ping'],
  setup: [
    'developers.tiktok.com → Manage apps → your app → add the product Webhooks and paste the address of this source as callback URL; it must be https.',
    'Press “Test URL”: an event tiktok.ping arrives, which the hub verifies and leaves out.',
    'Nothing is to be chosen: TikTok sends every event of every account that signed in to the app. With the open ID filled in, the hub heeds those of this account alone.',
  ],
}
