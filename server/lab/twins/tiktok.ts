import { createHmac } from 'node:crypto'
import { addNewest } from '../bounded.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readForm, tokenEndpoint } from '../oauth.ts'
import { goods, shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import type { Scenario } from '../webhook.ts'

const good = { clientKey: 'awlabnooratelier1', clientSecret: 'labNoorAtelierTikTokSecret000001' }
const write = 'video.publish'
const read = 'video.list'
const basic = 'user.info.basic'
const me = { open_id: '-000labNoorAtelierOpenId0001', display_name: 'Noor Atelier', username: 'nooratelier' }
const refreshLifetimeSeconds = 365 * 86_400

/** TikTok's authorization server: people may untick each permission on its page. */
const server: OAuthVendor = {
  slug: 'tiktok',
  name: 'TikTok',
  account: `@${me.username}`,
  clients: { [good.clientKey]: { secret: good.clientSecret, scopes: [basic, read, write] } },
  clientIdParam: 'client_key',
  pkce: false,
  granular: true,
  rotates: true,
  grants: ['authorization_code', 'refresh_token'],
  separator: ',',
  prefixes: { access: 'act.lab', refresh: 'rft.lab', code: 'labTikTok' },
  refreshLifetimeSeconds,
  extra: () => ({ open_id: me.open_id, refresh_expires_in: refreshLifetimeSeconds }),
}

interface Video {
  id: string
  title: string
  video_description: string
  /** Seconds since 1970. */
  create_time: number
  share_url: string
  cover_image_url: string
  duration: number
  like_count: number
  comment_count: number
  share_count: number
  view_count: number
}
interface Publishing {
  id: string
  text: string
  isFilm: boolean
  isPublic: boolean
  failReason: string | null
  /** Asked for the first time it is still under way. */
  isDone: boolean
  postId: string | null
}
interface State extends OAuthState {
  videos: Video[]
  publishings: Publishing[]
}

const answer = (status: number, data: object, code: string, message: string): LabAnswer =>
  json(status, { data, error: { code, message, log_id: '20261121080000LAB0000000000001' } })
const ok = (data: object) => answer(200, data, 'ok', '')
const fail = (status: number, code: string, message: string) => answer(status, {}, code, message)
const invalid = (message: string) => fail(400, 'invalid_params', message)

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const scopes = readAccess(server, bearer(request), bench.now)
  if (scopes === 'INVALID' || scopes === 'EXPIRED')
    return fail(401, 'access_token_invalid', 'The access token is invalid or not found in the request.')
  return needs === null || scopes.includes(needs)
    ? null
    : fail(401, 'scope_not_authorized', 'The user did not authorize the scope required for completing this request.')
}

const firstDay = 24
const urlOf = (id: string) => `https://www.tiktok.com/@${me.username}/video/${id}`

const filmOf = (id: string, text: string, create_time: number, views: number): Video => ({
  id,
  title: text,
  video_description: text,
  create_time,
  share_url: urlOf(id),
  cover_image_url: `https://${shop.domain}/covers/${id}.jpg`,
  duration: 15,
  like_count: Math.floor(views / 10),
  comment_count: Math.floor(views / 100),
  share_count: Math.floor(views / 50),
  view_count: views,
})

function create(now: number): State {
  const videos = Array.from({ length: firstDay }, (_, index) => {
    const id = `73000000000000000${String(99 - index).padStart(2, '0')}`
    const title = goods[index % goods.length]?.title ?? ''
    return filmOf(id, `New in the shop: ${title}`, Math.floor(now / 1000) - index * 86_400, 900 + index * 10)
  })
  return { videos, publishings: [], used: {} }
}

/** What `fields` asks for, of a video or a person; null where it asks for nothing. */
function pickFields({ query }: LabRequest, things: readonly object[]): readonly object[] | null {
  const names = (query.get('fields') ?? '').split(',').filter((name) => name !== '')
  if (names.length === 0) return null
  return things.map((thing) => Object.fromEntries(Object.entries(thing).filter(([name]) => names.includes(name))))
}

function list(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const { max_count: count = 10, cursor } = (request.json ?? {}) as { max_count?: number; cursor?: number }
  if (!Number.isInteger(count) || count < 1 || count > 20) return invalid('max_count must be between 1 and 20')
  const older = state.videos.filter((one) => cursor === undefined || one.create_time * 1000 < cursor)
  const shown = older.slice(0, count)
  const videos = pickFields(request, shown)
  if (videos === null) return invalid('Missing required fields')
  const last = shown.at(-1)?.create_time ?? 0
  return ok({ videos, cursor: last * 1000, has_more: older.length > count })
}

