import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { allAtTwin, runAtTwin } from './at-twin.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const send = (change: object) =>
  runAtTwin(lab.origin, 'sendgrid', 'emails.send', {
    to: [{ email: 'layla@example.com' }],
    subject: 'Hello',
    text: 'Hi',
    idempotencyKey: 'mail-1',
    ...change,
  })

describe('F6: sendgrid', () => {
  test('copies leave where somebody is to get one, and nowhere else', async () => {
    const { sent } = await send({ cc: [], bcc: [{ email: 'omar@example.com' }] })
    expect(sent[0]?.json).toMatchObject({ personalizations: [{ bcc: [{ email: 'omar@example.com' }] }] })
    expect(JSON.stringify(sent)).not.toContain('"cc"')
    await expect(send({ cc: [{ email: 'Layla@example.com' }] })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      message: expect.stringContaining('unique') as string,
    })
  })

  test('what became of a mail, by the id that sending it answered with', async () => {
    const { output } = await send({ to: [{ email: 'layla@example.com' }, { email: 'omar@example.com' }] })
    const id = (output as { readonly messageId: string }).messageId
    const found = await runAtTwin(lab.origin, 'sendgrid', 'emails.get', { id })
    expect(found.output).toMatchObject({
      messageId: id,
      status: 'DELIVERED',
      to: ['layla@example.com', 'omar@example.com'],
      subject: 'Hello',
    })
    const get = (other: string) => runAtTwin(lab.origin, 'sendgrid', 'emails.get', { id: other })
    await expect(get('nothing')).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
    await expect(get('" OR "1"="1')).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', status: null })
  })

  test.each([
    ['BOUNCE', 5],
    ['COMPLAINT', 2],
    ['UNSUBSCRIBE', 2],
  ])('S1: suppressions by %s: every address once, in any page size', async (reason, total) => {
    for (const first of [1, 2, 100]) {
      const items = await allAtTwin<{ email: string }>(lab.origin, 'sendgrid', 'suppressions.list', { reason, first })
      expect(new Set(items.map(({ email }) => email)).size, `pages of ${first}`).toBe(total)
      expect(items).toHaveLength(total)
    }
  })
})
