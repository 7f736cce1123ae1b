import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InvalidInputError } from '@patchbay/schema/errors.ts'
import type { Post, PostPage } from '@patchbay/schema/capabilities/social.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { tiktok } from '@patchbay/server/providers/tiktok.ts'
import type { MapEvent } from '@patchbay/server/providers/webhook.ts'
import { atTwin } from './at-twin.ts'
import { tiktok as tiktokCase } from './cases/tiktok.ts'
import { answerOf, askForToken, authorizeInBrowser, connect, exchangeOf, factsOf, twinCall } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = (change: object = {}) => atTwin(tiktok, { ...tiktokCase.good, ...change }, lab.origin)
const file = (kind: 'IMAGE' | 'VIDEO', name: string) => ({ kind, url: `https://noor-atelier.example/${name}` })
const everybody = { privacyLevel: 'PUBLIC_TO_EVERYONE' }

describe('TikTok', () => {
  test('C6: signs in by its client key, and each refresh token works once', async () => {
    const { good } = tiktokCase
    const back = await authorizeInBrowser(tiktok, good, lab.origin)
    const exchange = await askForToken(tiktok, good, lab.origin, exchangeOf(back.searchParams.get('code') ?? ''))
    const token = (await exchange.json()) as { refresh_token: string }
    expect(token).toMatchObject({
      expires_in: 86_400,
      refresh_expires_in: 31_536_000,
      scope: 'user.info.basic,video.list,video.publish',
      open_id: expect.any(String),
    })
    const refresh = { grant_type: 'refresh_token', refresh_token: token.refresh_token }
    expect((await askForToken(tiktok, good, lab.origin, refresh)).status).toBe(200)
    const again = await askForToken(tiktok, good, lab.origin, refresh)
    expect(await again.json()).toMatchObject({ error: 'invalid_grant' })
    // By the standard's name nobody is known.
    const { clientIdParam: _own, ...usual } = tiktok.oauth
    const wrong = await askForToken({ ...tiktok, oauth: usual }, good, lab.origin, refresh)
    expect(await wrong.json()).toMatchObject({ error: 'invalid_client' })
  })

  test('a film: what the account may post is asked first, then its way is told until everybody may see it', async () => {
    const { run, sent } = await connected({ ...everybody, ownBusiness: 'yes' })
    const media = [file('VIDEO', 'falcon.mp4')]
    const begun = await run<Post>('posts.publish', { text: 'New: falcon', media, idempotencyKey: 'a' })
    expect(begun).toMatchObject({ status: 'PROCESSING', text: 'New: falcon', publishedAt: null })
    expect(sent).toMatchObject([
      { path: '/v2/post/publish/creator_info/query/', safe: true },
      {
        path: '/v2/post/publish/video/init/',
        idempotencyKey: 'a',
        json: {
          post_info: {
            title: 'New: falcon',
            privacy_level: 'PUBLIC_TO_EVERYONE',
            // The account lets nobody stitch.
            disable_comment: false,
            disable_stitch: true,
            brand_content_toggle: false,
            brand_organic_toggle: true,
          },
          source_info: { source: 'PULL_FROM_URL', video_url: media[0]?.url },
        },
      },
    ])
    expect(sent[1]?.safe).toBeUndefined()
    expect(await run('posts.get', { id: begun.id })).toMatchObject({
      id: begun.id,
      status: 'PROCESSING',
      vendorStatus: 'PROCESSING_DOWNLOAD',
    })
    const shown = await run<Post>('posts.get', { id: begun.id })
    expect(shown).toMatchObject({ status: 'PUBLISHED', providerData: { publish_id: begun.id } })
    expect(shown.id).toMatch(/^7\d{18,19}$/)
    expect(await run('posts.get', { id: shown.id })).toMatchObject({
      text: 'New: falcon',
      url: expect.stringContaining(shown.id),
      status: 'PUBLISHED',
      likes: 0,
    })
    expect((await run<PostPage>('posts.list', { first: 1 })).items[0]?.id).toBe(shown.id)
  })

  test('pictures are one post; for the account alone unless told otherwise', async () => {
    const { run, sent } = await connected()
    const media = [file('IMAGE', 'a.jpg'), file('IMAGE', 'b.jpg')]
    const begun = await run<Post>('posts.publish', { text: 'Two', media, idempotencyKey: 'b' })
    expect(sent[1]).toMatchObject({
      path: '/v2/post/publish/content/init/',
      json: {
        media_type: 'PHOTO',
        post_mode: 'DIRECT_POST',
        post_info: { description: 'Two', privacy_level: 'SELF_ONLY', brand_organic_toggle: false },
        source_info: { photo_images: media.map(({ url }) => url), photo_cover_index: 0 },
      },
    })
    await run('posts.get', { id: begun.id })
    expect(await run('posts.get', { id: begun.id })).toMatchObject({ id: begun.id, status: 'PUBLISHED' })
  })

  test('what TikTok cannot use has failed, in its words', async () => {
    const { run } = await connected()
    const media = [file('VIDEO', 'unsupported.avi')]
    const { id } = await run<Post>('posts.publish', { media, idempotencyKey: 'c' })
    await run('posts.get', { id })
    expect(await run('posts.get', { id })).toMatchObject({
      status: 'FAILED',
      providerData: { fail_reason: 'file_format_check_failed' },
    })
  })

  const film = file('VIDEO', 'a.mp4')
  test.each([
    [{ text: 'Only words' }, 'media'],
    [{ media: [film, film] }, 'media'],
    [{ media: [film, file('IMAGE', 'a.jpg')] }, 'media'],
    [{ media: [film], link: 'https://noor-atelier.example' }, 'link'],
    [{ media: [film], publishAt: '2027-01-01T00:00:00Z' }, 'publishAt'],
    [{ media: [film], text: 'x'.repeat(2_201) }, 'text'],
    [{ media: [file('IMAGE', 'a.jpg')], text: 'x'.repeat(4_001) }, 'text'],
  ])('%j is refused before anything is sent', async (input, field) => {
    const { run, sent } = await connected()
    await expect(run('posts.publish', { ...input, idempotencyKey: 'd' })).rejects.toMatchObject({ status: null, field })
    expect(sent).toEqual([])
  })

  test('a visibility the account does not have begins no post, and names its field', async () => {
    const { run, sent } = await connected({ privacyLevel: 'FOLLOWER_OF_CREATOR' })
    const publish = run('posts.publish', { media: [film], idempotencyKey: 'e' })
    await expect(publish).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', field: 'privacyLevel' })
    expect(sent).toHaveLength(1)
  })

  test('files elsewhere: what is to be done at TikTok is said', async () => {
    const { run } = await connected()
    const media = [{ kind: 'VIDEO', url: 'https://elsewhere.example/a.mp4' }]
    await expect(run('posts.publish', { media, idempotencyKey: 'f' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode: 'url_ownership_unverified',
      message: expect.stringContaining('URL properties'),
    })
  })

  test('S1: every film once, in any page size, also beyond TikTok’s own', async () => {
    const { run } = await connected()
    for (const first of [1, 7, 20, 100]) {
      const ids: string[] = []
      let after: string | null = null
      do {
        const page: PostPage = await run<PostPage>('posts.list', { first, after })
        expect(page.items.length).toBeLessThanOrEqual(first)
        ids.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      } while (after !== null && ids.length < 60)
      expect(new Set(ids).size, `pages of ${first}`).toBe(ids.length)
      expect(ids.length).toBeGreaterThanOrEqual(24)
    }
  })

  test('X3: what is missing is not found, a film and a publishing alike', async () => {
    const { run } = await connected()
    for (const id of ['1', 'v_pub_url~v2.1'])
      await expect(run('posts.get', { id })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  const judged = (status: number, code: string, message = '') =>
    tiktok.judge(answerOf('TikTok', status, {}, JSON.stringify({ data: {}, error: { code, message, log_id: '1' } })))
  test.each([
    [200, 'ok', null],
    [200, 'spam_risk_too_many_posts', { errorClass: 'RATE_LIMITED', retry: false }],
    [403, 'reached_active_user_cap', { errorClass: 'RATE_LIMITED', retry: false }],
    [401, 'scope_not_authorized', { errorClass: 'PERMISSION' }],
    [401, 'access_token_invalid', { errorClass: 'AUTHENTICATION' }],
    [
      403,
      'unaudited_client_can_only_post_to_private_accounts',
      { errorClass: 'PERMISSION', field: 'privacyLevel', message: expect.stringContaining('audited') },
    ],
    [429, 'rate_limit_exceeded', { errorClass: 'RATE_LIMITED' }],
    [500, 'internal_error', { errorClass: 'UNAVAILABLE' }],
    [200, 'internal_error', { errorClass: 'UNAVAILABLE' }],
    [200, 'something_new', { errorClass: 'INVALID_REQUEST', message: 'something_new', vendorCode: 'something_new' }],
    [404, 'ok', { errorClass: 'NOT_FOUND' }],
  ] as const)('X3: %i with %s', (status, code, expected) => {
    if (expected === null) expect(judged(status, code)).toBeNull()
    else expect(judged(status, code)).toMatchObject(expected)
  })

  test('ids of nineteen digits come whole, as numbers too', async () => {
    const text =
      '{"data":{"status":"PUBLISH_COMPLETE","publicaly_available_post_id":[7300000000000000123]},"error":{"code":"ok"}}'
    const post = await tiktok.operations['posts.get'](async () => answerOf('TikTok', 200, {}, text), { id: 'v_pub~1' })
    expect(post.id).toBe('7300000000000000123')
  })

  test('W3: another account of the same app is none of this connection’s business', () => {
    const body = { event: 'authorization.removed', user_openid: 'open-2', create_time: 1, content: '{"reason":1}' }
    const message = { headers: {}, query: new URLSearchParams(), text: '', body }
    const map = tiktok.webhooks.events['authorization.removed'] as MapEvent
    const mapped = (openId: string) => map(message, factsOf({ provider: tiktok, fields: { openId } }))
    expect(mapped('open-1')).toEqual([])
    expect([mapped('open-2'), mapped('')].flat()).toMatchObject([
      { data: { account: 'open-2' } },
      { data: { account: 'open-2' } },
    ])
    const failed = tiktok.webhooks.events['post.publish.failed'] as MapEvent
    const broken = { ...message, body: { ...body, content: '{' } }
    expect(() => failed(broken, factsOf({ provider: tiktok, fields: {} }))).toThrow(InvalidInputError)
  })

  test('a test of the connection tells the open ID to fill in', async () => {
    const connection = await connect(tiktok, tiktokCase.good, lab.origin)
    const step = tiktok.tests.find(({ suite }) => suite === 'sample')
    expect(await step?.run(twinCall(connection), factsOf(connection))).toMatchObject({
      message: expect.stringContaining('-000labNoorAtelierOpenId0001'),
    })
  })
})
