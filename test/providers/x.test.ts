import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommentPage, PostPage } from '@patchbay/schema/capabilities/social.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { x } from '@patchbay/server/providers/x.ts'
import { atTwin } from './at-twin.ts'
import { x as xCase } from './cases/x.ts'
import { answerOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = (change: object = {}) => atTwin(x, { ...xCase.good, ...change }, lab.origin)

describe('X', () => {
  test('S1: a page smaller than X’s smallest holds every post once', async () => {
    const { run } = await connected()
    for (const first of [1, 3, 7, 100]) {
      const ids: string[] = []
      let after: string | null = null
      do {
        const page: PostPage = await run<PostPage>('posts.list', { first, after })
        expect(page.items.length).toBeLessThanOrEqual(first)
        ids.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      } while (after !== null && ids.length < 40)
      expect(new Set(ids).size, `pages of ${first}`).toBe(ids.length)
      expect(ids).toHaveLength(12)
    }
  })

  test('answers come with who wrote them; a strange id asks nothing of the search', async () => {
    const { run, sent } = await connected()
    const { items } = await run<CommentPage>('comments.list', { postId: '1860000000000000098', first: 2 })
    expect(items).toHaveLength(2)
    expect(items[0]).toMatchObject({ postId: '1860000000000000098', authorName: expect.any(String) })
    const before = sent.length
    const foreign = run('comments.list', { postId: '1 OR from:somebody' })
    await expect(foreign).rejects.toMatchObject({ status: null, field: 'postId' })
    expect(sent).toHaveLength(before)
  })

  test('X2: the same words again are a conflict', async () => {
    const { run } = await connected()
    await run('posts.publish', { text: 'Only once', idempotencyKey: 'a' })
    const again = run('posts.publish', { text: 'Only once', idempotencyKey: 'a' })
    await expect(again).rejects.toMatchObject({ errorClass: 'CONFLICT' })
  })

  test('X3: what is missing comes as a success and is none', async () => {
    const { run } = await connected()
    await expect(run('posts.get', { id: '1' })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  test('X3: a window says when it ends; without credits it is no wrong request', () => {
    const headers = {
      date: 'Sat, 21 Nov 2026 10:00:00 GMT',
      'x-rate-limit-reset': String(Date.parse('2026-11-21T10:00:12Z') / 1000),
    }
    expect(x.judge(answerOf('X', 429, headers, '{}'))).toMatchObject({ retryAfterMs: 12_000 })
    expect(x.judge(answerOf('X', 402, {}, '{"title":"CreditsDepleted"}'))).toMatchObject({ errorClass: 'PERMISSION' })
  })

  test('a known user saves a call', async () => {
    const { run, sent } = await connected({ userId: '2244994945' })
    await run('posts.list', { first: 5 })
    expect(sent).toHaveLength(1)
  })
})
