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
const run = <Output = Thing>(name: string, input: object) => runAtTwin<Output>(lab.origin, 'paypal', name, input)
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const receiver = () => `${lab.origin}/_receiver/paypal`

let serial = 0
/** An order whose payer agreed on PayPal's page. */
async function approved(capture: 'AUTOMATIC' | 'MANUAL', amountMinor = 5_000): Promise<string> {
  serial += 1
  const { output } = await run('payments.create', {
    amount: usd(amountMinor),
    reference: `NA-P-${serial}`,
    capture,
    returnUrl: 'https://noor-atelier.example/paid',
    idempotencyKey: `approved-${serial}`,
  })
  const post = (path: string, body: object) =>
    fetch(`${lab.origin}/_control/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  await post('paypal/subscribers', { url: receiver(), secret: '1LAB0000000000001' })
  const told = await post('emit', { vendor: 'paypal', scenario: 'checkout.approved', orderId: output.id })
  expect(told.status).toBe(202)
  return output.id
}

describe('F2: PayPal orders from approval to refund', () => {
  test('an order nobody approved cannot be taken; an approved one is, once', async () => {
    const { output } = await run('payments.create', {
      amount: usd(900),
      reference: 'NA-EARLY',
      returnUrl: 'https://noor-atelier.example/paid',
      idempotencyKey: 'early',
    })
    await expect(run('payments.capture', { id: output.id, idempotencyKey: 'early-1' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode: 'ORDER_NOT_APPROVED',
    })
    const id = await approved('AUTOMATIC')
    expect((await run('payments.get', { id })).output).toMatchObject({ status: 'PROCESSING', vendorStatus: 'APPROVED' })
    const capture = { id, idempotencyKey: 'take-1' }
    const taken = { status: 'SUCCEEDED', amountCaptured: usd(5_000), amountRefunded: usd(0) }
    expect((await run('payments.capture', capture)).output).toMatchObject(taken)
    // The answer was lost: the same key brings the same answer and takes nothing.
    expect((await run('payments.capture', capture)).output).toMatchObject(taken)
    await expect(run('payments.capture', { ...capture, idempotencyKey: 'take-2' })).rejects.toMatchObject({
      vendorCode: 'ORDER_ALREADY_CAPTURED',
    })
  })

  test('a part of an order that is not reserved is refused before anything is sent', async () => {
    const id = await approved('AUTOMATIC')
    await expect(run('payments.capture', { id, amount: usd(4_999), idempotencyKey: 'part' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      field: 'amount',
      status: null,
    })
  })

  test('a reservation is authorized, taken in part, and given back by order or by capture', async () => {
    const id = await approved('MANUAL')
    const { output, sent } = await run<{ providerData: { captures: readonly Thing[] } }>('payments.capture', {
      id,
      amount: usd(3_000),
      idempotencyKey: 'reserve',
    })
    expect(output).toMatchObject({ id, status: 'SUCCEEDED', amount: usd(5_000), amountCaptured: usd(3_000) })
    expect(sent.filter(({ method }) => method === 'POST').map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      'reserve:authorize',
      'reserve',
    ])
    const [capture] = output.providerData.captures
    const byOrder = await run('refunds.create', { paymentId: id, amount: usd(1_000), idempotencyKey: 'back-1' })
    expect(byOrder.output).toMatchObject({ paymentId: id, amount: usd(1_000), status: 'SUCCEEDED' })
    const byCapture = await run('refunds.create', { paymentId: capture?.id, idempotencyKey: 'back-2' })
    expect(byCapture.output).toMatchObject({ amount: usd(2_000) })
    await expect(run('refunds.create', { paymentId: id, idempotencyKey: 'back-3' })).rejects.toMatchObject({
      vendorCode: 'CAPTURE_FULLY_REFUNDED',
    })
    expect((await run('payments.get', { id })).output).toMatchObject({ amountRefunded: usd(3_000) })
    expect((await run('payments.get', { id: capture?.id })).output).toMatchObject({
      id: capture?.id,
      vendorStatus: 'REFUNDED',
      providerData: { order_id: id },
    })
  })

  test('what is reserved is let go, a repeat changes nothing, and what was taken is not cancelled', async () => {
    const cancel = { id: '5LAB0000NA0000004', idempotencyKey: 'void-1' }
    expect((await run('payments.get', { id: cancel.id })).output).toMatchObject({ status: 'AUTHORIZED' })
    expect((await run('payments.cancel', cancel)).output).toMatchObject({ status: 'CANCELLED' })
    const again = await run('payments.cancel', { ...cancel, idempotencyKey: 'void-2' })
    expect(again.output).toMatchObject({ status: 'CANCELLED' })
    expect(again.sent.every(({ method }) => method === 'GET')).toBe(true)
    await expect(run('payments.cancel', { ...cancel, id: '5LAB0000NA0000000' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      advice: expect.stringContaining('Refund'),
    })
  })
})

describe('S1: PayPal’s lists', () => {
  interface Listed extends Thing {
    readonly createdAt: string
    readonly amount: { readonly amountMinor: number }
  }

  test('every payment once, newest first, refunds are none, in any page size', async () => {
    let whole: readonly string[] | null = null
    for (const first of [1, 3, 100]) {
      const all = await allAtTwin<Listed>(lab.origin, 'paypal', 'payments.list', { first })
      const ids = all.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      whole ??= ids
      // What was made in the same moment has no order among itself.
      expect(ids.toSorted(), `pages of ${first}`).toEqual(whole.toSorted())
      expect(all.map(({ createdAt }) => createdAt)).toEqual(
        all.map(({ createdAt }) => createdAt).toSorted((a, b) => b.localeCompare(a)),
      )
      expect(all.every(({ amount }) => amount.amountMinor > 0)).toBe(true)
    }
    expect(whole?.length).toBeGreaterThanOrEqual(9)
  })

  test('a longer time is walked in windows of 31 days', async () => {
    const createdAfter = new Date(Date.now() - 100 * 86_400_000).toISOString()
    const all = await allAtTwin<Listed>(lab.origin, 'paypal', 'payments.list', { first: 100, createdAfter })
    expect(all.length).toBeGreaterThanOrEqual(9)
  })

  test('disputes page by PayPal’s token', async () => {
    const all = await allAtTwin<Thing>(lab.origin, 'paypal', 'disputes.list', { first: 2 })
    expect(all).toHaveLength(5)
  })
})

describe('PayPal disputes and subscriptions', () => {
  test('evidence is sent once, an accepted dispute stays lost', async () => {
    const evidence = { id: 'PP-R-LAB-10020033', evidence: 'Signed "for" by Layla.', idempotencyKey: 'evidence' }
    const first = await run('disputes.answer', evidence)
    expect(first.output).toMatchObject({ status: 'UNDER_REVIEW' })
    const second = await run('disputes.answer', evidence)
    expect(second.sent.map(({ method }) => method)).toEqual(['GET'])
    const accept = { id: 'PP-R-LAB-10020030', accept: true, idempotencyKey: 'accept' }
    expect((await run('disputes.answer', accept)).output).toMatchObject({ status: 'LOST' })
    expect((await run('disputes.answer', accept)).output).toMatchObject({ status: 'LOST' })
    await expect(run('disputes.answer', { ...evidence, evidence: 'x'.repeat(2_001) })).rejects.toMatchObject({
      field: 'evidence',
    })
  })

  test('a subscription waits on PayPal’s page, ends once, and never with its period', async () => {
    const { output } = await run('checkouts.create', {
      mode: 'SUBSCRIPTION',
      items: [{ priceId: 'P-5LAB00000NOORCLUBYEAR0001' }],
      reference: 'CLUB-9',
      successUrl: 'https://noor-atelier.example/club',
      idempotencyKey: 'club-9',
    })
    expect(output).toMatchObject({
      status: 'OPEN',
      url: expect.stringContaining('https://www.sandbox.paypal.com/'),
      reference: 'CLUB-9',
    })
    const cancel = { id: output.id, idempotencyKey: 'club-9-end' }
    await expect(run('subscriptions.cancel', { ...cancel, atPeriodEnd: true })).rejects.toMatchObject({
      field: 'atPeriodEnd',
    })
    for (const _again of [1, 2])
      expect((await run('subscriptions.cancel', cancel)).output).toMatchObject({ status: 'CANCELLED' })
  })
})
