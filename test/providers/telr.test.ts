import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { firstRef } from '@patchbay/server/lab/twins/telr/orders.ts'
import { telr } from '@patchbay/server/providers/telr.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { runAtTwin } from './at-twin.ts'
import { answerOf } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const run = <Output = { readonly id: string }>(name: string, input: object) =>
  runAtTwin<Output>(lab.origin, 'telr', name, input)
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })
const provider: Provider = telr
const order = (change: object = {}) => ({
  amount: aed(12_500),
  reference: 'NA-T-1',
  returnUrl: 'https://noor-atelier.example/paid',
  idempotencyKey: 'telr-1',
  ...change,
})

describe('F2: Telr', () => {
  test('store and key go into the body, the test flag follows the environment', async () => {
    const { output, sent } = await run('payments.create', order())
    expect(output).toMatchObject({
      status: 'REQUIRES_ACTION',
      amount: aed(12_500),
      live: false,
      redirectUrl: expect.stringMatching(/^https:\/\/secure\.telr\.com\/gateway\/process\.html/),
    })
    expect(sent[0]).toMatchObject({
      json: { method: 'create', order: { test: 1, amount: '125.00', trantype: 'sale' } },
    })
    expect(JSON.stringify(sent)).not.toContain('authkey')
    const url = new URL('https://secure.telr.com/gateway/order.json')
    const given = { method: 'POST', url, headers: {}, body: '{"method":"check"}', json: { method: 'check' } }
    const ready = provider.authorize(given, { storeId: '25301', authKey: 'key-of-the-shop' }, null)
    expect(JSON.parse(ready.body ?? '')).toEqual({ method: 'check', store: 25_301, authkey: 'key-of-the-shop' })
  })

  test('the same order twice opens one page: Telr refuses the second', async () => {
    await run('payments.create', order({ reference: 'NA-T-2' }))
    await expect(run('payments.create', order({ reference: 'NA-T-2' }))).rejects.toMatchObject({
      errorClass: 'CONFLICT',
    })
    await expect(run('payments.create', order({ returnUrl: undefined }))).rejects.toMatchObject({
      field: 'returnUrl',
      status: null,
    })
  })

  test('what is reserved is taken once, or let go', async () => {
    expect((await run('payments.get', { id: firstRef(1) })).output).toMatchObject({ status: 'AUTHORIZED' })
    const capture = { id: firstRef(1), amount: aed(5_000), idempotencyKey: 'take' }
    expect((await run('payments.capture', capture)).output).toMatchObject({
      status: 'SUCCEEDED',
      amountCaptured: aed(5_000),
    })
    const again = await run('payments.capture', capture)
    expect(again.sent.map(({ path }) => path)).toEqual(['/gateway/order.json'])
    for (const _again of [1, 2])
      expect((await run('payments.cancel', { id: firstRef(5), idempotencyKey: 'void' })).output).toMatchObject({
        status: 'CANCELLED',
      })
    expect((await run('payments.get', { id: firstRef(6) })).output).toMatchObject({
      status: 'FAILED',
      failure: 'Not authorised',
    })
  })

  test('money goes back in the currency of the payment, and not more than was paid', async () => {
    const refund = { paymentId: firstRef(0), amount: aed(1_500), idempotencyKey: 'back' }
    expect((await run('refunds.create', refund)).output).toMatchObject({ amount: aed(1_500), status: 'SUCCEEDED' })
    await expect(
      run('refunds.create', { ...refund, amount: { amountMinor: 5, currency: 'USD' } }),
    ).rejects.toMatchObject({ field: 'amount', status: null })
    await expect(run('refunds.create', { ...refund, amount: aed(9_999_900) })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode: '32',
    })
  })
})

test.each([
  [
    { error: { message: 'E03:Authentication failed', note: 'Invalid store ID or authentication key' } },
    'AUTHENTICATION',
  ],
  [{ error: { message: 'Not permitted', note: 'IP address 203.0.113.9 is not allowed' } }, 'PERMISSION'],
  [{ error: { message: 'Order not found', note: '' } }, 'NOT_FOUND'],
  [{ error: { message: 'Invalid request', note: 'Invalid amount' } }, 'INVALID_REQUEST'],
  [{ transaction: { ref: '1', status: 'D', code: '05', message: 'Not authorised' } }, 'INVALID_REQUEST'],
])('X3: telr: errors inside a success: %j', (body, errorClass) => {
  expect(provider.judge?.(answerOf('Telr', 200, {}, JSON.stringify(body)))).toMatchObject({ errorClass })
})

test('X3: telr: a declined order is read and is no failure of the call', () => {
  const body = { order: { ref: 'x', status: { code: -3 }, transaction: { status: 'D' } } }
  expect(provider.judge?.(answerOf('Telr', 200, {}, JSON.stringify(body)))).toBeNull()
})
