import type { GetPost, ListPosts, Post, PostPage, PublishPost } from '@patchbay/schema/capabilities/social.ts'
import { z } from 'zod'
import type { Call, CallRequest, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { known } from '../shared/known.ts'
import { fromSeconds, iso, someText } from '../shared/message.ts'
import { postIdsIn } from './post-ids.ts'

const vendor = 'TikTok'

const within = <Shape extends z.ZodType>(data: Shape) => z.object({ data })

/** Who may see a post. */
export const privacyLevels = [
  { value: 'SELF_ONLY', label: 'Only the account itself' },
  { value: 'MUTUAL_FOLLOW_FRIENDS', label: 'Friends: people who follow each other' },
  { value: 'FOLLOWER_OF_CREATOR', label: 'Followers (private accounts)' },
  { value: 'PUBLIC_TO_EVERYONE', label: 'Everybody (public accounts)' },
] as const

const creator = z.object({
  creator_username: someText,
  privacy_level_options: z.array(z.string()),
  comment_disabled: z.boolean(),
  duet_disabled: z.boolean(),
  stitch_disabled: z.boolean(),
})

/** What the account may post just now, to be asked before every post. Without effect: it also shows whether posting is allowed. */
export const creatorRequest = {
  method: 'POST',
  path: '/v2/post/publish/creator_info/query/',
  json: {},
  safe: true,
} as const satisfies CallRequest

/** One film, or pictures; the rest is said before anything is sent. */
function mediaOf({ text, media = [], publishAt, link }: PublishPost) {
  if (publishAt !== undefined)
    throw cannotSend('TikTok publishes at once.', 'Leave `publishAt` out and call when it is time.', 'publishAt')
  if (link !== undefined)
    throw cannotSend('TikTok posts carry no links.', 'Leave `link` out; links in the words are not clickable.', 'link')
  const pictures = media.flatMap(({ kind, url }) => (kind === 'IMAGE' ? [url] : []))
  const [film, ...more] = media.flatMap(({ kind, url }) => (kind === 'VIDEO' ? [url] : []))
  if (media.length === 0)
    throw cannotSend('TikTok publishes nothing without a film or pictures.', 'Give `media`.', 'media')
  if (film !== undefined && (pictures.length > 0 || more.length > 0))
    throw cannotSend('A post on TikTok is one film, or pictures.', 'Make a post of each film.', 'media')
  const longest = film === undefined ? 4_000 : 2_200
  if ((text ?? '').length > longest)
    throw cannotSend(`TikTok takes at most ${longest} characters here.`, 'Shorten the words.', 'text')
  return { film, pictures }
}

const started = within(z.object({ publish_id: z.string().min(1) }))

const standing = (publishId: string, status: Post['status'], vendorStatus: string | null): Post => ({
  id: publishId,
  text: null,
  url: null,
  status,
  vendorStatus,
  publishedAt: null,
  likes: null,
  comments: null,
  shares: null,
  views: null,
  providerData: { publish_id: publishId },
})

/**
 * Starts a post: TikTok fetches the files, from addresses whose domain is verified for the app, and is done with them later. So
 * the answer is PROCESSING with the id of the publishing, which `posts.get` takes as well as the ids of films. TikTok has no
 * idempotency, and every start is a post.
 */
export async function publishPost(call: Call, input: PublishPost, { settings }: ConnectionFacts): Promise<Post> {
  const { film, pictures } = mediaOf(input)
  const may = readAnswer(vendor, await call(creatorRequest), within(creator), ({ data }) => data)
  const privacy = settings['privacyLevel'] || 'SELF_ONLY'
  if (!may.privacy_level_options.includes(privacy))
    throw cannotSend(
      `This TikTok account does not post with the visibility ${privacy}, but with: ${may.privacy_level_options.join(', ')}.`,
      'Choose one of these in the connection’s settings.',
      'privacyLevel',
    )
  const words = input.text === undefined ? {} : { [film === undefined ? 'description' : 'title']: input.text }
  const post = {
    ...words,
    privacy_level: privacy,
    disable_comment: may.comment_disabled,
    brand_content_toggle: false,
    brand_organic_toggle: settings['ownBusiness'] === 'yes',
  }
  const source = { source: 'PULL_FROM_URL' }
  const answer = await call({
    method: 'POST',
    path: film === undefined ? '/v2/post/publish/content/init/' : '/v2/post/publish/video/init/',
    json:
      film === undefined
        ? {
            media_type: 'PHOTO',
            post_mode: 'DIRECT_POST',
            post_info: { ...post, auto_add_music: false },
            source_info: { ...source, photo_images: pictures, photo_cover_index: 0 },
          }
        : {
            post_info: { ...post, disable_duet: may.duet_disabled, disable_stitch: may.stitch_disabled },
            source_info: { ...source, video_url: film },
          },
    idempotencyKey: input.idempotencyKey,
  })
  return readAnswer(vendor, answer, started, ({ data }) => ({
    ...standing(data.publish_id, 'PROCESSING', null),
    text: input.text ?? null,
    providerData: {
      publish_id: data.publish_id,
      privacy_level: privacy,
      creator_username: may.creator_username,
    },
  }))
}

const progress = within(z.object({ status: z.string(), fail_reason: someText }))

/** What has become of a publishing. A post that everybody may see has an id of its own, which stands for it from then on. */
async function readPublishing(call: Call, publishId: string): Promise<Post> {
  const answer = await call({
    method: 'POST',
    path: '/v2/post/publish/status/fetch/',
    json: { publish_id: publishId },
    safe: true,
  })
  return readAnswer(vendor, answer, progress, ({ data: { status, fail_reason } }) => {
    const ids = postIdsIn(answer.text)
    const stands = status === 'PUBLISH_COMPLETE' ? 'PUBLISHED' : status === 'FAILED' ? 'FAILED' : 'PROCESSING'
    return {
      ...standing(publishId, stands, status),
      id: ids[0] ?? publishId,
      providerData: { publish_id: publishId, fail_reason, publicaly_available_post_id: [...ids] },
    }
  })
}

const video = z.object({
  id: z.string(),
  title: someText,
  video_description: someText,
  create_time: z.int().nullish(),
  share_url: someText,
  cover_image_url: someText,
  duration: z.number().nullish(),
  like_count: z.int().nullish(),
  comment_count: z.int().nullish(),
  share_count: z.int().nullish(),
  view_count: z.int().nullish(),
})
const fields = Object.keys(video.shape).join(',')

const toPost = (found: z.output<typeof video>): Post => ({
  id: found.id,
  text: found.video_description ?? found.title,
  url: found.share_url,
  status: 'PUBLISHED',
  vendorStatus: null,
  publishedAt: iso(fromSeconds(found.create_time)),
  likes: found.like_count ?? null,
  comments: found.comment_count ?? null,
  shares: found.share_count ?? null,
  views: found.view_count ?? null,
  providerData: { title: found.title, cover_image_url: found.cover_image_url, duration: found.duration ?? null },
})

/** Films have numbers; publishings have a word before theirs, such as `v_pub_url~v2.1`. */
export async function getPost(call: Call, { id }: GetPost): Promise<Post> {
  if (!/^\d+$/.test(id)) return readPublishing(call, id)
  const answer = await call({
    method: 'POST',
    path: '/v2/video/query/',
    query: { fields },
    json: { filters: { video_ids: [id] } },
    safe: true,
  })
  return readAnswer(vendor, answer, within(z.object({ videos: z.array(video) })), ({ data }) =>
    toPost(known(vendor, data.videos[0], 'post', id)),
  )
}

const page = within(
  z.object({ videos: z.array(video), cursor: z.int().nonnegative().nullish(), has_more: z.boolean().nullish() }),
)
/** Films of one answer of TikTok's. */
const mostAtOnce = 20

export const listRequest = (count: number, cursor?: number): CallRequest => ({
  method: 'POST',
  path: '/v2/video/list/',
  query: { fields },
  json: { max_count: count, ...(cursor === undefined ? {} : { cursor }) },
  safe: true,
})

/** Public films, newest first, so that the first one that is too old ends the list. TikTok's cursor is the moment of the last one. */
export async function listPosts(call: Call, { first, after, createdAfter }: ListPosts): Promise<PostPage> {
  const oldest = createdAfter === undefined ? -Infinity : Date.parse(createdAfter)
  const isYoung = ({ publishedAt }: Post) => publishedAt === null || Date.parse(publishedAt) >= oldest
  const items: Post[] = []
  let cursor = after === null ? undefined : readNumberCursor(after, 0)
  for (;;) {
    const answer = await call(listRequest(Math.min(first - items.length, mostAtOnce), cursor))
    const { posts, next } = readAnswer(vendor, answer, page, ({ data }) => ({
      posts: data.videos.map(toPost),
      // An empty page that promises more would go on for ever.
      next: data.has_more === true && data.videos.length > 0 ? data.cursor : null,
    }))
    items.push(...posts.filter(isYoung))
    if (!posts.every(isYoung)) return { items, nextCursor: null }
    if (next === null || next === undefined) return { items, nextCursor: null }
    if (items.length >= first) return { items, nextCursor: numberCursor(next) }
    cursor = next
  }
}
