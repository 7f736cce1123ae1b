import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { resend } from '@patchbay/server/providers/resend.ts'
import { allAtTwin, runAtTwin } from './at-twin.ts'
import { answerOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

let mails = 0
const mail = (change: object = {}) => ({
  to: [{ email: 'layla@example.com' }],
  subject: 'Hello',
  text: 'Hi',
  idempotencyKey: `mail-${(mails += 1)}`,
  ...change,
})
const run = <Output>(name: string, input: object) => runAtTwin<Output>(lab.origin, 'resend', name, input)
const judge = (status: number, body: object) => resend.judge?.(answerOf('Resend', status, {}, JSON.stringify(body)))

describe('F6: resend', () => {
  test('the same key is the same mail; another mail with it is refused', async () => {
    const first = await run<{ messageId: string }>('emails.send', mail({ idempotencyKey: 'once' }))
    expect((await run('emails.send', mail({ idempotencyKey: 'once' }))).output).toEqual(first.output)
    await expect(run('emails.send', mail({ idempotencyKey: 'once', subject: 'Other' }))).rejects.toMatchObject({
      errorClass: 'CONFLICT',
    })
  })

  test('any key becomes a tag that Resend takes', async () => {
    const { sent } = await run('emails.send', mail({ idempotencyKey: 'order/1' }))
    expect(sent[0]).toMatchObject({ json: { tags: [{ name: 'patchbay_key', value: 'b64_b3JkZXIvMQ' }] } })
  })

  test('a dry run reaches none of the readers', async () => {
    const { output, sent } = await run('emails.send', mail({ dryRun: true, cc: [{ email: 'omar@example.com' }] }))
    expect(output).toMatchObject({ messageId: null, status: 'CHECKED' })
    expect(sent[0]).toMatchObject({ json: { to: ['delivered@resend.dev'] } })
    expect(JSON.stringify(sent)).not.toContain('example.com')
  })

  test('what became of a mail, in the hub’s words', async () => {
    const { output } = await run<{ messageId: string }>('emails.send', mail({ to: [{ email: 'bounced@resend.dev' }] }))
    expect((await run('emails.get', { id: output.messageId })).output).toMatchObject({
      status: 'BOUNCED',
      vendorStatus: 'bounced',
      providerData: { created_at: expect.stringMatching(/Z$/) as string },
    })
  })

  test('a template takes texts and numbers, and says so before anything is sent', async () => {
    const templated = { templateId: 'welcome', text: undefined, subject: undefined }
    const { sent } = await run(
      'emails.send',
      mail({ ...templated, variables: { name: 'Layla', count: 2, gift: true } }),
    )
    expect(sent[0]).toMatchObject({ json: { template: { id: 'welcome', variables: { count: 2, gift: 'true' } } } })
    await expect(run('emails.send', mail({ ...templated, variables: { lines: [1] } }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      field: 'variables',
      status: null,
    })
  })

  test.each([
    ['templates.list', {}, 5],
    ['suppressions.list', { reason: 'BOUNCE' }, 4],
    ['suppressions.list', { reason: 'COMPLAINT' }, 2],
    ['suppressions.list', { reason: 'UNSUBSCRIBE' }, 1],
  ])('S1: %s %j: every item once, in any page size', async (name, input, total) => {
    for (const first of [1, 3, 100]) {
      const items = await allAtTwin(lab.origin, 'resend', name, { ...input, first })
      expect(new Set(items.map((item) => JSON.stringify(item))).size).toBe(total)
      expect(items).toHaveLength(total)
    }
  })

  test.each([
    [
      403,
      { name: 'validation_error', message: 'API key is invalid' },
      { errorClass: 'AUTHENTICATION', field: 'apiKey' },
    ],
    [401, { name: 'restricted_api_key', message: 'Only sends' }, { errorClass: 'PERMISSION', field: 'apiKey' }],
    [
      403,
      { name: 'validation_error', message: 'The x domain is not verified.' },
      { errorClass: 'PERMISSION', field: 'fromEmail' },
    ],
    [429, { name: 'daily_quota_exceeded', message: 'Used up' }, { errorClass: 'RATE_LIMITED', retry: false }],
    [409, { name: 'concurrent_idempotent_requests', message: 'Wait' }, { errorClass: 'CONFLICT', retry: true }],
  ])('X3: %i %j', (status, body, wanted) => {
    expect(judge(status, body)).toMatchObject(wanted)
  })
})
