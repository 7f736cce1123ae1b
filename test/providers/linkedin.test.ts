import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Post, PostPage } from '@patchbay/schema/capabilities/social.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { linkedin } from '@patchbay/server/providers/linkedin.ts'
import { atTwin } from './at-twin.ts'
import { linkedin as linkedinCase } from './cases/linkedin.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = (change: object = {}) => atTwin(linkedin, { ...linkedinCase.good, ...change }, lab.origin)

describe('LinkedIn', () => {
  test('signs of LinkedIn’s own language are words to a caller, both ways', async () => {
    const { run, sent } = await connected()
    const text = 'Sale (50% off) for @everyone #eid <3 *new* _now_ [a|b] {c} \\o/ ~'
    const made = await run<Post>('posts.publish', { text, idempotencyKey: 'a' })
    expect(sent[0]).toMatchObject({ json: { commentary: expect.stringContaining('\\(50% off\\) for \\@everyone') } })
    expect(await run<Post>('posts.get', { id: made.id })).toMatchObject({ text, status: 'PUBLISHED' })
  })

  test('X2: the same words again are a conflict', async () => {
    const { run } = await connected()
    await run('posts.publish', { text: 'Only once', idempotencyKey: 'b' })
    const again = run('posts.publish', { text: 'Only once', idempotencyKey: 'b' })
    await expect(again).rejects.toMatchObject({ errorClass: 'CONFLICT', vendorCode: 'DUPLICATE_POST' })
  })

  test('a urn cannot lead elsewhere, and no urn is no comment', async () => {
    const { run } = await connected()
    await expect(run('posts.get', { id: '../organizations/1' })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
    const reply = run('comments.reply', { commentId: '12', text: 'Hi', idempotencyKey: 'c' })
    await expect(reply).rejects.toMatchObject({ status: null, field: 'postId' })
  })

  test('S1: every post once, in any page size', async () => {
    const { run } = await connected()
    for (const first of [1, 4, 100]) {
      const ids: string[] = []
      let after: string | null = null
      do {
        const page: PostPage = await run<PostPage>('posts.list', { first, after })
        ids.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      } while (after !== null && ids.length < 40)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBeGreaterThanOrEqual(9)
    }
  })
})
