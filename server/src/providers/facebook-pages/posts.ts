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
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { graphMoment, graphNext, graphPage, graphPath, graphSince, graphSuccess } from '../shared/meta.ts'

const vendor = 'Facebook'

/** Path of the connection's page. */
export const pagePath = ({ settings }: ConnectionFacts, rest = ''): string => graphPath(settings['pageId'] ?? '', rest)

const total = z.object({ summary: z.object({ total_count: z.int().nullish() }).nullish() }).nullish()
const post = z.object({
  id: z.string(),
  message: z.string().nullish(),
  created_time: z.string().nullish(),
  permalink_url: z.string().nullish(),
  is_published: z.boolean().nullish(),
  scheduled_publish_time: z.number().nullish(),
  shares: z.object({ count: z.int() }).nullish(),
  comments: total,
  reactions: total,
})
const postFields =
  'id,message,created_time,permalink_url,is_published,scheduled_publish_time,shares,comments.summary(true).limit(0),reactions.summary(true).limit(0)'

function toPost(found: z.output<typeof post>): Post {
  const scheduled = found.is_published === false
  const at = found.scheduled_publish_time
  return {
    id: found.id,
    text: found.message ?? null,
    url: found.permalink_url ?? null,
    status: scheduled ? 'SCHEDULED' : 'PUBLISHED',
    vendorStatus: scheduled ? 'unpublished' : 'published',
    publishedAt: scheduled && at ? new Date(at * 1000).toISOString() : graphMoment(found.created_time),
    likes: found.reactions?.summary?.total_count ?? null,
    comments: found.comments?.summary?.total_count ?? null,
    // A post that nobody shared has no such member.
    shares: found.shares?.count ?? 0,
    views: null,
  }
}

/** When it appears, in Facebook's words: an unpublished post with a time. */
const schedule = (publishAt: string | undefined): Readonly<Record<string, string>> =>
  publishAt === undefined
    ? {}
    : { published: 'false', scheduled_publish_time: String(Math.floor(Date.parse(publishAt) / 1000)) }

const made = z.object({ id: z.string(), post_id: z.string().nullish() })

async function makePhoto(call: Call, path: string, form: Readonly<Record<string, string>>, key?: string) {
  const answer = await call({ method: 'POST', path, form, ...(key === undefined ? {} : { idempotencyKey: key }) })
  return readAnswer(vendor, answer, made, (found) => found)
}

/** One film, up to ten pictures, or words with a link: Facebook mixes none of them. */
async function make(call: Call, input: PublishPost, connection: ConnectionFacts): Promise<z.output<typeof made>> {
  const { text, link, media = [], publishAt, idempotencyKey } = input
  const when = schedule(publishAt)
  const [first, ...others] = media
  const words = text === undefined ? {} : { message: text }
  if (first !== undefined && link !== undefined)
    throw cannotSend('A Facebook post has a link or pictures, not both.', 'Put the link into the words.', 'link')
  if (first?.kind === 'VIDEO' || others.some(({ kind }) => kind === 'VIDEO')) {
    if (first === undefined || others.length > 0)
      throw cannotSend('A Facebook post has one film and nothing beside it.', 'Publish the pictures apart.', 'media')
    const form = { file_url: first.url, ...(text === undefined ? {} : { description: text }), ...when }
    return makePhoto(call, pagePath(connection, '/videos'), form, idempotencyKey)
  }
  const photo = ({ url, description }: { readonly url: string; readonly description?: string | undefined }) => ({
    url,
    ...(description === undefined ? {} : { alt_text_custom: description }),
  })
  const photos = pagePath(connection, '/photos')
  if (first !== undefined && others.length === 0)
    return makePhoto(
      call,
      photos,
      { ...photo(first), ...(text === undefined ? {} : { caption: text }), ...when },
      idempotencyKey,
    )
  const attached: Record<string, string> = {}
  for (const [index, one] of media.entries()) {
    const { id } = await makePhoto(call, photos, {
      ...photo(one),
      published: 'false',
      temporary: String(publishAt !== undefined),
    })
    attached[`attached_media[${index}]`] = JSON.stringify({ media_fbid: id })
  }
  const form = { ...words, ...(link === undefined ? {} : { link }), ...attached, ...when }
  return makePhoto(call, pagePath(connection, '/feed'), form, idempotencyKey)
}

