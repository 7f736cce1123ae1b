import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { runAtTwin } from './at-twin.ts'

const now = Date.parse('2026-11-21T08:00:00Z')
let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0], clock: () => now })
})
afterAll(() => lab.close())

const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const run = (name: string, input: object, fields: Record<string, string> = {}) =>
  runAtTwin<Record<string, unknown>>(lab.origin, 'facebook-pixel', name, { idempotencyKey: 'key', ...input }, fields)
const event = (change: object = {}) => ({
  id: 'e-1',
  name: 'purchase',
  at: new Date(now).toISOString(),
  email: 'Layla@Example.com',
  value: { amountMinor: 500, currency: 'JPY' },
  ...change,
})

describe('X4: personal data for Meta leaves as digests only', () => {
  test('normalised as Meta does, then SHA-256; browser and network address as they are', async () => {
    const person = { phone: '+971 (0)50 123-4567', userId: ' Customer-7 ', ipAddress: '203.0.113.7', userAgent: 'UA' }
    const { sent } = await run('events.track', { events: [event({ ...person, clientId: 'fb.1.2.3' })] })
    expect(sent[0]?.json).toMatchObject({
      data: [
        {
          event_name: 'Purchase',
          event_id: 'e-1',
          user_data: {
            em: [digest('layla@example.com')],
            ph: [digest('9710501234567')],
            external_id: [digest('customer-7')],
            fbp: 'fb.1.2.3',
            client_ip_address: '203.0.113.7',
            client_user_agent: 'UA',
          },
          custom_data: { value: 500, currency: 'JPY' },
        },
      ],
    })
    expect(JSON.stringify(sent)).not.toMatch(/layla|123-4567|customer-7/i)
  })

  test.each([
    { note: 'write to layla@example.com' },
    { customer: { email: 'x' } },
    { phone: 971_501_234_567 },
    { list: [{ first_name: 'Layla' }] },
  ])('a property such as %j is refused before anything is sent', async (properties) => {
    await expect(run('events.track', { events: [event({ properties })] })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      status: null,
    })
  })

  test('a page loses the parameters that hold an address', async () => {
    const url = 'https://noor-atelier.example/thanks?order=1&mail=layla%40example.com'
    const { sent } = await run('events.track', { events: [event({ url })] })
    expect(sent[0]?.json).toMatchObject({ data: [{ event_source_url: 'https://noor-atelier.example/thanks?order=1' }] })
  })
})

describe('F6: facebook-pixel', () => {
  test('names Meta knows are its own, others stay', async () => {
    const names = ['add_to_cart', 'design_created']
    const { sent } = await run('events.track', { events: names.map((name) => event({ name })) })
    expect(sent[0]?.json).toMatchObject({ data: [{ event_name: 'AddToCart' }, { event_name: 'design_created' }] })
  })

  test('a test needs its code, and one bad event refuses all', async () => {
    const { sent } = await run('events.track', { events: [event()], test: true })
    expect(sent[0]?.json).toMatchObject({ test_event_code: 'TEST31415' })
    await expect(run('events.track', { events: [event()], test: true }, { testEventCode: '' })).rejects.toMatchObject({
      field: 'testEventCode',
    })
    const old = event({ id: 'e-2', at: '2026-11-01T00:00:00Z' })
    await expect(run('events.track', { events: [event(), old] })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      message: expect.stringContaining('data[1]') as string,
    })
  })

  test('counts by one thing, with or without days', async () => {
    const days = { from: '2026-10-01', to: '2026-10-02', metrics: ['count'] }
    const byEvent = await run('reports.run', { ...days, dimensions: ['event'] })
    expect(byEvent.output['rows']).toEqual([
      { dimensions: ['PageView'], metrics: [48] },
      { dimensions: ['Purchase'], metrics: [8] },
    ])
    const byDay = await run('reports.run', { ...days, to: '2026-10-01', dimensions: ['date', 'event'], limit: 1 })
    expect(byDay.output['rows']).toEqual([{ dimensions: ['2026-10-01', 'PageView'], metrics: [24] }])
    await expect(run('reports.run', { ...days, dimensions: ['planet'] })).rejects.toMatchObject({ field: 'dimensions' })
  })
})
