import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { mixpanel } from '@patchbay/server/providers/mixpanel.ts'
import { runAtTwin } from './at-twin.ts'
import { answerOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const run = <Output>(name: string, input: object, fields: Record<string, string> = {}) =>
  runAtTwin<Output>(lab.origin, 'mixpanel', name, { idempotencyKey: 'key', ...input }, fields)
const event = (change: object = {}) => ({
  id: 'e-1',
  name: 'purchase',
  at: '2026-11-01T08:00:00Z',
  userId: 'u',
  ...change,
})
const days = { from: '2026-11-01', to: '2026-11-02' }

describe('F6: mixpanel', () => {
  test('told twice, counted once, and read back by day and by property', async () => {
    const events = [event({ properties: { city: 'Dubai' } }), event({ id: 'e-2', name: 'sign_up' })]
    for (let time = 0; time < 2; time += 1)
      expect((await run('events.track', { events })).output).toEqual({ accepted: 2, faults: [] })
    const both = { ...days, metrics: ['purchase', 'sign_up'] }
    expect((await run('reports.run', both)).output).toMatchObject({ rows: [{ dimensions: [], metrics: [1, 1] }] })
    expect((await run('reports.run', { ...both, dimensions: ['date'] })).output).toMatchObject({
      rows: [
        { dimensions: ['2026-11-01'], metrics: [1, 1] },
        { dimensions: ['2026-11-02'], metrics: [0, 0] },
      ],
    })
    const byCity = { ...days, metrics: ['purchase'], dimensions: ['city', 'date'], limit: 1 }
    expect((await run('reports.run', byCity)).output).toEqual({
      rows: [{ dimensions: ['Dubai', '2026-11-01'], metrics: [1] }],
      providerData: { rows: 2 },
    })
  })

  test('people leave as digests only, amounts exact', async () => {
    const person = { email: ' Layla@Example.com '.trim(), phone: '+971 50 123 4567' }
    const value = { amountMinor: 1_500, currency: 'KWD' }
    const { sent } = await run('events.track', { events: [event({ ...person, value, id: 'an id / with signs' })] })
    const digest = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(sent[0]?.json).toMatchObject([
      {
        properties: {
          email_sha256: digest('layla@example.com'),
          phone_sha256: digest('971501234567'),
          value: 1.5,
          $insert_id: expect.stringMatching(/^[0-9a-f]{36}$/) as string,
        },
      },
    ])
    expect(JSON.stringify(sent)).not.toMatch(/layla@|501234567/i)
  })

  test('a property of an event cannot pose as what the hub says', async () => {
    const { sent } = await run('events.track', { events: [event({ properties: { time: 1, distinct_id: 'other' } })] })
    expect(sent[0]?.json).toMatchObject([{ properties: { time: 1_793_520_000_000, distinct_id: 'u' } }])
  })

  test('X3: of a batch taken in part, what is wrong is told by the shop’s own ids', async () => {
    const failed = [{ index: 1, $insert_id: 'x', field: 'properties.time', message: 'too old' }]
    const body = JSON.stringify({ code: 400, error: 'some failed', failed_records: failed, num_records_imported: 1 })
    const answer = answerOf('Mixpanel', 400, {}, body)
    expect(mixpanel.judge(answer)).toBeNull()
    const events = [event(), event({ id: 'order/2' })].map((each) => ({ ...each, items: undefined }))
    const facts = { id: 'c', environment: 'LIVE' as const, settings: {}, baseUrl: null }
    const input = { events, test: false, idempotencyKey: 'key' }
    expect(await mixpanel.operations['events.track'](() => Promise.resolve(answer), input, facts)).toEqual({
      accepted: 1,
      faults: [{ eventId: 'order/2', message: 'properties.time: too old' }],
    })
  })

  test('what cannot be checked without counting is not sent; a wrong token of a profile is told', async () => {
    await expect(run('events.track', { events: [event()], test: true })).rejects.toMatchObject({ status: null })
    await expect(run('users.identify', { userId: 'u' }, { projectToken: 'x' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      message: expect.stringContaining('token') as string,
    })
    await expect(run('reports.run', { ...days, metrics: ['a'], dimensions: ['b', 'c'] })).rejects.toMatchObject({
      field: 'dimensions',
    })
  })
})
