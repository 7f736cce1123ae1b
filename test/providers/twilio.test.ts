import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Message, MessagePage } from '@patchbay/schema/capabilities/messaging.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { twilio } from '@patchbay/server/providers/twilio.ts'
import { atTwin } from './at-twin.ts'
import { twilio as twilioCase } from './cases/twilio.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = (change: object = {}) => atTwin(twilio, { ...twilioCase.good, ...change }, lab.origin)
const words = (change: object = {}) => ({
  to: '+971501234567',
  text: 'On its way.',
  idempotencyKey: 'message-a',
  ...change,
})

describe('Twilio', () => {
  test('WhatsApp is a prefix on both sides, and no part of what comes back', async () => {
    const { run, sent } = await connected()
    const made = await run<Message>('messages.send', words({ channel: 'WHATSAPP' }))
    expect(sent[0]).toMatchObject({ form: { To: 'whatsapp:+971501234567', From: 'whatsapp:+15005550006' } })
    expect(made).toMatchObject({ channel: 'WHATSAPP', status: 'QUEUED', to: '+971501234567', from: '+15005550006' })
  })

  test.each([
    ['+15005550001', '21211'],
    ['+15005550004', '21610'],
  ])('the number %s is refused with %s', async (to, vendorCode) => {
    const { run } = await connected()
    await expect(run('messages.send', words({ to }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode,
    })
  })

  test('a sender that is not the account’s points at its field', async () => {
    const { run } = await connected({ from: '+15550009999' })
    await expect(run('messages.send', words())).rejects.toMatchObject({ vendorCode: '21606', field: 'from' })
  })

  test('only a messaging service schedules, and a sent message is not taken back', async () => {
    const { run, sent } = await connected()
    const later = words({ sendAt: '2026-12-01T10:00:00Z' })
    await expect(run('messages.send', later)).rejects.toMatchObject({ status: null, field: 'from' })
    expect(sent).toEqual([])
    const cancel = { id: 'SM1ab00000000000000000000000000003', idempotencyKey: 'c' }
    await expect(run('messages.cancel', cancel)).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
  })

  test('F3: a fraction of a cent is no price, whole cents are', async () => {
    const { run } = await connected()
    const at = (index: number) => run<Message>('messages.get', { id: `SM1ab${String(index).padStart(29, '0')}` })
    expect(await at(0)).toMatchObject({ price: null, providerData: { price: '-0.0079', price_unit: 'USD' } })
    expect(await at(1)).toMatchObject({ price: { amountMinor: 4, currency: 'USD' } })
  })

  test('S1: every message once, in any page size', async () => {
    const { run } = await connected()
    for (const first of [1, 5, 100]) {
      const ids: string[] = []
      let after: string | null = null
      do {
        const page: MessagePage = await run<MessagePage>('messages.list', { first, after })
        ids.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      } while (after !== null && ids.length < 60)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBeGreaterThanOrEqual(14)
    }
  })

  test('an API key calls in place of the auth token', () => {
    const request = { method: 'GET', url: new URL('https://api.twilio.com/'), headers: {}, body: null, json: undefined }
    const user = (fields: Record<string, string>) =>
      Buffer.from(twilio.authorize(request, fields).headers['authorization']?.slice(6) ?? '', 'base64').toString()
    expect(user({ accountSid: 'AC1', authToken: 't' })).toBe('AC1:t')
    expect(user({ accountSid: 'AC1', authToken: 't', apiKeySid: 'SK1', apiKeySecret: 's' })).toBe('SK1:s')
  })
})
