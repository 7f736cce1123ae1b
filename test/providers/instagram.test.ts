import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Post } from '@patchbay/schema/capabilities/social.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { instagram } from '@patchbay/server/providers/instagram.ts'
import { atTwin } from './at-twin.ts'
import { instagram as instagramCase } from './cases/instagram.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = () => atTwin(instagram, instagramCase.good, lab.origin)
const file = (kind: string, name: string) => ({ kind, url: `https://noor-atelier.example/${name}` })

describe('Instagram', () => {
  test('several pictures are one carousel', async () => {
    const { run, sent } = await connected()
    const media = [file('IMAGE', 'a.jpg'), file('IMAGE', 'b.jpg')]
    const made = await run<Post>('posts.publish', { text: 'Two', media, idempotencyKey: 'a' })
    expect(sent.map(({ path }) => path.split('/').at(-1))).toEqual([
      'media',
      'media',
      'media',
      expect.any(String),
      'media_publish',
    ])
    expect(made.status).toBe('PUBLISHED')
    expect(await run('posts.get', { id: made.id })).toMatchObject({ providerData: { media_type: 'CAROUSEL_ALBUM' } })
  })

  test('a film that is not ready is no post yet, and tells where it stands', async () => {
    const { run, sent } = await connected()
    const made = await run<Post>('posts.publish', { media: [file('VIDEO', 'a.mp4')], idempotencyKey: 'b' })
    expect(made).toMatchObject({ status: 'PROCESSING', vendorStatus: 'IN_PROGRESS', publishedAt: null })
    expect(sent[0]).toMatchObject({ form: { media_type: 'REELS' } })
    expect(sent.some(({ path }) => path.endsWith('media_publish'))).toBe(false)
    expect(await run('posts.get', { id: made.id })).toMatchObject({ id: made.id, status: 'PROCESSING' })
  })

  test.each([
    { text: 'Only words' },
    { media: [file('IMAGE', 'a.jpg')], link: 'https://noor-atelier.example' },
    { media: [file('IMAGE', 'a.jpg')], publishAt: '2027-01-01T00:00:00Z' },
  ])('%j is refused before anything is sent', async (input) => {
    const { run, sent } = await connected()
    await expect(run('posts.publish', { ...input, idempotencyKey: 'c' })).rejects.toMatchObject({ status: null })
    expect(sent).toEqual([])
  })

  test('each sign-in has its own host', () => {
    const host = (signIn: string) =>
      instagram.hosts({ id: 'c', environment: 'LIVE', settings: { signIn, apiVersion: '../x' }, baseUrl: null }).api
    expect(host('instagram')).toBe('https://graph.instagram.com/v26.0')
    expect(host('facebook')).toBe('https://graph.facebook.com/v26.0')
  })
})
