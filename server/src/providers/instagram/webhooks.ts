import { z } from 'zod'
import { idText, readPart, someText } from '../shared/message.ts'
import { messengerMessages } from '../shared/messenger.ts'
import { metaWebhooks, type MetaMap } from '../shared/meta-webhooks.ts'

const written = z.object({
  id: z.string(),
  text: someText,
  from: z.object({ id: idText, username: someText }).nullish(),
  media: z.object({ id: someText }).nullish(),
})

/** Comments of others; the account's own answers come as well, and are left out. */
const comments: MetaMap = (raw, entry) => {
  const found = readPart(written, raw, 'value')
  if (found.from?.id === entry.id) return []
  return [
    {
      type: 'social.comment',
      occurredAt: entry.occurredAt,
      key: found.id,
      orderKey: `post:${found.media?.id ?? ''}`,
      data: {
        id: found.id,
        postId: found.media?.id ?? null,
        authorId: found.from?.id ?? null,
        authorName: found.from?.username ?? null,
        text: found.text,
        url: null,
      },
    },
  ]
}

const mentioned = z.object({ media_id: z.string(), comment_id: someText })

/** Instagram tells where, not what: the words are asked for with `mentioned_comment` or `mentioned_media`. */
const mentions: MetaMap = (raw, entry) => {
  const found = readPart(mentioned, raw, 'value')
  const id = found.comment_id ?? found.media_id
  const data = { id, postId: found.media_id, authorId: null, authorName: null, text: null, url: null }
  return [{ type: 'social.mention', occurredAt: entry.occurredAt, key: `mention:${id}`, data }]
}

/**
 * Webhooks of Instagram: https://developers.facebook.com/docs/instagram-platform/webhooks. The address is the app's and set
 * by hand: its own page is the only place that knows whether the app signs in at Instagram or at Facebook.
 */
export const instagramWebhooks = metaWebhooks({
  maps: { comments, live_comments: comments, mentions, messages: messengerMessages('instagram') },
  ignore: ['story_insights', 'message_reactions', 'messaging_seen'],
  setup: [
    'developers.facebook.com → your app → Instagram → Webhooks: paste the address of this source and the verify token of the connection.',
    'Subscribe to comments, mentions and messages there.',
    'Switch the account on: Instagram → API setup → Webhook subscription, or POST /{account}/subscribed_apps.',
    'App secret: for apps that sign in at Instagram it is the Instagram app secret of the same page.',
  ],
})
