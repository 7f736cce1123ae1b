import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { googleAnalytics4 } from '@patchbay/server/providers/google-analytics-4.ts'
import { runAtTwin } from './at-twin.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

interface Sent {
  readonly client_id: string
  readonly user_id?: string
  readonly user_data?: object
  readonly events: readonly { readonly name: string; readonly params: object; readonly timestamp_micros: number }[]
}
const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const run = <Output>(name: string, input: object) =>
  runAtTwin<Output>(lab.origin, 'google-analytics-4', name, { idempotencyKey: 'key', ...input })
const track = async (events: readonly object[], more: object = {}) => {
  const { output, sent } = await run<object>('events.track', { events, ...more })
  return { output, sent: sent.map(({ json, path }) => ({ path, ...(json as Sent) })) }
}
const event = (change: object = {}) => ({
  id: 'e',
  name: 'purchase',
  at: '2026-11-21T08:00:00.5Z',
  clientId: '1.2',
  ...change,
})

describe('F6: google-analytics-4', () => {
  test('a request is about one visitor and holds 25 events at most', async () => {
    const events = [...Array.from({ length: 27 }, (_, at) => event({ id: `e-${at}` })), event({ clientId: '3.4' })]
    const { output, sent } = await track(events)
    expect(output).toEqual({ accepted: 28, faults: [] })
    expect(sent.map((each) => [each.client_id, each.events.length])).toEqual([
      ['1.2', 25],
      ['1.2', 2],
      ['3.4', 1],
    ])
    expect(sent[0]?.events[0]?.timestamp_micros).toBe(Date.parse('2026-11-21T08:00:00.5Z') * 1000)
  })

  test('people leave as Google’s digests, an unknown browser is always the same', async () => {
    const person = { clientId: undefined, userId: 'u-1', email: 'Lay.La@Gmail.com', phone: '+971 50 123 4567' }
    const { sent } = await track([event(person), event({ ...person, id: 'e-2', name: 'sign_up' })])
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      client_id: expect.stringMatching(/^\d+\.\d+$/) as string,
      user_id: 'u-1',
      user_data: {
        sha256_email_address: [digest('layla@gmail.com')],
        sha256_phone_number: [digest('+971501234567')],
      },
    })
    expect(JSON.stringify(sent)).not.toMatch(/lay\.?la@|501234567/i)
    await expect(track([event({ properties: { note: 'layla@example.com' } })])).rejects.toMatchObject({ status: null })
  })

  test('what Google would drop without a word is told and not sent', async () => {
    const many = Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`p${at}`, at]))
    const events = [event({ id: 'a', name: 'session_start' }), event({ id: 'b', properties: many }), event({ id: 'c' })]
    const { output, sent } = await track(events)
    expect(output).toMatchObject({ accepted: 1, faults: [{ eventId: 'a' }, { eventId: 'b' }] })
    expect(sent.map((each) => each.events.length)).toEqual([1])
  })

  test('a test asks where nothing is counted', async () => {
    const value = { amountMinor: 1_234, currency: 'KWD' }
    const { output, sent } = await track([event({ value, orderId: 'NA-1' })], { test: true })
    expect(output).toEqual({ accepted: 1, faults: [] })
    expect(sent[0]).toMatchObject({
      path: '/debug/mp/collect',
      events: [{ params: { value: 1.234, currency: 'KWD', transaction_id: 'NA-1' } }],
    })
  })

  test('figures by day', async () => {
    const days = { from: '2026-10-01', to: '2026-10-03', metrics: ['activeUsers'], dimensions: ['date'], limit: 2 }
    expect((await run('reports.run', days)).output).toEqual({
      rows: [
        { dimensions: ['20261001'], metrics: [40] },
        { dimensions: ['20261002'], metrics: [43] },
      ],
      providerData: { rowCount: 3 },
    })
    await expect(run('reports.run', { ...days, metrics: ['planets'] })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
    })
  })

  test('X4: the secret of a stream goes to the collector only, the grant to the reports only', () => {
    const ask = (path: string) =>
      googleAnalytics4.authorize(
        { method: 'POST', url: new URL(`https://x.example${path}`), headers: {}, body: null, json: {} },
        { measurementId: 'G-1', apiSecret: 'secret' },
        'token',
      )
    expect(ask('/mp/collect')).toMatchObject({ headers: {}, url: { search: '?measurement_id=G-1&api_secret=secret' } })
    const report = ask('/v1beta/properties/1:runReport')
    expect(report).toMatchObject({ headers: { authorization: 'Bearer token' }, url: { search: '' } })
  })
})
