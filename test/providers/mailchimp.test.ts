import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { mailchimp } from '@patchbay/server/providers/mailchimp.ts'
import { allAtTwin, runAtTwin } from './at-twin.ts'
import { answerOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const run = <Output>(name: string, input: object, fields: Record<string, string> = {}) =>
  runAtTwin<Output>(lab.origin, 'mailchimp', name, { idempotencyKey: 'key', ...input }, fields)

describe('F6: mailchimp', () => {
  test('somebody known keeps their status, whoever buys again', async () => {
    const before = (await run<{ status: string }>('subscribers.get', { email: 'aisha@example.com' })).output
    expect(before.status).toBe('UNSUBSCRIBED')
    const { output } = await run('subscribers.upsert', {
      email: 'Aisha@Example.com',
      firstName: 'Aisha',
      tags: ['VIP'],
    })
    expect(output).toMatchObject({ status: 'UNSUBSCRIBED', firstName: 'Aisha', tags: ['VIP'] })
  })

  test('added twice, there once; asked by mail first when that is wanted', async () => {
    const first = await run<{ id: string }>('subscribers.upsert', { email: 'new@example.com', doubleOptIn: true })
    const again = await run<{ id: string }>('subscribers.upsert', { email: 'new@example.com', doubleOptIn: true })
    expect(first.output).toMatchObject({ status: 'PENDING', vendorStatus: 'pending' })
    expect(again.output.id).toBe(first.output.id)
  })

  test('tags are added and taken away', async () => {
    const email = 'omar@example.com'
    expect((await run('subscribers.tag', { email, add: ['A', 'B'] })).output).toMatchObject({ tags: ['A', 'B'] })
    expect((await run('subscribers.tag', { email, add: ['C'], remove: ['A'] })).output).toMatchObject({
      tags: ['B', 'C'],
    })
  })

  test('a campaign whose text is refused leaves no draft; one that is sent is not sent again', async () => {
    const draft = { name: 'N', subject: 'S', html: '<script>' }
    const count = async () => (await allAtTwin(lab.origin, 'mailchimp', 'campaigns.list', { first: 2 })).length
    const before = await count()
    await expect(run('campaigns.create', draft)).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
    expect(await count()).toBe(before)
    const { output } = await run<{ id: string }>('campaigns.create', { ...draft, html: '<p>Hi</p>' })
    const sent = await run('campaigns.send', { id: output.id })
    expect(sent.output).toMatchObject({ status: 'SENT', sentAt: expect.any(String) as string })
    const again = await run('campaigns.send', { id: output.id })
    expect(again.output).toEqual(sent.output)
    expect(again.sent.map(({ method }) => method)).toEqual(['GET'])
  })

  test('a campaign for later waits for the next quarter of an hour', async () => {
    const { output } = await run<{ id: string }>('campaigns.create', { name: 'N', subject: 'S', html: '<p>Hi</p>' })
    const later = await run('campaigns.send', { id: output.id, at: '2027-01-01T10:01:00+04:00' })
    expect(later.output).toMatchObject({ status: 'SCHEDULED', sentAt: '2027-01-01T06:15:00.000Z' })
  })

  test('S1: every subscriber once, in any page size', async () => {
    for (const first of [1, 3, 100]) {
      const items = await allAtTwin<{ id: string }>(lab.origin, 'mailchimp', 'subscribers.list', { first })
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
      expect(items.length).toBeGreaterThanOrEqual(7)
    }
  })

  test('without a list and without a sender it says which field is missing', async () => {
    const bare = { audienceId: '', fromEmail: '' }
    await expect(run('subscribers.get', { email: 'a@b.example' }, bare)).rejects.toMatchObject({ field: 'audienceId' })
    const draft = { name: 'N', subject: 'S', html: '<p>Hi</p>' }
    await expect(run('campaigns.create', draft, bare)).rejects.toMatchObject({ field: 'fromEmail', status: null })
  })

  test.each(['evil.example/', 'us6.evil.example', '', 'us6@evil', '169.254.169.254'])(
    'X1: the data centre %j becomes no host',
    (dataCenter) => {
      const facts = { id: 'c', environment: 'LIVE' as const, settings: { dataCenter }, baseUrl: null }
      expect(mailchimp.hosts(facts)).toEqual({ api: 'https://no-data-center.invalid/3.0' })
    },
  )

  test('X3: a key of another data centre points at that field', () => {
    const body = JSON.stringify({
      title: 'Wrong Datacenter',
      status: 403,
      detail: 'The API key is linked to another datacenter.',
    })
    expect(mailchimp.judge?.(answerOf('Mailchimp', 403, {}, body))).toMatchObject({
      errorClass: 'AUTHENTICATION',
      field: 'dataCenter',
    })
  })
})
