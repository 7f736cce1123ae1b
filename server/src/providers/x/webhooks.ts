import { z } from 'zod'
import { at, textAt } from '../shared/failure.ts'
import { xChallenge } from '../shared/handshakes.ts'
import { fromText, idText, onBody, someText } from '../shared/message.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MapEvent, WebhookSpec } from '../webhook.ts'

const notice = z.object({
  data: z.object({
    event_uuid: someText,
    payload: z.object({
      id: idText,
      text: someText,
      created_at: someText,
      author_id: idText.nullish(),
      sender_id: idText.nullish(),
      conversation_id: idText.nullish(),
    }),
  }),
})

const on = (type: string): MapEvent =>
  onBody(notice, ({ data: { payload } }) => ({
    type,
    occurredAt: fromText(payload.created_at),
    key: payload.id,
    orderKey: `post:${payload.conversation_id ?? payload.id}`,
    data: {
      id: payload.id,
      postId: payload.conversation_id ?? null,
      authorId: payload.author_id ?? null,
      authorName: null,
      text: payload.text,
      url: `https://x.com/i/web/status/${payload.id}`,
    },
  }))

const message: MapEvent = onBody(notice, ({ data: { payload } }) => ({
  type: 'message.received',
  occurredAt: fromText(payload.created_at),
  key: payload.id,
  orderKey: `message:${payload.sender_id ?? ''}`,
  data: {
    id: payload.id,
    channel: 'x',
    from: payload.sender_id ?? null,
    to: null,
    text: payload.text,
    mediaUrls: [],
  },
}))

/** X's activity webhooks: https://docs.x.com/x-api/webhooks/introduction. Fields of payloads were in no description at hand. */
export const xWebhooks: WebhookSpec = {
  verify: bodyHmac({ header: 'x-twitter-webhooks-signature', encoding: 'base64', prefix: 'sha256=' }),
  secret: { from: 'credential', field: 'apiSecret' },
  identify: ({ body }) => ({
    id: textAt(body, 'data', 'event_uuid') || null,
    type: textAt(body, 'data', 'event_type') || null,
    occurredAt: fromText(
      typeof at(body, 'data', 'payload') === 'object' ? textAt(body, 'data', 'payload', 'created_at') : null,
    ),
  }),
  events: {
    'post.mention.create': on('social.mention'),
    'post.reply.create': on('social.comment'),
    'dm.received': message,
  },
  ignore: ['post.create', 'post.delete', 'like.create', 'follow.follow', 'follow.unfollow', 'profile.update.bio'],
  handshake: xChallenge(),
  setup: [
    'Fill in the API secret of the connection: X asks the address at once whether it knows it.',
    'With the app’s bearer token: POST https://api.x.com/2/webhooks with the address of this source as `url`; it must be https without a port.',
    'Then POST /2/activity/subscriptions for post.mention.create, post.reply.create and dm.received, each with the webhook’s id and `filter: { user_id }`.',
  ],
}
