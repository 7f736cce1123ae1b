import type {
  Comment,
  CommentPage,
  DeletedPost,
  DeletePost,
  GetPost,
  HideComment,
  ListComments,
  ListPosts,
  Post,
  PostPage,
  PublishPost,
  ReplyToComment,
} from '@patchbay/schema/capabilities/social.ts'
import { z } from 'zod'
import type { Call, CallRequest, ConnectionFacts } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'

const vendor = 'X'

const user = z.object({ id: z.string(), name: z.string().nullish(), username: z.string() })
/** Who signed in. Billed as a read of a user. */
export async function whoAmI(call: Call): Promise<z.output<typeof user>> {
  return readAnswer(
    vendor,
    await call({ method: 'GET', path: '/2/users/me' }),
    z.object({ data: user }),
    ({ data }) => data,
  )
}
const userIdOf = async (call: Call, { settings }: ConnectionFacts) => settings['userId'] || (await whoAmI(call)).id

const tweet = z.object({
  id: z.string(),
  text: z.string(),
  created_at: z.string().nullish(),
  author_id: z.string().nullish(),
  conversation_id: z.string().nullish(),
  public_metrics: z
    .object({
      like_count: z.int().nullish(),
      reply_count: z.int().nullish(),
      /** Posts were tweets once, and some answers still say so. */
      repost_count: z.int().nullish(),
      retweet_count: z.int().nullish(),
      quote_count: z.int().nullish(),
      impression_count: z.int().nullish(),
    })
    .nullish(),
})
type Tweet = z.output<typeof tweet>
/** Who wrote it comes with the expansion alone. */
const fields = 'created_at,public_metrics,conversation_id'

const momentOf = (text: string | null | undefined) => (text ? new Date(text).toISOString() : null)

function toPost(found: Tweet): Post {
  const counts = found.public_metrics
  return {
    id: found.id,
    text: found.text,
    url: `https://x.com/i/web/status/${found.id}`,
    status: 'PUBLISHED',
    vendorStatus: null,
    publishedAt: momentOf(found.created_at),
    likes: counts?.like_count ?? null,
    comments: counts?.reply_count ?? null,
    shares: counts?.repost_count ?? counts?.retweet_count ?? null,
    views: counts?.impression_count ?? null,
    providerData: { quote_count: counts?.quote_count ?? null, conversation_id: found.conversation_id ?? null },
  }
}

const created = z.object({ data: z.object({ id: z.string(), text: z.string() }) })

/**
 * Words, and a link at their end. X has no idempotency and refuses the same words again, which is a CONFLICT here. Pictures
 * are sent to X as bytes, which no call of the hub carries, and X schedules nothing by API.
 */
export async function publishPost(call: Call, input: PublishPost): Promise<Post> {
  if (input.media !== undefined && input.media.length > 0)
    throw cannotSend('X fetches no pictures from an address.', 'Put the link of the picture into the words.', 'media')
  if (input.publishAt !== undefined)
    throw cannotSend('X publishes at once.', 'Leave `publishAt` out and call when it is time.', 'publishAt')
  const text = [input.text, input.link].filter((part) => part !== undefined && part !== '').join(' ')
  const answer = await call({
    method: 'POST',
    path: '/2/tweets',
    json: { text },
    idempotencyKey: input.idempotencyKey,
  })
  return readAnswer(vendor, answer, created, ({ data }) => toPost(data))
}

const tweetPath = (id: string, rest = '') => `/2/tweets/${encodeURIComponent(id)}${rest}`

const readTweet = async (call: Call, id: string) =>
  readAnswer(
    vendor,
    await call({ method: 'GET', path: tweetPath(id), query: { 'post.fields': fields } }),
    z.object({ data: tweet }),
    ({ data }) => data,
  )

export const getPost = async (call: Call, { id }: GetPost): Promise<Post> => toPost(await readTweet(call, id))

const page = z.object({
  data: z.array(tweet).optional(),
  includes: z.object({ users: z.array(user).default([]) }).nullish(),
  meta: z.object({ next_token: z.string().nullish(), result_count: z.int() }),
})

