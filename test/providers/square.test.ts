import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { allAtTwin, runAtTwin } from './at-twin.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

interface Thing {
  readonly id: string
  readonly status: string
}
const run = <Output = Thing>(name: string, input: object) => runAtTwin<Output>(lab.origin, 'square', name, input)
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
let serial = 0
const pay = async (change: object = {}) => {
  serial += 1
  const order = { amount: usd(5_000), reference: `NA-S-${serial}`, paymentMethodId: 'cnon:card-nonce-ok' }
  return run('payments.create', { ...order, idempotencyKey: `pay-${serial}`, ...change })
}

describe('F2: Square payments', () => {
  test('the same key is the same payment, even one too long for Square', async () => {
    const idempotencyKey = 'k'.repeat(100)
    const first = await pay({ idempotencyKey, reference: 'NA-LONG' })
    const again = await pay({ idempotencyKey, reference: 'NA-LONG' })
    expect(again.output.id).toBe(first.output.id)
    await expect(pay({ idempotencyKey, reference: 'NA-OTHER' })).rejects.toMatchObject({ errorClass: 'CONFLICT' })
  })

  test('a declined card is refused in Square’s words, a payment without a token before anything is sent', async () => {
    await expect(pay({ paymentMethodId: 'cnon:card-nonce-declined' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      status: 402,
      vendorCode: 'GENERIC_DECLINE',
    })
    await expect(pay({ paymentMethodId: undefined })).rejects.toMatchObject({ field: 'paymentMethodId', status: null })
    await expect(pay({ reference: 'x'.repeat(41) })).rejects.toMatchObject({ field: 'reference', status: null })
  })

  test('a part is taken by lowering the amount, and a repeat takes nothing more', async () => {
    const { output } = await pay({ capture: 'MANUAL' })
    expect(output).toMatchObject({ status: 'AUTHORIZED', amountCaptured: usd(0), risk: { level: 'NORMAL' } })
    const capture = { id: output.id, amount: usd(3_000), idempotencyKey: 'take' }
    const taken = { status: 'SUCCEEDED', amountCaptured: usd(3_000) }
    expect((await run('payments.capture', capture)).output).toMatchObject(taken)
    const again = await run('payments.capture', capture)
    expect(again.output).toMatchObject(taken)
    expect(again.sent.map(({ method }) => method)).toEqual(['GET'])
  })

  test('what is left goes back without naming a sum, and never more', async () => {
    const { output } = await pay()
    const refund = { paymentId: output.id, idempotencyKey: 'back' }
    expect((await run('refunds.create', { ...refund, amount: usd(2_000) })).output).toMatchObject({ status: 'PENDING' })
    const rest = await run('refunds.create', { ...refund, idempotencyKey: 'rest' })
    expect(rest.output).toMatchObject({ amount: usd(3_000) })
    expect((await run('refunds.get', { id: rest.output.id })).output).toMatchObject({ status: 'SUCCEEDED' })
    await expect(run('refunds.create', { ...refund, idempotencyKey: 'more' })).rejects.toMatchObject({
      vendorCode: 'REFUND_AMOUNT_INVALID',
    })
    // All of it at once: when the answer is lost, the repeat is the same refund.
    const whole = { paymentId: (await pay()).output.id, idempotencyKey: 'whole' }
    const first = await run('refunds.create', whole)
    expect((await run('refunds.create', whole)).output.id).toBe(first.output.id)
  })

  test('a payment of the disputed amount is disputed; evidence goes out once', async () => {
    const { output } = await pay({ amount: usd(8_801) })
    const [dispute] = await allAtTwin<Thing & { paymentId: string }>(lab.origin, 'square', 'disputes.list', {
      first: 1,
    })
    expect(dispute).toMatchObject({ paymentId: output.id, status: 'NEEDS_RESPONSE' })
    const answer = { id: dispute?.id, evidence: 'Signed.', trackingNumber: '44', idempotencyKey: 'answer' }
    expect((await run('disputes.answer', answer)).output).toMatchObject({ status: 'UNDER_REVIEW' })
    const again = await run('disputes.answer', answer)
    expect(again.sent.map(({ method }) => method)).toEqual(['GET'])
  })
})

describe('S1: Square’s lists', () => {
  test.each(['payments.list', 'disputes.list', 'subscriptions.list'])('%s: every item once', async (name) => {
    const whole = await allAtTwin<Thing>(lab.origin, 'square', name, { first: 100 })
    for (const first of [1, 2, 5]) {
      const all = await allAtTwin<Thing>(lab.origin, 'square', name, { first })
      expect(all.map(({ id }) => id)).toEqual(whole.map(({ id }) => id))
    }
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length)
    expect(whole.length).toBeGreaterThan(3)
  })
})

test('a Square subscription ends with its period, and a repeat leaves it so', async () => {
  const cancel = { id: 'SLABNOOR1', idempotencyKey: 'end' }
  await expect(run('subscriptions.cancel', cancel)).rejects.toMatchObject({ field: 'atPeriodEnd', status: null })
  for (const _again of [1, 2])
    expect((await run('subscriptions.cancel', { ...cancel, atPeriodEnd: true })).output).toMatchObject({
      status: 'ACTIVE',
      cancelAtPeriodEnd: true,
    })
})
