import { z } from 'zod'
import { idText, readPart, someText } from '../shared/message.ts'
import { messengerMessages } from '../shared/messenger.ts'
import { appRegistration, metaTime, metaWebhooks, type MetaMap } from '../shared/meta-webhooks.ts'

const value = z.object({
  item: someText,
  verb: someText,
  post_id: someText,
  comment_id: someText,
  message: someText,
  created_time: z.union([z.number(), z.string()]).nullish(),
  from: z.object({ id: idText, name: someText }).nullish(),
  sender_id: idText.nullish(),
  sender_name: someText,
  permalink_url: someText,
})

/** Only new comments of others: posts, reactions and what the page says itself are no news to it. */
const feed: MetaMap = (raw, entry) => {
  const found = readPart(value, raw, 'value')
  if (found.item !== 'comment' || found.verb !== 'add' || found.comment_id === null) return []
  if (found.from?.id === entry.id) return []
  return [
    {
      type: 'social.comment',
      occurredAt: metaTime(found.created_time) ?? entry.occurredAt,
      key: found.comment_id,
      orderKey: `post:${found.post_id}`,
      data: {
        id: found.comment_id,
        postId: found.post_id,
        authorId: found.from?.id ?? null,
        authorName: found.from?.name ?? null,
        text: found.message,
        url: found.permalink_url,
      },
    },
  ]
}

const mention: MetaMap = (raw, entry) => {
  const found = readPart(value, raw, 'value')
  const id = found.comment_id ?? found.post_id
  if (found.verb !== 'add' || id === null) return []
  return [
    {
      type: 'social.mention',
      occurredAt: metaTime(found.created_time) ?? entry.occurredAt,
      key: `mention:${id}`,
      data: {
        id,
        postId: found.post_id,
        authorId: found.from?.id ?? found.sender_id ?? null,
        authorName: found.from?.name ?? found.sender_name,
        text: found.message,
        url: found.permalink_url,
      },
    },
  ]
}

/** Webhooks of pages: https://developers.facebook.com/docs/graph-api/webhooks/getting-started/webhooks-for-pages */
export const facebookWebhooks = metaWebhooks({
  maps: { feed, mention, messages: messengerMessages('messenger') },
  ignore: ['leadgen', 'ratings', 'message_deliveries', 'message_reads'],
  registration: appRegistration({
    object: 'page',
    fields: ['feed', 'mention', 'messages'],
    listen: ({ pageId = '' }) => `/${encodeURIComponent(pageId)}/subscribed_apps`,
  }),
  setup: [
    'The hub does all of this by itself when app ID, app secret and verify token are filled in: choose Register. An app has one address for all of its pages.',
    'By hand: developers.facebook.com → your app → Webhooks → Page: paste the address of this source and the verify token.',
    'Subscribe to feed, mention and messages there, and install the app at the page (Graph API: POST /{page}/subscribed_apps).',
  ],
})