function query(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const { filters } = (request.json ?? {}) as { filters?: { video_ids?: readonly string[] } }
  const ids = filters?.video_ids ?? []
  if (ids.length === 0 || ids.length > 20) return invalid('video_ids must hold 1 to 20 ids')
  const videos = pickFields(
    request,
    state.videos.filter(({ id }) => ids.includes(id)),
  )
  return videos === null ? invalid('Missing required fields') : ok({ videos })
}

const creator = {
  creator_avatar_url: `https://${shop.domain}/avatar.jpg`,
  creator_username: me.username,
  creator_nickname: me.display_name,
  privacy_level_options: ['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
  comment_disabled: false,
  duet_disabled: false,
  stitch_disabled: true,
  max_video_post_duration_sec: 300,
}

interface Beginning {
  readonly post_info?: Readonly<Record<string, unknown>>
  readonly source_info?: {
    readonly source?: string
    readonly video_url?: string
    readonly photo_images?: readonly string[]
  }
  readonly media_type?: string
  readonly post_mode?: string
}

/** The shop's domain is the one that is verified. A file with "unsupported" in its name is refused once TikTok has it. */
function begin(request: LabRequest, bench: Bench<State>, isFilm: boolean): LabAnswer {
  const { post_info: post = {}, source_info: source, media_type, post_mode } = (request.json ?? {}) as Beginning
  const files = isFilm ? [source?.video_url ?? ''] : (source?.photo_images ?? [])
  const text = post[isFilm ? 'title' : 'description'] ?? ''
  if (source?.source !== 'PULL_FROM_URL') return invalid('source is invalid')
  if (!isFilm && (media_type !== 'PHOTO' || post_mode !== 'DIRECT_POST')) return invalid('post_mode is invalid')
  if (files.length === 0 || files.length > 35 || typeof text !== 'string' || text.length > (isFilm ? 2_200 : 4_000))
    return invalid('post_info or source_info is invalid')
  if (!creator.privacy_level_options.includes(String(post['privacy_level'])))
    return fail(403, 'privacy_level_option_mismatch', 'privacy_level is not among the options of creator_info')
  if (creator.stitch_disabled && isFilm && post['disable_stitch'] !== true)
    return invalid('disable_stitch must be true')
  for (const file of files) {
    const { protocol, hostname } = URL.parse(file) ?? {}
    if (protocol !== 'https:' || hostname !== shop.domain)
      return fail(403, 'url_ownership_unverified', 'Please review our URL ownership verification rules')
  }
  const made: Publishing = {
    id: `${isFilm ? 'v' : 'p'}_pub_url~v2.${bench.id('7', 19, '0123456789')}`,
    text,
    isFilm,
    isPublic: post['privacy_level'] === 'PUBLIC_TO_EVERYONE',
    failReason: files.some((file) => file.includes('unsupported')) ? 'file_format_check_failed' : null,
    isDone: false,
    postId: null,
  }
  addNewest(bench.state.publishings, made, 0)
  return ok({ publish_id: made.id })
}

function finish(found: Publishing, bench: Bench<State>): void {
  found.isDone = true
  if (found.failReason !== null || !found.isPublic) return
  found.postId = bench.id('7', 19, '0123456789')
  // Pages begin behind a moment: no two films may share one.
  const at = Math.max(Math.floor(bench.now / 1000), (bench.state.videos[0]?.create_time ?? 0) + 1)
  if (found.isFilm) addNewest(bench.state.videos, filmOf(found.postId, found.text, at, 0), firstDay)
}

function progress(request: LabRequest, bench: Bench<State>): LabAnswer {
  const { publish_id: id } = (request.json ?? {}) as { publish_id?: string }
  const found = bench.state.publishings.find((one) => one.id === id)
  if (found === undefined) return fail(400, 'invalid_publish_id', 'The publish_id does not exist')
  const isFirst = !found.isDone
  if (isFirst) finish(found, bench)
  const status = isFirst ? 'PROCESSING_DOWNLOAD' : found.failReason === null ? 'PUBLISH_COMPLETE' : 'FAILED'
  const data = {
    status,
    fail_reason: isFirst ? '' : (found.failReason ?? ''),
    publicaly_available_post_id: isFirst || found.postId === null ? [] : [`int64:${found.postId}`],
    downloaded_bytes: 10_000,
  }
  // Ids are written as numbers here, larger than those of JavaScript.
  const text = JSON.stringify({ data, error: { code: 'ok', message: '', log_id: '20261121080000LAB0000000000002' } })
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    text: text.replace(/"int64:(\d+)"/g, '$1'),
  }
}

