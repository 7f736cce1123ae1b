import type {
  Comment,
  CommentPage,
  DeletedPost,
  DeletePost,
  GetPost,
  ListComments,
  ListPosts,
  Post,
  PostPage,
  PublishPost,
  ReplyToComment,
} from '@patchbay/schema/capabilities/social.ts'
import { z } from 'zod'
import type { Call, CallRequest, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { cannotSend, malformed, readAnswer } from '../shared/failure.ts'
import { unlessGone } from '../shared/registration.ts'

const vendor = 'LinkedIn'
const defaultVersion = '202610'

/** Every call names the month of its version; an old one is refused with 426. */
export function versioned(connection: ConnectionFacts, more: Readonly<Record<string, string>> = {}) {
  const version = connection.settings['apiVersion'] ?? ''
  return {
    'linkedin-version': /^20\d{4}$/.test(version) ? version : defaultVersion,
    'x-restli-protocol-version': '2.0.0',
    ...more,
  }
}

export const authorOf = ({ settings }: ConnectionFacts): string => settings['authorUrn'] ?? ''

/** Rest.li reads parentheses and commas as its own signs, so they are escaped as well. */
export const urnPath = (urn: string): string =>
  encodeURIComponent(urn).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** The signs of LinkedIn's own little language, which would otherwise be read as mentions and tags. */
export const plainText = (text: string): string => text.replace(/[|{}@[\]()<>#*_~\\]/g, (sign) => `\\${sign}`)
const unescaped = (text: string) => text.replace(/\\([|{}@[\]()<>#*_~\\])/g, '$1')

const post = z.object({
  id: z.string(),
  commentary: z.string().nullish(),
  lifecycleState: z.string().nullish(),
  publishedAt: z.number().nullish(),
  createdAt: z.number().nullish(),
  visibility: z.string().nullish(),
})

const states: Readonly<Record<string, Post['status']>> = {
  PUBLISHED: 'PUBLISHED',
  PUBLISH_REQUESTED: 'PROCESSING',
  DRAFT: 'PROCESSING',
  PUBLISH_FAILED: 'FAILED',
}

function toPost(found: z.output<typeof post>): Post {
  const at = found.publishedAt ?? found.createdAt
  return {
    id: found.id,
    text: found.commentary ? unescaped(found.commentary) : null,
    url: `https://www.linkedin.com/feed/update/${found.id}`,
    status: states[found.lifecycleState ?? 'PUBLISHED'] ?? 'PUBLISHED',
    vendorStatus: found.lifecycleState ?? null,
    publishedAt: at ? new Date(at).toISOString() : null,
    likes: null,
    comments: null,
    shares: null,
    views: null,
    providerData: { visibility: found.visibility ?? null },
  }
}

/**
 * Words, or a link with words. LinkedIn has no idempotency and refuses the same words again, which is a CONFLICT here.
 * Pictures and films are sent as bytes, which no call of the hub carries; nothing is scheduled by API.
 */
export async function publishPost(call: Call, input: PublishPost, connection: ConnectionFacts): Promise<Post> {
  if (input.media !== undefined && input.media.length > 0)
    throw cannotSend(
      'LinkedIn fetches no pictures from an address.',
      'Publish a link to the page with the picture.',
      'media',
    )
  if (input.publishAt !== undefined)
    throw cannotSend('LinkedIn publishes at once.', 'Leave `publishAt` out and call when it is time.', 'publishAt')
  const { link, text = '' } = input
  const title = (text.split('\n')[0] || link || '').slice(0, 200)
  const answer = await call({
    method: 'POST',
    path: '/rest/posts',
    headers: versioned(connection),
    idempotencyKey: input.idempotencyKey,
    json: {
      author: authorOf(connection),
      commentary: plainText(text),
      visibility: 'PUBLIC',
      distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
      ...(link === undefined ? {} : { content: { article: { source: link, title } } }),
      lifecycleState: 'PUBLISHED',
      isReshareDisabledByAuthor: false,
    },
  })
  const id = answer.headers['x-restli-id'] ?? ''
  if (!id.startsWith('urn:li:')) throw malformed(vendor, 'without the id of the post')
  return toPost({ id, commentary: plainText(text), lifecycleState: 'PUBLISHED' })
}

const postPath = (id: string) => `/rest/posts/${urnPath(id)}`

export async function getPost(call: Call, { id }: GetPost, connection: ConnectionFacts): Promise<Post> {
  const answer = await call({ method: 'GET', path: postPath(id), headers: versioned(connection) })
  return readAnswer(vendor, answer, post, toPost)
}

const paging = z.object({
  start: z.int().default(0),
  count: z.int(),
  total: z.int().nullish(),
  links: z.array(z.object({ rel: z.string() })).default([]),
})

/** LinkedIn counts items from the start; a link "next" is there while more follow. */
async function readPage<Item extends z.ZodType>(
  call: Call,
  item: Item,
  request: CallRequest,
  { first, after }: { readonly first: number; readonly after: string | null },
) {
  const start = readNumberCursor(after, 0)
  const answer = await call({ ...request, query: { ...request.query, start, count: first } })
  return readAnswer(vendor, answer, z.object({ elements: z.array(item), paging }), (page) => ({
    elements: page.elements,
    nextCursor: page.paging.links.some(({ rel }) => rel === 'next') ? numberCursor(start + first) : null,
  }))
}

export async function listPosts(call: Call, input: ListPosts, connection: ConnectionFacts): Promise<PostPage> {
  if (input.createdAfter !== undefined)
    throw cannotSend(
      'LinkedIn lists all posts of the author.',
      'Leave `createdAfter` out: those changed last come first.',
      'createdAfter',
    )
  const { elements, nextCursor } = await readPage(
    call,
    post,
    {
      method: 'GET',
      path: '/rest/posts',
      query: { author: authorOf(connection), q: 'author', sortBy: 'LAST_MODIFIED' },
      headers: versioned(connection, { 'x-restli-method': 'FINDER' }),
    },
    input,
  )
  return { items: elements.map(toPost), nextCursor }
}

/** What is gone is gone. */
export async function deletePost(call: Call, input: DeletePost, connection: ConnectionFacts): Promise<DeletedPost> {
  const headers = versioned(connection, { 'x-restli-method': 'DELETE' })
  const { id, idempotencyKey } = input
  await unlessGone(call({ method: 'DELETE', path: postPath(id), headers, idempotencyKey }))
  return { id }
}

const comment = z.object({
  id: z.string().nullish(),
  $URN: z.string().nullish(),
  commentUrn: z.string().nullish(),
  actor: z.string().nullish(),
  object: z.string().nullish(),
  message: z.object({ text: z.string() }),
  created: z.object({ time: z.number().nullish() }).nullish(),
})

function toComment(found: z.output<typeof comment>, postId: string | null): Comment {
  const id = found.commentUrn ?? found.$URN ?? found.id
  if (!id) throw malformed(vendor, 'with a comment that has no id')
  return {
    id,
    postId: found.object ?? postId,
    text: found.message.text,
    authorName: null,
    authorId: found.actor ?? null,
    createdAt: found.created?.time ? new Date(found.created.time).toISOString() : null,
    hidden: null,
  }
}

const commentsPath = (urn: string) => `/rest/socialActions/${urnPath(urn)}/comments`

export async function listComments(call: Call, input: ListComments, connection: ConnectionFacts): Promise<CommentPage> {
  const request = { method: 'GET', path: commentsPath(input.postId), headers: versioned(connection) } as const
  const { elements, nextCursor } = await readPage(call, comment, request, input)
  return { items: elements.map((found) => toComment(found, input.postId)), nextCursor }
}

/** Which post a comment stands under is part of its name: `urn:li:comment:(urn:li:activity:1,2)`. */
const postOf = (urn: string) => /^urn:li:comment:\((urn:li:\w+:\d+),\d+\)$/.exec(urn)?.[1]

export async function replyToComment(call: Call, input: ReplyToComment, connection: ConnectionFacts): Promise<Comment> {
  const object = input.postId ?? postOf(input.commentId)
  if (object === undefined)
    throw cannotSend(
      'LinkedIn wants to know the post.',
      'Give the comment’s full name (urn:li:comment:…) or `postId`.',
      'postId',
    )
  const answer = await call({
    method: 'POST',
    path: commentsPath(input.commentId),
    headers: versioned(connection),
    idempotencyKey: input.idempotencyKey,
    json: { actor: authorOf(connection), object, parentComment: input.commentId, message: { text: input.text } },
  })
  return readAnswer(vendor, answer, comment, (found) => toComment(found, object))
}
