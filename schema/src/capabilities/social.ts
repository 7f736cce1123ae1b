import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import { done, idempotencyKey, moment, pageInput, pageOf, providerData, shape, vendorId } from './values.ts'

export const post = shape(
  'SocialPost',
  'A post of the account.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    text: z.string().nullable().describe('Its words.'),
    url: z.string().nullable().describe('Its page.'),
    status: shape(
      'SocialPostStatus',
      'Where a post stands, whatever its vendor calls it.',
      z.enum(['PROCESSING', 'SCHEDULED', 'PUBLISHED', 'FAILED', 'DELETED']),
    ).describe('Where it stands.'),
    vendorStatus: z.string().nullable().describe('The vendor’s own word for the status.'),
    publishedAt: moment.nullable().describe('When it appeared, or will.'),
    likes: z.int().nullable().describe('Likes, where the vendor tells.'),
    comments: z.int().nullable().describe('Comments, where the vendor tells.'),
    shares: z.int().nullable().describe('Shares, where the vendor tells.'),
    views: z.int().nullable().describe('Views, where the vendor tells.'),
    providerData,
  }),
)
export type Post = z.infer<typeof post>
export const postPage = pageOf(post)
export type PostPage = z.infer<typeof postPage>

export const publishPost = z
  .object({
    text: z
      .string()
      .max(63_206)
      .optional()
      .describe('Its words; vendors allow from 280 (X) to 63,206 characters (Facebook).'),
    link: z.url().optional().describe('A page it links to.'),
    media: z
      .array(
        shape(
          'SocialMediaInput',
          'A picture or film, which the vendor fetches.',
          z.object({
            kind: shape('SocialMediaKind', 'Kind of a file.', z.enum(['IMAGE', 'VIDEO'])).describe('Picture or film.'),
            url: z.url().describe('Where the vendor fetches it.'),
            description: z.string().max(1000).optional().describe('What is to be seen, for people who cannot.'),
          }),
        ),
      )
      .max(10)
      .optional()
      .describe('Pictures or a film.'),
    publishAt: moment.optional().describe('When it appears, for vendors that schedule. Default: now.'),
    idempotencyKey,
  })
  .refine((one) => one.text !== undefined || (one.media?.length ?? 0) > 0, { message: 'Give text or media.' })
export type PublishPost = z.infer<typeof publishPost>
export const getPost = z.object({ id: vendorId.describe('The vendor’s id of the post.') })
export type GetPost = z.infer<typeof getPost>
export const listPosts = pageInput.extend({
  createdAfter: moment
    .optional()
    .describe('Only posts made at or after this instant, for vendors that tell; others refuse.'),
})
export type ListPosts = z.infer<typeof listPosts>
export const deletePost = z.object({ id: vendorId.describe('The vendor’s id of the post.'), idempotencyKey })
export type DeletePost = z.infer<typeof deletePost>
export const deletedPost = shape('DeletedSocialPost', 'A post that is gone.', done('post'))
export type DeletedPost = z.infer<typeof deletedPost>

export const comment = shape(
  'SocialComment',
  'A comment on a post.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    postId: z.string().nullable().describe('The vendor’s id of the post.'),
    text: z.string().describe('Its words.'),
    authorName: z.string().nullable().describe('Who wrote it, where the vendor tells.'),
    authorId: z.string().nullable().describe('The vendor’s id of whoever wrote it.'),
    createdAt: moment.nullable().describe('When.'),
    hidden: z.boolean().nullable().describe('Only its author sees it; null where the vendor does not say.'),
    providerData,
  }),
)
export type Comment = z.infer<typeof comment>
export const commentPage = pageOf(comment)
export type CommentPage = z.infer<typeof commentPage>
export const listComments = pageInput.extend({ postId: vendorId.describe('The vendor’s id of the post.') })
export type ListComments = z.infer<typeof listComments>
export const replyToComment = z.object({
  commentId: vendorId.describe('The vendor’s id of the comment.'),
  postId: vendorId.optional().describe('The vendor’s id of the post, for vendors that need it.'),
  text: z.string().min(1).max(8000).describe('The answer.'),
  idempotencyKey,
})
export type ReplyToComment = z.infer<typeof replyToComment>
export const hideComment = z.object({
  commentId: vendorId.describe('The vendor’s id of the comment.'),
  hidden: z.boolean().default(true).describe('False shows it again. Default true.'),
  idempotencyKey,
})
export type HideComment = z.infer<typeof hideComment>

/** Typed operations of the social category. */
export const socialOperations = {
  'posts.publish': {
    kind: 'mutation',
    field: 'publishPost',
    description: 'Publishes a post, now or later.',
    input: publishPost,
    output: post,
  },
  'posts.get': {
    kind: 'query',
    field: 'fetchPost',
    description: 'One post, as the vendor has it now.',
    input: getPost,
    output: post,
  },
  'posts.list': {
    kind: 'query',
    field: 'fetchPosts',
    description: 'Posts of the account, newest first.',
    input: listPosts,
    output: postPage,
  },
  'posts.delete': {
    kind: 'mutation',
    field: 'deletePost',
    description: 'Takes a post away.',
    input: deletePost,
    output: deletedPost,
  },
  'comments.list': {
    kind: 'query',
    field: 'fetchComments',
    description: 'Comments on a post.',
    input: listComments,
    output: commentPage,
  },
  'comments.reply': {
    kind: 'mutation',
    field: 'replyToComment',
    description: 'Answers a comment.',
    input: replyToComment,
    output: comment,
  },
  'comments.hide': {
    kind: 'mutation',
    field: 'hideComment',
    description: 'Hides a comment from everybody but its author, or shows it again.',
    input: hideComment,
    output: comment,
  },
} as const satisfies OperationContracts