const publishType = 'DIRECT_PUBLISH'
function scenario(description: string, type: string, content: (publishId: string, postId: string) => object) {
  return {
    description,
    make: ({ now, id }) => {
      const publishId = `v_pub_url~v2.${id('7', 19, '0123456789')}`
      const data = {
        client_key: good.clientKey,
        event: type,
        create_time: Math.floor(now / 1000),
        user_openid: me.open_id,
        content: JSON.stringify(content(publishId, id('7', 19, '0123456789'))),
      }
      return [{ id: publishId, type, at: now, data }]
    },
  } satisfies Scenario<State>
}

/** TikTok API v2 with its sign-in, simulated: an app that TikTok has audited, and a public account. */
export const tiktok = defineTwin<State>({
  slug: 'tiktok',
  name: 'TikTok',
  hosts: ['api', 'web'],
  credentials: { good, restricted: good, missing: write, restrictedScopes: [basic, read] },
  calm: { tokenLifetimeSeconds: 86_400 },
  create,
  guard,
  webhooks: {
    proof: ['tiktok-signature'],
    coversBody: true,
    scenarios: {
      'post.published': scenario('A post is up.', 'post.publish.complete', (publish_id) => ({
        publish_id,
        publish_type: publishType,
      })),
      'post.shown': scenario('Everybody may see a post.', 'post.publish.publicly_available', (publish_id, post_id) => ({
        publish_id,
        post_id,
        publish_type: publishType,
      })),
      'post.hidden': scenario(
        'A post is no longer for everybody.',
        'post.publish.no_longer_publicaly_available',
        (publish_id, post_id) => ({ publish_id, post_id, publish_type: publishType }),
      ),
      'post.failed': scenario('A post was not published.', 'post.publish.failed', (publish_id) => ({
        publish_id,
        reason: 'picture_size_check_failed',
        publish_type: publishType,
      })),
      'connection.uninstalled': scenario('The account removed the app.', 'authorization.removed', () => ({
        reason: 1,
      })),
    },
    subscribers: () => [],
    adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret: secret ?? good.clientSecret, types: null } }),
    write: ({ data }, { secret }, { at }) => {
      const body = JSON.stringify(data)
      const time = Math.floor(at / 1000)
      const signature = secret === null ? null : createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
      return {
        headers: {
          'content-type': 'application/json',
          ...(signature === null ? {} : { 'tiktok-signature': `t=${time},s=${signature}` }),
        },
        body,
      }
    },
  },
  faults: {
    unavailable: () => fail(503, 'internal_error', 'TikTok server or network error. Try again later.'),
    failure: () => fail(500, 'internal_error', 'TikTok server or network error. Try again later.'),
    // TikTok does not say how long to wait.
    tooMany: () => fail(429, 'rate_limit_exceeded', 'The API rate limit was exceeded. Please try again later.'),
    unknown: () => fail(404, 'invalid_params', 'Unsupported path'),
  },
  routes: [
    { method: 'GET', host: 'web', path: '/v2/auth/authorize', open: true, handle: authorizationPage(server) },
    { method: 'POST', path: '/v2/oauth/token', open: true, handle: tokenEndpoint(server, readForm) },
    {
      method: 'GET',
      path: '/v2/user/info',
      needs: basic,
      handle: (request) => {
        const [user] = pickFields(request, [me]) ?? []
        return user === undefined ? invalid('Missing required fields') : ok({ user })
      },
    },
    { method: 'POST', path: '/v2/post/publish/creator_info/query', needs: write, handle: () => ok(creator) },
    {
      method: 'POST',
      path: '/v2/post/publish/video/init',
      needs: write,
      handle: (request, bench) => begin(request, bench, true),
    },
    {
      method: 'POST',
      path: '/v2/post/publish/content/init',
      needs: write,
      handle: (request, bench) => begin(request, bench, false),
    },
    { method: 'POST', path: '/v2/post/publish/status/fetch', needs: write, handle: progress },
    { method: 'POST', path: '/v2/video/list', needs: read, handle: list },
    { method: 'POST', path: '/v2/video/query', needs: read, handle: query },
  ],
})
