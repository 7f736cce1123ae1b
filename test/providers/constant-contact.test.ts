import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { constantContact as twin } from '@patchbay/server/lab/twins/constant-contact.ts'
import { constantContact } from '@patchbay/server/providers/constant-contact.ts'
import { allAtTwin, runAtTwin } from './at-twin.ts'
import { answerOf, askForToken, authorizeInBrowser, exchangeOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const run = <Output>(name: string, input: object, fields: Record<string, string> = {}) =>
  runAtTwin<Output>(lab.origin, 'constant-contact', name, { idempotencyKey: 'key', ...input }, fields)

describe('F6: constant-contact', () => {
  test('who unsubscribed is brought up to date and not brought back', async () => {
    const { output, sent } = await run('subscribers.upsert', {
      email: 'Aisha@example.com',
      firstName: 'A.',
      tags: ['VIP'],
    })
    expect(output).toMatchObject({ status: 'UNSUBSCRIBED', firstName: 'A.', lastName: 'Rahman', tags: ['VIP'] })
    expect(sent.map(({ path }) => path)).not.toContain('/contacts/sign_up_form')
    const kept = await run('subscribers.get', { email: 'aisha@example.com' })
    expect(kept.output).toMatchObject({ status: 'UNSUBSCRIBED', lastName: 'Rahman', tags: ['VIP'] })
  })

  test('added twice, there once; asked by mail first when that is wanted', async () => {
    const first = await run<{ id: string }>('subscribers.upsert', { email: 'new@example.com', doubleOptIn: true })
    expect(first.output).toMatchObject({ status: 'PENDING', vendorStatus: 'pending_confirmation' })
    const other = await run<{ id: string }>('subscribers.upsert', { email: 'other@example.com' })
    const again = await run<{ id: string }>('subscribers.upsert', { email: 'other@example.com', lastName: 'Saleh' })
    expect(again.output).toMatchObject({ id: other.output.id, status: 'SUBSCRIBED', lastName: 'Saleh' })
  })

  test('tags change nothing else of a contact; leaving takes nobody’s tags', async () => {
    const email = 'layla@example.com'
    expect((await run('subscribers.tag', { email, add: ['A', 'B'] })).output).toMatchObject({ tags: ['A', 'B'] })
    await run('subscribers.tag', { email, add: ['b'], remove: ['A', 'never there'] })
    expect((await run('subscribers.get', { email })).output).toMatchObject({
      firstName: 'Layla',
      status: 'SUBSCRIBED',
      tags: ['B'],
    })
    expect((await run('subscribers.unsubscribe', { email })).output).toMatchObject({
      status: 'UNSUBSCRIBED',
      tags: ['B'],
    })
    const again = await run('subscribers.unsubscribe', { email })
    expect(again.sent.every(({ method }) => method === 'GET')).toBe(true)
  })

  test('a campaign has its list, is made once and sent once', async () => {
    const draft = { name: 'Once', subject: 'S', html: '<p>Hi</p>' }
    const { output, sent } = await run<{ id: string }>('campaigns.create', draft)
    expect(sent.at(-1)?.json).toMatchObject({ html_content: '<p>Hi</p>[[trackingImage]]' })
    await expect(run('campaigns.create', draft)).rejects.toMatchObject({ errorClass: 'CONFLICT' })
    expect((await run('campaigns.send', { id: output.id })).output).toMatchObject({ status: 'SENDING' })
    expect((await run('campaigns.send', { id: output.id })).sent.map(({ method }) => method)).toEqual(['GET'])
    const count = (await allAtTwin(lab.origin, 'constant-contact', 'campaigns.list', { first: 2 })).length
    await expect(run('campaigns.create', { ...draft, name: 'No', audienceId: 'x' })).rejects.toMatchObject({
      status: 400,
    })
    expect(await allAtTwin(lab.origin, 'constant-contact', 'campaigns.list', { first: 2 })).toHaveLength(count)
  })

  test('S1: every subscriber once, in any page size', async () => {
    for (const first of [2, 100]) {
      const items = await allAtTwin<{ id: string }>(lab.origin, 'constant-contact', 'subscribers.list', { first })
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
      expect(items.length).toBeGreaterThanOrEqual(5)
    }
  })

  test('X3: throttled waits, a used up day does not', () => {
    const judge = (key: string) =>
      constantContact.judge?.(answerOf('x', 429, {}, JSON.stringify([{ error_key: key, error_message: 'No' }])))
    expect(judge('throttled')).toEqual({ errorClass: 'RATE_LIMITED', message: 'No', vendorCode: 'throttled' })
    expect(judge('quota_exceeded')).toMatchObject({ errorClass: 'RATE_LIMITED', retry: false })
  })
})

describe('C6: Constant Contact signs in with code, PKCE and rotating refresh', () => {
  test('a refresh token works once, and the next one after it', async () => {
    const { good } = twin.credentials
    const ask = (params: Record<string, string>) => askForToken(constantContact, good, lab.origin, params)
    const refresh = (token: string) => ask({ grant_type: 'refresh_token', refresh_token: token })
    const back = await authorizeInBrowser(constantContact, good, lab.origin)
    const first = (await (await ask(exchangeOf(back.searchParams.get('code') ?? ''))).json()) as Record<string, string>
    expect(first).toMatchObject({
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: expect.stringContaining('offline_access') as string,
    })
    const next = (await (await refresh(first['refresh_token'] ?? '')).json()) as Record<string, string>
    expect(next['refresh_token']).not.toBe(first['refresh_token'])
    expect((await refresh(first['refresh_token'] ?? '')).status).toBe(400)
    expect((await refresh(next['refresh_token'] ?? '')).status).toBe(200)
  })
})
