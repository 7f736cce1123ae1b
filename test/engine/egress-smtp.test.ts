import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import type { EgressRequest } from '@patchbay/server/engine/egress/contract.ts'
import { startMailbox, type Mailbox } from '../support/mailbox.ts'

let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox()
})
afterAll(() => mailbox.close())

const letter = {
  from: 'orders@noor.example',
  to: [{ name: 'Layla', address: 'layla@example.com' }],
  subject: 'Your order',
  text: 'Thank you.',
  messageId: '<order-1@noor.example>',
}
const request = (url: string, change: Partial<EgressRequest> = {}): EgressRequest => ({
  method: 'POST',
  url: new URL(url),
  headers: { 'x-smtp-security': 'none' },
  body: JSON.stringify(letter),
  timeoutMs: 5_000,
  ...change,
})
const here = () => mailbox.url.replace('localhost', '127.0.0.1')
const inside = createEgress({ allow: ['127.0.0.0/8'] })
const outside = createEgress()
afterAll(() => Promise.all([inside.close(), outside.close()]))

const told = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>

describe('F6: mail leaves by SMTP through the one way out', () => {
  test('a mail arrives, and the server’s words come back as an answer', async () => {
    const answer = await inside.send(request(`${here()}/messages`))
    expect(answer.status).toBe(200)
    expect(told(answer.body)).toMatchObject({ messageId: '<order-1@noor.example>', rejected: [] })
    expect(mailbox.mails.at(-1)).toMatchObject({ to: ['layla@example.com'], subject: 'Your order' })
  })

  test('signing in alone sends nothing', async () => {
    const before = mailbox.mails.length
    expect(told((await inside.send(request(`${here()}/`, { method: 'GET', body: null }))).body)).toEqual({ ok: true })
    expect(mailbox.mails.length).toBe(before)
  })

  test.each([
    [550, 400],
    [451, 503],
  ])('a refusal %i is an answer %i with the server’s words', async (code, status) => {
    mailbox.refuse(code)
    const answer = await inside.send(request(`${here()}/messages`))
    mailbox.refuse(null)
    expect(answer.status).toBe(status)
    expect(told(answer.body)).toMatchObject({ error: { code } })
  })

  test('a line break in an address or a subject makes no header of its own', async () => {
    const forged = { ...letter, subject: 'Hello\r\nBcc: thief@example.net' }
    await inside.send(request(`${here()}/messages`, { body: JSON.stringify(forged) }))
    const { headers, to } = mailbox.mails.at(-1) ?? { headers: [], to: [] }
    expect(to).toEqual(['layla@example.com'])
    expect(headers.filter((line) => /^bcc:/i.test(line))).toEqual([])
  })

  test('credentials are never sent in the clear', async () => {
    const headers = { 'x-smtp-security': 'none', authorization: `Basic ${btoa('orders:secret')}` }
    await expect(inside.send(request(`${here()}/messages`, { headers }))).rejects.toMatchObject({
      errorClass: 'EGRESS_DENIED',
    })
  })

  test('a server that does not offer STARTTLS gets no mail where it was asked for', async () => {
    const before = mailbox.mails.length
    expect((await inside.send(request(`${here()}/messages`, { headers: {} }))).status).toBe(400)
    expect(mailbox.mails.length).toBe(before)
  })

  test('a caller that went away is told so', async () => {
    await expect(inside.send(request(`${here()}/messages`, { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      errorClass: 'CANCELLED',
    })
  })
})

describe('X8: mail goes to public addresses only', () => {
  test.each([
    'smtp://127.0.0.1:587/',
    'smtp://localhost:587/',
    'smtp://2130706433:587/',
    'smtp://0x7f.1:587/',
    'smtp://[::1]:587/',
    'smtp://[::ffff:10.0.0.1]:587/',
    'smtp://10.0.0.1:25/',
    'smtps://169.254.169.254:465/',
    'smtp://metadata.google.internal:587/',
    'smtp://mail.example.com:22/',
    'smtp://mail.example.com:6379/',
  ])('%s', async (url) => {
    await expect(outside.send(request(url))).rejects.toMatchObject({
      errorClass: url.includes(':6379') ? expect.any(String) : 'EGRESS_DENIED',
    })
  })

  test('a name that leads inside', async () => {
    const rebinding = createEgress({ lookup: async () => [{ address: '192.168.1.4', family: 4 }] })
    await expect(rebinding.send(request('smtp://mail.example.com:587/'))).rejects.toMatchObject({
      errorClass: 'EGRESS_DENIED',
    })
    await rebinding.close()
  })
})
