import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidOf } from '@patchbay/server/lab/chance.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { networkInternational } from '@patchbay/server/providers/network-international.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { runAtTwin } from './at-twin.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const run = <Output = { readonly id: string }>(name: string, input: object) =>
  runAtTwin<Output>(lab.origin, 'network-international', name, input)
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })
const first = (index: number) => uuidOf(`ni:${uuidOf(`ni:${index}::1`)}`)
const provider: Provider = networkInternational

describe('F2: Network International', () => {
  test('every operation signs in first, and the session never leaves under its own name', async () => {
    const { sent } = await run('payments.get', { id: first(0) })
    expect(sent.map(({ path }) => path.split('/')[1])).toEqual(['identity', 'transactions'])
    const url = new URL('https://api-gateway.ngenius-payments.com/transactions')
    const request = { method: 'GET', url, headers: { 'x-session-token': 'session' }, body: null, json: undefined }
    expect(provider.authorize(request, { apiKey: 'key' }, null).headers).toEqual({ authorization: 'Bearer session' })
    expect(provider.authorize({ ...request, headers: {} }, { apiKey: 'key' }, null).headers).toEqual({
      authorization: 'Basic key',
    })
  })

  test('an order comes back with the page to pay on, in minor units of any currency', async () => {
    for (const amount of [
      aed(12_500),
      { amountMinor: 1_500, currency: 'KWD' },
      { amountMinor: 500, currency: 'JPY' },
    ]) {
      const { output, sent } = await run('payments.create', {
        amount,
        reference: 'NA-1',
        returnUrl: 'https://noor-atelier.example/paid',
        idempotencyKey: `order-${amount.currency}`,
      })
      expect(output).toMatchObject({
        status: 'REQUIRES_ACTION',
        amount,
        amountCaptured: { amountMinor: 0, currency: amount.currency },
        redirectUrl: expect.stringMatching(/^https:\/\/paypage\./),
      })
      expect(JSON.parse(sent.at(-1)?.text ?? '')).toMatchObject({
        action: 'SALE',
        amount: { currencyCode: amount.currency, value: amount.amountMinor },
      })
    }
  })

  test('what is reserved is taken once, in part', async () => {
    const capture = { id: first(1), amount: aed(1_000), idempotencyKey: 'take' }
    expect((await run('payments.get', { id: first(1) })).output).toMatchObject({ status: 'AUTHORIZED' })
    const taken = { status: 'SUCCEEDED', vendorStatus: 'PARTIALLY_CAPTURED', amountCaptured: aed(1_000) }
    expect((await run('payments.capture', capture)).output).toMatchObject(taken)
    const again = await run('payments.capture', capture)
    expect(again.output).toMatchObject(taken)
    expect(again.sent.some(({ path }) => path.endsWith('/captures'))).toBe(false)
  })

  test('what is reserved is let go; what was taken is not', async () => {
    const cancel = { id: first(5), idempotencyKey: 'void' }
    for (const _again of [1, 2])
      expect((await run('payments.cancel', cancel)).output).toMatchObject({ status: 'CANCELLED' })
    await expect(run('payments.cancel', { ...cancel, id: first(0) })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      advice: expect.stringContaining('Refund'),
    })
  })

  test('a refund is read by its own id, and no more goes back than was taken', async () => {
    const refund = { paymentId: first(2), amount: aed(1_500), idempotencyKey: 'back' }
    const { output } = await run<{ id: string; amount: object }>('refunds.create', refund)
    expect(output).toMatchObject({ paymentId: first(2), amount: aed(1_500), status: 'SUCCEEDED' })
    expect((await run('refunds.get', { id: output.id })).output).toEqual(output)
    await expect(run('refunds.get', { id: `${first(2)}:${first(3)}` })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
    await run('refunds.create', { paymentId: first(2), idempotencyKey: 'rest' })
    expect((await run('payments.get', { id: first(2) })).output).toMatchObject({ vendorStatus: 'REFUNDED' })
    const more = run('refunds.create', { ...refund, idempotencyKey: 'more' })
    await expect(more).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', status: null })
    await expect(
      run('refunds.create', { ...refund, paymentId: first(3), amount: { amountMinor: 5, currency: 'USD' } }),
    ).rejects.toMatchObject({ field: 'amount', status: null })
  })

  test('Saudi accounts have hosts of their own', () => {
    const at = (environment: 'SANDBOX' | 'LIVE', region: string) =>
      provider.hosts({ id: 'c', environment, settings: { region }, baseUrl: null })['api']
    expect(at('LIVE', 'ksa')).toBe('https://api-gateway.ksa.ngenius-payments.com')
    expect(at('SANDBOX', 'uae')).toBe('https://api-gateway.sandbox.ngenius-payments.com')
  })
})
