import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Comment, Post, PostPage } from '@patchbay/schema/capabilities/social.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { facebookPages } from '@patchbay/server/providers/facebook-pages.ts'
import { atTwin } from './at-twin.ts'
import { facebookPages as facebookCase } from './cases/facebook-pages.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = () => atTwin(facebookPages, facebookCase.good, lab.origin)
const picture = (name: string) => ({
  kind: 'IMAGE',
  url: `https://noor-atelier.example/${name}.jpg`,
  description: name,
})

describe('Facebook Pages', () => {
  test('several pictures are one post: each is left unpublished, then put on', async () => {
    const { run, sent } = await connected()
    const media = [picture('dhow'), picture('falcon')]
    const made = await run<Post>('posts.publish', { text: 'Two prints', media, idempotencyKey: 'a' })
    expect(sent.map(({ path }) => path.replace(/^\/\d+/, ''))).toEqual(['/photos', '/photos', '/feed'])
    expect(sent[0]).toMatchObject({ form: { published: 'false', alt_text_custom: 'dhow' } })
    expect(await run('posts.get', { id: made.id })).toMatchObject({ status: 'PUBLISHED', text: 'Two prints' })
  })

  test('a post for later is scheduled, and in no list before', async () => {
    const { run } = await connected()
    const publishAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000).toISOString()
    const made = await run<Post>('posts.publish', { text: 'Later', publishAt, idempotencyKey: 'b' })
    expect(made).toMatchObject({ status: 'SCHEDULED', publishedAt: publishAt })
    expect(await run('posts.get', { id: made.id })).toMatchObject({ status: 'SCHEDULED', publishedAt: publishAt })
    const { items } = await run<PostPage>('posts.list', { first: 100 })
    expect(items.map(({ id }) => id)).not.toContain(made.id)
  })

  test('X2: the same words twice in a row are a conflict, not a second post', async () => {
    const { run } = await connected()
    await run('posts.publish', { text: 'Only once', idempotencyKey: 'c' })
    const again = run('posts.publish', { text: 'Only once', idempotencyKey: 'c' })
    await expect(again).rejects.toMatchObject({ errorClass: 'CONFLICT', vendorCode: '506' })
  })

  test.each([
    [{ link: 'https://noor-atelier.example', media: [picture('dhow')] }, 'link'],
    [{ media: [{ kind: 'VIDEO', url: 'https://noor-atelier.example/a.mp4' }, picture('dhow')] }, 'media'],
  ])('%j is refused before anything is sent', async (input, field) => {
    const { run, sent } = await connected()
    await expect(run('posts.publish', { ...input, idempotencyKey: 'd' })).rejects.toMatchObject({ status: null, field })
    expect(sent).toEqual([])
  })

  test('a comment is hidden, and shown again', async () => {
    const { run } = await connected()
    const commentId = '122095000000000002_90002'
    expect(await run<Comment>('comments.hide', { commentId, idempotencyKey: 'e' })).toMatchObject({ hidden: true })
    const shown = await run<Comment>('comments.hide', { commentId, hidden: false, idempotencyKey: 'f' })
    expect(shown).toMatchObject({ hidden: false, text: 'Does it come in blue?' })
  })
})