/** X hands out no page smaller than a few: the hub's page is a part of X's, and its cursor says which. */
async function readPage(
  call: Call,
  request: CallRequest,
  options: { readonly first: number; readonly after: string | null; readonly least: number; readonly token: string },
): Promise<{
  readonly items: readonly Tweet[]
  readonly users: readonly z.output<typeof user>[]
  readonly nextCursor: string | null
}> {
  const [skip = '0', token = ''] = options.after === null ? [] : readTextCursor(options.after).split(' ')
  const start = /^\d{1,3}$/.test(skip) ? Number(skip) : 0
  const answer = await call({
    ...request,
    query: {
      ...request.query,
      max_results: Math.max(options.least, options.first),
      [options.token]: token || undefined,
    },
  })
  return readAnswer(vendor, answer, page, ({ data = [], includes, meta }) => {
    const end = start + options.first
    const next = end < data.length ? `${end} ${token}` : meta.next_token ? `0 ${meta.next_token}` : null
    return {
      items: data.slice(start, end),
      users: includes?.users ?? [],
      nextCursor: next === null ? null : textCursor(next),
    }
  })
}

/** X takes no parts of a second. */
const startOf = (moment: string | undefined) =>
  moment === undefined ? undefined : `${new Date(moment).toISOString().slice(0, 19)}Z`

export async function listPosts(call: Call, input: ListPosts, connection: ConnectionFacts): Promise<PostPage> {
  const id = await userIdOf(call, connection)
  const { items, nextCursor } = await readPage(
    call,
    {
      method: 'GET',
      path: `/2/users/${encodeURIComponent(id)}/tweets`,
      query: { 'post.fields': fields, exclude: 'replies,retweets', start_time: startOf(input.createdAfter) },
    },
    { ...input, least: 5, token: 'pagination_token' },
  )
  return { items: items.map(toPost), nextCursor }
}

const deleted = z.object({ data: z.object({ deleted: z.literal(true) }) })

export async function deletePost(call: Call, input: DeletePost): Promise<DeletedPost> {
  const answer = await call({ method: 'DELETE', path: tweetPath(input.id), idempotencyKey: input.idempotencyKey })
  return readAnswer(vendor, answer, deleted, () => ({ id: input.id }))
}

const toComment = (found: Tweet, author?: z.output<typeof user>): Comment => ({
  id: found.id,
  postId: found.conversation_id ?? null,
  text: found.text,
  authorName: author?.username ?? null,
  authorId: found.author_id ?? null,
  createdAt: momentOf(found.created_at),
  hidden: null,
})

/** Answers of the last seven days: X searches no further back. */
export async function listComments(call: Call, input: ListComments): Promise<CommentPage> {
  if (!/^\d{1,19}$/.test(input.postId))
    throw cannotSend('Ids of posts on X are numbers.', 'Give the id of the post.', 'postId')
  const { items, users, nextCursor } = await readPage(
    call,
    {
      method: 'GET',
      path: '/2/tweets/search/recent',
      query: {
        query: `conversation_id:${input.postId} is:reply`,
        'post.fields': fields,
        expansions: 'author_id',
        'user.fields': 'username',
      },
    },
    { ...input, least: 10, token: 'next_token' },
  )
  return {
    items: items.map((found) =>
      toComment(
        found,
        users.find(({ id }) => id === found.author_id),
      ),
    ),
    nextCursor,
  }
}

export async function replyToComment(call: Call, input: ReplyToComment): Promise<Comment> {
  const answer = await call({
    method: 'POST',
    path: '/2/tweets',
    json: { text: input.text, reply: { in_reply_to_tweet_id: input.commentId } },
    idempotencyKey: input.idempotencyKey,
  })
  return readAnswer(vendor, answer, created, ({ data }) => ({ ...toComment(data), postId: input.postId ?? null }))
}

const hidden = z.object({ data: z.object({ hidden: z.boolean() }) })

/** Only answers in a conversation of one's own can be hidden. */
export async function hideComment(call: Call, input: HideComment): Promise<Comment> {
  const answer = await call({
    method: 'PUT',
    path: tweetPath(input.commentId, '/hidden'),
    json: { hidden: input.hidden },
    idempotencyKey: input.idempotencyKey,
  })
  const state = readAnswer(vendor, answer, hidden, ({ data }) => data.hidden)
  return { ...toComment(await readTweet(call, input.commentId)), hidden: state }
}