/** Facebook has no idempotency; it refuses the same words twice in a row (code 506), which is a CONFLICT here. */
export async function publishPost(call: Call, input: PublishPost, connection: ConnectionFacts): Promise<Post> {
  const { id, post_id: postId } = await make(call, input, connection)
  const film = input.media?.[0]?.kind === 'VIDEO'
  const scheduled = input.publishAt !== undefined
  return {
    id: postId ?? id,
    text: input.text ?? null,
    url: null,
    status: scheduled ? 'SCHEDULED' : film ? 'PROCESSING' : 'PUBLISHED',
    vendorStatus: null,
    publishedAt: input.publishAt === undefined ? null : new Date(input.publishAt).toISOString(),
    likes: null,
    comments: null,
    shares: null,
    views: null,
    providerData: { id, post_id: postId ?? null },
  }
}

export async function getPost(call: Call, { id }: GetPost): Promise<Post> {
  const answer = await call({ method: 'GET', path: graphPath(id), query: { fields: postFields } })
  return readAnswer(vendor, answer, post, toPost)
}

export async function listPosts(call: Call, input: ListPosts, connection: ConnectionFacts): Promise<PostPage> {
  const query = {
    fields: postFields,
    limit: input.first,
    after: input.after ?? undefined,
    since: graphSince(input.createdAfter),
  }
  const answer = await call({ method: 'GET', path: pagePath(connection, '/posts'), query })
  return readAnswer(vendor, answer, graphPage(post), (page) => ({
    items: page.data.map(toPost),
    nextCursor: graphNext(page),
  }))
}

export async function deletePost(call: Call, input: DeletePost): Promise<DeletedPost> {
  const answer = await call({ method: 'DELETE', path: graphPath(input.id), idempotencyKey: input.idempotencyKey })
  return readAnswer(vendor, answer, graphSuccess, () => ({ id: input.id }))
}

const comment = z.object({
  id: z.string(),
  message: z.string().nullish(),
  created_time: z.string().nullish(),
  is_hidden: z.boolean().nullish(),
  from: z.object({ id: z.string(), name: z.string().nullish() }).nullish(),
})
const commentFields = 'id,from,message,created_time,is_hidden'

const toComment = (found: z.output<typeof comment>, postId: string | null): Comment => ({
  id: found.id,
  postId,
  text: found.message ?? '',
  authorName: found.from?.name ?? null,
  authorId: found.from?.id ?? null,
  createdAt: graphMoment(found.created_time),
  hidden: found.is_hidden ?? null,
})

export async function listComments(call: Call, input: ListComments): Promise<CommentPage> {
  const query = { fields: commentFields, filter: 'stream', limit: input.first, after: input.after ?? undefined }
  const answer = await call({ method: 'GET', path: graphPath(input.postId, '/comments'), query })
  return readAnswer(vendor, answer, graphPage(comment), (page) => ({
    items: page.data.map((found) => toComment(found, input.postId)),
    nextCursor: graphNext(page),
  }))
}

async function getComment(call: Call, id: string): Promise<Comment> {
  const answer = await call({ method: 'GET', path: graphPath(id), query: { fields: commentFields } })
  return readAnswer(vendor, answer, comment, (found) => toComment(found, null))
}

export async function replyToComment(call: Call, input: ReplyToComment): Promise<Comment> {
  const answer = await call({
    method: 'POST',
    path: graphPath(input.commentId, '/comments'),
    form: { message: input.text },
    idempotencyKey: input.idempotencyKey,
  })
  return readAnswer(vendor, answer, made, ({ id }) => ({
    ...toComment({ id, message: input.text }, input.postId ?? null),
    hidden: false,
  }))
}

/** What is hidden twice is hidden. */
export async function hideComment(call: Call, input: HideComment): Promise<Comment> {
  const answer = await call({
    method: 'POST',
    path: graphPath(input.commentId),
    form: { is_hidden: String(input.hidden) },
    idempotencyKey: input.idempotencyKey,
  })
  readAnswer(vendor, answer, graphSuccess, () => undefined)
  return getComment(call, input.commentId)
}
