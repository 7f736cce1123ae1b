import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Message } from '@patchbay/schema/capabilities/messaging.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { whatsappBusiness } from '@patchbay/server/providers/whatsapp-business.ts'
import { graphAuthorize, graphJudge } from '@patchbay/server/providers/shared/meta.ts'
import { atTwin } from './at-twin.ts'
import { whatsappBusiness as whatsappCase } from './cases/whatsapp-business.ts'
import { answerOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const connected = (change: object = {}) => atTwin(whatsappBusiness, { ...whatsappCase.good, ...change }, lab.origin)
const message = (change: object = {}) => ({ to: '+971501234567', idempotencyKey: 'message-a', ...change })

describe('WhatsApp Business', () => {
  test.each([
    ['https://noor-atelier.example/a.jpg', 'image', { caption: 'Here' }],
    [
      'https://noor-atelier.example/invoice%20NA-77.pdf',
      'document',
      { caption: 'Here', filename: 'invoice NA-77.pdf' },
    ],
    ['https://noor-atelier.example/a.mp4', 'video', { caption: 'Here' }],
  ])('%s travels as a kind of its own', async (mediaUrl, type, more) => {
    const { run, sent } = await connected()
    const made = await run<Message>('messages.send', message({ mediaUrl, text: 'Here' }))
    expect(sent[0]).toMatchObject({
      json: { type, [type]: { link: mediaUrl, ...more }, biz_opaque_callback_data: 'message-a' },
    })
    expect(made).toMatchObject({ channel: 'WHATSAPP', status: 'QUEUED', to: '+971501234567' })
  })

  test.each([{ channel: 'SMS' }, { sendAt: '2026-12-01T10:00:00Z' }, { from: '+15550001111' }])(
    '%j is refused before anything is sent',
    async (change) => {
      const { run, sent } = await connected()
      await expect(run('messages.send', message({ text: 'Hi', ...change }))).rejects.toMatchObject({ status: null })
      expect(sent).toEqual([])
    },
  )

  test('words a day after the last answer are refused in WhatsApp’s own words', async () => {
    const { run } = await connected()
    await expect(run('messages.send', message({ to: '+971500000000', text: 'Hi' }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode: '131047',
      message: expect.stringContaining('24 hours'),
    })
  })

  test('the proof of the app secret is the one Meta documents, and wrong ones are refused', async () => {
    const request = {
      method: 'GET',
      url: new URL('https://graph.facebook.com/v26.0/me'),
      headers: {},
      body: null,
      json: null,
    }
    const { url } = graphAuthorize('token')(request, { token: 'EAAtoken', appSecret: 'app-secret' })
    expect(url.searchParams.get('appsecret_proof')).toBe(
      '9f9f0867bc3df2d00cecd6aa6fb78e65b64c050401bd6ec5b84d98503d443d34',
    )
    expect(createHmac('sha256', 'app-secret').update('EAAtoken').digest('hex')).toBe(
      url.searchParams.get('appsecret_proof'),
    )
    const { run } = await connected({ appSecret: '00000000000000000000000000000bad' })
    await expect(run('templates.list', {})).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
  })

  test.each([
    [190, undefined, 'AUTHENTICATION'],
    [200, undefined, 'PERMISSION'],
    [10, undefined, 'PERMISSION'],
    [4, undefined, 'RATE_LIMITED'],
    [80_007, undefined, 'RATE_LIMITED'],
    [130_429, undefined, 'RATE_LIMITED'],
    [131_056, undefined, 'RATE_LIMITED'],
    [100, 33, 'NOT_FOUND'],
    [100, undefined, 'INVALID_REQUEST'],
    [506, undefined, 'CONFLICT'],
    [2, undefined, 'UNAVAILABLE'],
  ])('X3: Meta’s code %i (%s) with status 400 is %s', (code, error_subcode, errorClass) => {
    const body = JSON.stringify({ error: { message: 'No', code, error_subcode } })
    expect(graphJudge('accessToken')(answerOf('Meta', 400, {}, body))).toMatchObject({
      errorClass,
      vendorCode: String(code),
    })
  })

  test('X3: a business that used its share waits as long as Meta says', () => {
    const usage = { '102290129340398': [{ type: 'whatsapp', call_count: 100, estimated_time_to_regain_access: 3 }] }
    const headers = { 'x-business-use-case-usage': JSON.stringify(usage) }
    const body = JSON.stringify({ error: { message: 'No', code: 80_007 } })
    expect(graphJudge('accessToken')(answerOf('Meta', 400, headers, body))).toMatchObject({ retryAfterMs: 180_000 })
  })
})
