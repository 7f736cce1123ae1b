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

const vendor = 'Instagram'

/** Path of the connection's account. */
export const accountPath = ({ settings }: ConnectionFacts, rest = ''): string =>
  graphPath(settings['igUserId'] ?? '', rest)

const media = z.object({
  id: z.string(),
  caption: z.string().nullish(),
  media_type: z.string().nullish(),
  media_url: z.string().nullish(),
  permalink: z.string().nullish(),
  timestamp: z.string().nullish(),
  like_count: z.int().nullish(),
  comments_count: z.int().nullish(),
})
const mediaFields = 'id,caption,media_type,media_url,permalink,timestamp,like_count,comments_count'

const toPost = (found: z.output<typeof media>): Post => ({
  id: found.id,
  text: found.caption ?? null,
  url: found.permalink ?? null,
  status: 'PUBLISHED',
  vendorStatus: null,
  publishedAt: graphMoment(found.timestamp),
  likes: found.like_count ?? null,
  comments: found.comments_count ?? null,
  shares: null,
  views: null,
  providerData: { media_type: found.media_type ?? null, media_url: found.media_url ?? null },
})

const made = z.object({ id: z.string() })
const idOf = (answer: Awaited<ReturnType<Call>>) => readAnswer(vendor, answer, made, ({ id }) => id)

type Medium = NonNullable<PublishPost['media']>[number]
const fileOf = ({ kind, url, description }: Medium, alone: boolean): Readonly<Record<string, string>> =>
  kind === 'IMAGE'
    ? { image_url: url, ...(description === undefined ? {} : { alt_text: description }) }
    : { video_url: url, media_type: alone ? 'REELS' : 'VIDEO' }

/** What is to be published stands in a container first, which lasts a day; several pictures are a container of containers. */
async function makeContainer(call: Call, input: PublishPost, connection: ConnectionFacts): Promise<string> {
  const path = accountPath(connection, '/media')
  const files = input.media ?? []
  const [first] = files
  const caption = input.text === undefined ? {} : { caption: input.text }
  if (first === undefined)
    throw cannotSend('Instagram publishes nothing without a picture or a film.', 'Give `media`.', 'media')
  if (files.length === 1)
    return idOf(await call({ method: 'POST', path, form: { ...fileOf(first, true), ...caption } }))
  const children: string[] = []
  for (const file of files)
    children.push(
      idOf(await call({ method: 'POST', path, form: { ...fileOf(file, false), is_carousel_item: 'true' } })),
    )
  return idOf(
    await call({ method: 'POST', path, form: { media_type: 'CAROUSEL', children: children.join(','), ...caption } }),
  )
}

const container = z.object({ id: z.string().nullish(), status_code: z.string() })
async function stateOf(call: Call, id: string): Promise<string> {
  const answer = await call({ method: 'GET', path: graphPath(id), query: { fields: 'id,status_code' } })
  return readAnswer(vendor, answer, container, (found) => found.status_code)
}

/** Ids of containers and of media look alike: the hub marks those of containers. */
const mark = 'container:'

const unpublished = (id: string, text: string | undefined, state: string): Post => ({
  id,
  text: text ?? null,
  url: null,
  status: state === 'ERROR' || state === 'EXPIRED' ? 'FAILED' : 'PROCESSING',
  vendorStatus: state,
  publishedAt: null,
  likes: null,
  comments: null,
  shares: null,
  views: null,
  providerData: { creation_id: id.replace(mark, '') },
})

/**
 * Pictures are ready at once. A film takes Instagram a while: then the answer is PROCESSING with the container's id, which
 * `POST /{account}/media_publish` with that `creation_id` publishes when `posts.get` says FINISHED. Instagram has no
 * idempotency: a container that was not published is no post, so only the last step is named by the key.
 */
