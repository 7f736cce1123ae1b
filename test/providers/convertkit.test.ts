import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { convertkit } from '@patchbay/server/providers/convertkit.ts'
import { allAtTwin, runAtTwin } from './at-twin.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const run = <Output>(name: string, input: object, fields: Record<string, string> = {}) =>
  runAtTwin<Output>(lab.origin, 'convertkit', name, { idempotencyKey: 'key', ...input }, fields)

describe('F6: convertkit', () => {
  test('somebody known keeps their state; added twice, there once', async () => {
    const { output } = await run('subscribers.upsert', { email: 'Aisha@example.com', firstName: 'A.', tags: ['VIP'] })
    expect(output).toMatchObject({ status: 'UNSUBSCRIBED', vendorStatus: 'cancelled', firstName: 'A.', tags: ['VIP'] })
    const all = await allAtTwin<{ email: string }>(lab.origin, 'convertkit', 'subscribers.list', { first: 2 })
    expect(all.filter(({ email }) => email.toLowerCase() === 'aisha@example.com')).toHaveLength(1)
  })

  test('whoever should be asked comes by a form and waits; without a form nobody is asked', async () => {
    const asked = { email: 'ask@example.com', doubleOptIn: true }
    expect((await run('subscribers.upsert', asked)).output).toMatchObject({ status: 'PENDING' })
    const onForm = await allAtTwin(lab.origin, 'convertkit', 'subscribers.list', { first: 5, audienceId: '9002' })
    expect(onForm).toContainEqual(expect.objectContaining({ email: 'ask@example.com', status: 'PENDING' }))
    await expect(run('subscribers.upsert', asked, { formId: '' })).rejects.toMatchObject({
      field: 'formId',
      status: null,
    })
  })

  test('tags are found by name, added once and taken away', async () => {
    const email = 'layla@example.com'
    expect((await run('subscribers.tag', { email, add: ['A', 'B'] })).output).toMatchObject({ tags: ['B', 'A'] })
    const again = await run('subscribers.tag', { email, add: ['B'], remove: ['A', 'never there'] })
    expect(again.output).toMatchObject({ tags: ['B'] })
    await expect(run('subscribers.get', { email: 'nobody@example.com' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
  })

  test('a broadcast is sent once, now or later, by the vendor’s clock', async () => {
    const draft = { name: 'N', subject: 'S', html: '<p>Hi</p>' }
    const { output } = await run<{ id: string }>('campaigns.create', draft)
    expect(output).toMatchObject({ status: 'DRAFT', name: 'N', sentAt: null })
    const later = await run('campaigns.send', { id: output.id, at: '2099-01-01T10:00:00Z' })
    expect(later.output).toMatchObject({ status: 'SCHEDULED', sentAt: '2099-01-01T10:00:00.000Z' })
    const again = await run('campaigns.send', { id: output.id })
    expect(again.output).toEqual(later.output)
    expect(again.sent.map(({ method }) => method)).toEqual(['GET'])
    const other = await run<{ id: string }>('campaigns.create', draft)
    expect((await run('campaigns.send', { id: other.output.id })).output).toMatchObject({ status: 'SENT' })
    await expect(run('campaigns.create', { ...draft, audienceId: '9002' })).rejects.toMatchObject({ status: null })
  })

  test('W3: the address says which event it is; what it says wins over the state', () => {
    const message = {
      headers: {},
      query: new URLSearchParams('event=subscriber.subscriber_complain'),
      text: '',
      body: { subscriber: { state: 'cancelled' } },
    }
    expect(convertkit.webhooks.identify(message).type).toBe('subscriber.subscriber_complain')
    // The same words under another name are another event.
    const ids = ['complain', 'bounce'].map((event) => {
      const query = new URLSearchParams(`event=subscriber.subscriber_${event}`)
      return convertkit.webhooks.identify({ ...message, query }).id
    })
    expect(new Set(ids).size).toBe(2)
    const named = { ...message, query: new URLSearchParams('event=constructor') }
    expect(convertkit.webhooks.identify(named).type).toBe('subscriber.subscriber_unsubscribe')
  })
})
