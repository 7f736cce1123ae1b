import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { mailgun } from '@patchbay/server/providers/mailgun.ts'
import { allAtTwin, runAtTwin } from './at-twin.ts'
import { answerOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const mail = (change: object = {}) => ({
  to: [{ email: 'layla@example.com', name: 'Layla' }],
  subject: 'Hello',
  text: 'Hi',
  idempotencyKey: 'mail-1',
  ...change,
})
const run = <Output>(name: string, input: object) => runAtTwin<Output>(lab.origin, 'mailgun', name, input)

describe('F6: mailgun', () => {
  test('a name adds no header and no recipient', async () => {
    const name = 'Layla"\r\nBcc: <eve@example.com>,'
    const { sent } = await run('emails.send', mail({ to: [{ email: 'layla@example.com', name }] }))
    expect(sent[0]?.form).toMatchObject({ to: ['"Layla\\" Bcc: <eve@example.com>," <layla@example.com>'] })
  })

  test('the id that comes back is the one its events go by', async () => {
    const { output } = await run<{ messageId: string }>('emails.send', mail())
    expect(output.messageId).not.toMatch(/[<>]/)
    const found = (await run('emails.get', { id: output.messageId })).output
    expect(found).toMatchObject({ status: 'DELIVERED', to: ['layla@example.com'], subject: 'Hello' })
    expect((await run('emails.get', { id: `<${output.messageId}>` })).output).toEqual(found)
    await expect(run('emails.get', { id: 'nothing@nowhere' })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  test('a dry run is a mail of the test mode', async () => {
    const { output, sent } = await run<{ messageId: string }>('emails.send', mail({ dryRun: true }))
    expect(output).toMatchObject({ status: 'CHECKED' })
    expect(sent[0]?.form).toMatchObject({ 'o:testmode': 'yes', 'v:patchbay_key': 'mail-1' })
    expect((await run('emails.get', { id: output.messageId })).output).toMatchObject({ status: 'QUEUED' })
  })

  test.each([
    ['templates.list', {}, 6, 'id'],
    ['suppressions.list', { reason: 'BOUNCE' }, 5, 'email'],
    ['suppressions.list', { reason: 'COMPLAINT' }, 2, 'email'],
    ['suppressions.list', { reason: 'UNSUBSCRIBE' }, 2, 'email'],
  ])('S1: %s %j: every item once, in any page size', async (name, input, total, key) => {
    for (const first of [1, 2, 100]) {
      const items = await allAtTwin<Record<string, string>>(lab.origin, 'mailgun', name, { ...input, first })
      expect(new Set(items.map((item) => item[key])).size, `pages of ${first}`).toBe(total)
      expect(items).toHaveLength(total)
    }
  })

  test('X3: a limit says how long it lasts, in words or in a header', () => {
    const judge = (headers: Record<string, string>, body: object) =>
      mailgun.judge?.(answerOf('Mailgun', 429, headers, JSON.stringify(body)))
    expect(judge({}, { message: 'limit exceeded, try again after 120 seconds' })).toMatchObject({
      retryAfterMs: 120_000,
    })
    const headers = {
      date: 'Sat, 21 Nov 2026 10:00:00 GMT',
      'x-ratelimit-reset': String(Date.parse('2026-11-21T10:00:12Z')),
    }
    expect(judge(headers, {})).toMatchObject({ errorClass: 'RATE_LIMITED', retryAfterMs: 12_000 })
  })
})