export async function publishPost(call: Call, input: PublishPost, connection: ConnectionFacts): Promise<Post> {
  if (input.publishAt !== undefined)
    throw cannotSend('Instagram publishes at once.', 'Leave `publishAt` out and call when it is time.', 'publishAt')
  if (input.link !== undefined)
    throw cannotSend(
      'Instagram posts carry no links.',
      'Leave `link` out; links in the words are not clickable.',
      'link',
    )
  const id = await makeContainer(call, input, connection)
  const state = await stateOf(call, id)
  if (state !== 'FINISHED') return unpublished(mark + id, input.text, state)
  const answer = await call({
    method: 'POST',
    path: accountPath(connection, '/media_publish'),
    form: { creation_id: id },
    idempotencyKey: input.idempotencyKey,
  })
  return {
    ...unpublished(idOf(answer), input.text, 'PUBLISHED'),
    status: 'PUBLISHED',
    providerData: { creation_id: id },
  }
}

/** A post, or the container of one that is still to be published. */
const either = z.union([container.extend({ id: z.string() }), media])

export async function getPost(call: Call, { id }: GetPost): Promise<Post> {
  const isContainer = id.startsWith(mark)
  const plain = isContainer ? id.slice(mark.length) : id
  const fields = isContainer ? 'id,status_code' : mediaFields
  const answer = await call({ method: 'GET', path: graphPath(plain), query: { fields } })
  return readAnswer(vendor, answer, either, (found) =>
    'status_code' in found ? unpublished(id, undefined, found.status_code) : toPost(found),
  )
}

export async function listPosts(call: Call, input: ListPosts, connection: ConnectionFacts): Promise<PostPage> {
  const query = {
    fields: mediaFields,
    limit: input.first,
    after: input.after ?? undefined,
    since: graphSince(input.createdAfter),
  }
  const answer = await call({ method: 'GET', path: accountPath(connection, '/media'), query })
  return readAnswer(vendor, answer, graphPage(media), (page) => ({
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
  text: z.string().nullish(),
  username: z.string().nullish(),
  timestamp: z.string().nullish(),
  hidden: z.boolean().nullish(),
  from: z.object({ id: z.string(), username: z.string().nullish() }).nullish(),
  media: z.object({ id: z.string() }).nullish(),
})
const commentFields = 'id,text,username,timestamp,hidden,from,media'

const toComment = (found: z.output<typeof comment>, postId: string | null): Comment => ({
  id: found.id,
  postId: found.media?.id ?? postId,
  text: found.text ?? '',
  authorName: found.from?.username ?? found.username ?? null,
  authorId: found.from?.id ?? null,
  createdAt: graphMoment(found.timestamp),
  hidden: found.hidden ?? null,
})

export async function listComments(call: Call, input: ListComments): Promise<CommentPage> {
  const query = { fields: commentFields, limit: input.first, after: input.after ?? undefined }
  const answer = await call({ method: 'GET', path: graphPath(input.postId, '/comments'), query })
  return readAnswer(vendor, answer, graphPage(comment), (page) => ({
    items: page.data.map((found) => toComment(found, input.postId)),
    nextCursor: graphNext(page),
  }))
}

export async function replyToComment(call: Call, input: ReplyToComment): Promise<Comment> {
  const answer = await call({
    method: 'POST',
    path: graphPath(input.commentId, '/replies'),
    form: { message: input.text },
    idempotencyKey: input.idempotencyKey,
  })
  return { ...toComment({ id: idOf(answer), text: input.text }, input.postId ?? null), hidden: false }
}

/** What is hidden twice is hidden. */
export async function hideComment(call: Call, input: HideComment): Promise<Comment> {
  const path = graphPath(input.commentId)
  const form = { hide: String(input.hidden) }
  const answer = await call({ method: 'POST', path, form, idempotencyKey: input.idempotencyKey })
  readAnswer(vendor, answer, graphSuccess, () => undefined)
  const shown = await call({ method: 'GET', path, query: { fields: commentFields } })
  return readAnswer(vendor, shown, comment, (found) => toComment(found, null))
}
