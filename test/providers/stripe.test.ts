import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CreatePayment } from '@patchbay/schema/capabilities/payment.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import type { Call, CallRequest, Provider } from '@patchbay/server/providers/provider.ts'
import { fetchFromCall } from '@patchbay/server/providers/shared/fetch-from-call.ts'
import { stripe } from '@patchbay/server/providers/stripe.ts'
import { answerOf, twinCall } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const create = stripe.operations['payments.create']
const order = (change: Partial<CreatePayment> = {}): CreatePayment => ({
  amount: { amountMinor: 12_500, currency: 'AED' },
  reference: 'NA-1',
  capture: 'AUTOMATIC',
  idempotencyKey: 'key-1',
  ...change,
})

/** A call that keeps what it was asked and goes on to the twin. */
function spying(fields: Readonly<Record<string, string>> = labCredentials.stripe.good): {
  seen: CallRequest[]
  call: Call
} {
  const seen: CallRequest[] = []
  const call = twinCall({ provider: stripe, fields, accessToken: null, origin: lab.origin })
  return {
    seen,
    call: (request) => {
      seen.push(request)
      return call(request)
    },
  }
}

describe('F2: Stripe through its own SDK', () => {
  test('every request goes through the call, without the placeholder key or telemetry', async () => {
    const { seen, call } = spying()
    await create(call, order({ idempotencyKey: 'key-spy' }))
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/v1/payment_intents',
      idempotencyKey: 'key-spy',
      form: {
        amount: '12500',
        currency: 'aed',
        'metadata[reference]': 'NA-1',
        'automatic_payment_methods[enabled]': 'true',
      },
    })
    expect(Object.keys(seen[0]?.headers ?? {}).sort()).toEqual(['accept', 'stripe-version'])
    expect(JSON.stringify(seen)).not.toContain('sk_placeholder')
  })

  test('the same key gives the same payment, another order under it is refused', async () => {
    const { call } = spying()
    const first = await create(call, order({ idempotencyKey: 'key-twice' }))
    const second = await create(call, order({ idempotencyKey: 'key-twice' }))
    expect(second.id).toBe(first.id)
    await expect(create(call, order({ idempotencyKey: 'key-twice', reference: 'NA-2' }))).rejects.toMatchObject({
      errorClass: 'CONFLICT',
    })
  })

  test('a refusal comes out as the pipeline threw it, not as the SDK wrapped it', async () => {
    const { call, seen } = spying({ secretKey: 'sk_test_wrong' })
    const error: unknown = await create(call, order()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProviderCallError)
    expect(error).toMatchObject({ errorClass: 'AUTHENTICATION', status: 401, field: 'secretKey' })
    expect(seen).toHaveLength(1)
  })

  test('nothing is repeated by the SDK, whatever goes wrong', async () => {
    let calls = 0
    const broken: Call = () => {
      calls += 1
      return Promise.reject(
        new ProviderCallError({
          errorClass: 'NETWORK',
          message: 'gone',
          advice: 'x',
          cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
        }),
      )
    }
    await expect(create(broken, order())).rejects.toMatchObject({ errorClass: 'NETWORK', message: 'gone' })
    expect(calls).toBe(1)
  })

  test.each([
    ['AED', 12_500, '12500'],
    ['JPY', 500, '500'],
    ['UGX', 5000, '500000'],
    ['ISK', 100, '10000'],
    ['KWD', 5120, '5120'],
    ['MGA', 50_000, '500'],
  ])('F3: %s %i is sent as %s and comes back the same', async (currency, amountMinor, sent) => {
    const { seen, call } = spying()
    const payment = await create(
      call,
      order({ amount: { amountMinor, currency }, idempotencyKey: `money-${currency}` }),
    )
    expect(seen[0]?.form).toMatchObject({ amount: sent })
    expect(payment.amount).toEqual({ amountMinor, currency })
  })

  test.each([
    ['KWD', 5124],
    ['MGA', 150],
  ])('F3: %s %i cannot be charged exactly and is not sent', async (currency, amountMinor) => {
    const { seen, call } = spying()
    await expect(create(call, order({ amount: { amountMinor, currency } }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      field: 'amount',
    })
    expect(seen).toHaveLength(0)
  })

  test('a connected account travels as a header', () => {
    const request = {
      method: 'GET',
      url: new URL('https://api.stripe.com/v1/balance'),
      headers: {},
      body: null,
      json: undefined,
    }
    const provider: Provider = stripe
    const ready = provider.authorize(request, { secretKey: 'rk_test_1', account: 'acct_1' }, null)
    expect(ready.headers).toMatchObject({
      authorization: 'Bearer rk_test_1',
      'stripe-account': 'acct_1',
      'stripe-version': expect.any(String),
    })
  })
})

const { operations } = stripe
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })
let serial = 0
const pay = (paymentMethodId: string, change: Partial<CreatePayment> = {}) => {
  serial += 1
  return create(spying().call, order({ paymentMethodId, idempotencyKey: `pay-${serial}`, ...change }))
}

describe('F2: Stripe’s test cards behave at the twin as Stripe says', () => {
  test('a good card is paid at once, with Radar’s word on it', async () => {
    expect(await pay('pm_card_visa')).toMatchObject({
      status: 'SUCCEEDED',
      amountCaptured: aed(12_500),
      method: 'card',
      risk: { level: 'NORMAL', outcome: 'authorized', score: 12 },
      failure: null,
    })
    expect(await pay('pm_card_riskLevelElevated')).toMatchObject({
      risk: { level: 'ELEVATED', score: 68, outcome: 'manual_review', reason: 'elevated_risk_level' },
    })
  })

  test('a declined card is refused in Stripe’s words, and the payment says why', async () => {
    const { call } = spying()
    const declined = order({
      paymentMethodId: 'pm_card_chargeDeclinedInsufficientFunds',
      idempotencyKey: 'declined',
      reference: 'NA-DECLINED',
    })
    const refused = { errorClass: 'INVALID_REQUEST', status: 402, vendorCode: 'card_declined' }
    await expect(create(call, declined)).rejects.toMatchObject(refused)
    // A repeat asks nobody for money again.
    await expect(create(call, declined)).rejects.toMatchObject(refused)
    const { items } = await operations['payments.list'](call, { first: 100, after: null })
    const found = items.filter(({ reference }) => reference === 'NA-DECLINED')
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({
      status: 'REQUIRES_ACTION',
      failure: 'Your card has insufficient funds.',
      providerData: { decline_code: 'insufficient_funds' },
    })
  })

  test('3-D Secure sends the payer to the bank’s page, or asks for the browser component', async () => {
    expect(
      await pay('pm_card_authenticationRequired', { returnUrl: 'https://noor-atelier.example/paid' }),
    ).toMatchObject({
      status: 'REQUIRES_ACTION',
      redirectUrl: expect.stringMatching(/^https:\/\/hooks\.stripe\.com\//),
    })
    expect(await pay('pm_card_authenticationRequired')).toMatchObject({
      redirectUrl: null,
      clientSecret: expect.stringContaining('_secret_'),
      providerData: { next_action: 'use_stripe_sdk' },
    })
  })

  test('a card that disputes opens a dispute; accepting it loses it, once', async () => {
    const payment = await pay('pm_card_createDispute')
    const { call } = spying()
    const { items } = await operations['disputes.list'](call, { first: 1, after: null })
    expect(items[0]).toMatchObject({ paymentId: payment.id, status: 'NEEDS_RESPONSE', reason: 'fraudulent' })
    const answer = { id: items[0]?.id ?? '', accept: true, idempotencyKey: 'give-in' }
    expect(await operations['disputes.answer'](call, answer)).toMatchObject({ status: 'LOST' })
    expect(await operations['disputes.answer'](call, answer)).toMatchObject({ status: 'LOST' })
    await expect(operations['disputes.answer'](call, { ...answer, idempotencyKey: 'again' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
    })
  })
})

describe('F3: Stripe, parts of a payment', () => {
  test('reserved money is taken in part, given back in part, and never more than there is', async () => {
    const { call } = spying()
    const { id } = await pay('pm_card_visa', { capture: 'MANUAL' })
    expect(
      await operations['payments.capture'](call, { id, amount: aed(10_000), idempotencyKey: 'part' }),
    ).toMatchObject({ status: 'SUCCEEDED', amountCaptured: aed(10_000) })
    const refund = { paymentId: id, amount: aed(4_000), idempotencyKey: 'back-1' }
    const first = await operations['refunds.create'](call, refund)
    expect((await operations['refunds.create'](call, refund)).id).toBe(first.id)
    expect(await operations['payments.get'](call, { id })).toMatchObject({ amountRefunded: aed(4_000) })
    await expect(
      operations['refunds.create'](call, { ...refund, amount: aed(6_001), idempotencyKey: 'back-2' }),
    ).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
    expect(await operations['refunds.create'](call, { paymentId: id, idempotencyKey: 'back-3' })).toMatchObject({
      amount: aed(6_000),
    })
  })

  test('a part in another currency is refused before Stripe takes its number for this one’s', async () => {
    const { id } = await pay('pm_card_visa')
    const { call, seen } = spying()
    await expect(
      operations['refunds.create'](call, {
        paymentId: id,
        amount: { amountMinor: 1_000, currency: 'USD' },
        idempotencyKey: 'usd',
      }),
    ).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', field: 'amount' })
    expect(seen.map(({ method }) => method)).toEqual(['GET'])
  })

  test('the statement shows a suffix for cards and the whole text for the rest', async () => {
    const { call, seen } = spying()
    await create(call, order({ statementDescriptor: 'NOOR 1', idempotencyKey: 'statement-1' }))
    await create(
      call,
      order({ statementDescriptor: 'NOOR 2', methodTypes: ['us_bank_account'], idempotencyKey: 'statement-2' }),
    )
    expect(seen[0]?.form).toMatchObject({ statement_descriptor_suffix: 'NOOR 1' })
    expect(seen[1]?.form).toMatchObject({
      statement_descriptor: 'NOOR 2',
      'payment_method_types[0]': 'us_bank_account',
    })
    expect(seen[1]?.form).not.toHaveProperty('automatic_payment_methods[enabled]')
  })
})

describe('S1: Stripe’s lists', () => {
  test('page to their end, and take no foreign cursor', async () => {
    const { call } = spying()
    const ids: string[] = []
    for (let after: string | null = null, first = true; first || after !== null; first = false) {
      const page = await operations['subscriptions.list'](call, { first: 2, after })
      ids.push(...page.items.map(({ id }) => id))
      after = page.nextCursor
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThanOrEqual(5)
    await expect(operations['payments.list'](call, { first: 2, after: 'bm90LW91cnM' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
    })
  })
})

describe('Stripe subscriptions', () => {
  const club = { priceId: 'price_1LabNoorClubMonth', customerEmail: 'nadia@example.com', idempotencyKey: 'nadia' }

  test('a customer is made once for an address; the first payment has a page', async () => {
    const { call, seen } = spying()
    const first = await operations['subscriptions.create'](call, club)
    const again = await operations['subscriptions.create'](call, { ...club, idempotencyKey: 'nadia-2' })
    expect(again.customerId).toBe(first.customerId)
    expect(seen.filter(({ method, path }) => method === 'POST' && path === '/v1/customers')).toHaveLength(1)
    expect(first).toMatchObject({
      status: 'INCOMPLETE',
      amount: aed(4_900),
      redirectUrl: expect.stringContaining('https://invoice.stripe.com/'),
    })
  })

  test('ends with its period or at once, and a repeat finds it ended', async () => {
    const { call } = spying()
    const { id } = await operations['subscriptions.create'](call, { ...club, idempotencyKey: 'nadia-3' })
    const end = (atPeriodEnd: boolean) =>
      operations['subscriptions.cancel'](call, { id, atPeriodEnd, idempotencyKey: `end-${String(atPeriodEnd)}` })
    expect(await end(true)).toMatchObject({ status: 'INCOMPLETE', cancelAtPeriodEnd: true })
    expect(await end(false)).toMatchObject({ status: 'CANCELLED' })
    expect(await end(false)).toMatchObject({ status: 'CANCELLED', id })
    await expect(
      operations['subscriptions.cancel'](call, { id: 'sub_none', atPeriodEnd: false, idempotencyKey: 'none' }),
    ).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  test('a checkout for one needs a price kept at Stripe', async () => {
    const { call, seen } = spying()
    await expect(
      operations['checkouts.create'](call, {
        mode: 'SUBSCRIPTION',
        items: [{ name: 'Club', price: aed(4_900), quantity: 1 }],
        reference: 'CLUB-1',
        successUrl: 'https://noor-atelier.example/thanks',
        idempotencyKey: 'club-checkout',
      }),
    ).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', field: 'items' })
    expect(seen).toHaveLength(0)
  })
})

describe('X1: a fetch made of a call', () => {
  const answering =
    (seen: CallRequest[]): Call =>
    (request) => {
      seen.push(request)
      return Promise.resolve(answerOf('x', 200, { 'content-type': 'application/json' }, '{"ok":true}'))
    }

  test('forms, JSON, text and queries keep their shape', async () => {
    const seen: CallRequest[] = []
    const send = fetchFromCall(answering(seen), { host: 'files', keepHeaders: ['x-kept'] })
    await send('https://api.example.com/a?b=c', {
      headers: { 'x-kept': '1', 'x-dropped': '2', authorization: 'Bearer placeholder' },
    })
    await send('https://api.example.com/json', {
      method: 'post',
      headers: { 'content-type': 'application/json' },
      body: '{"a":[1]}',
    })
    await send('https://api.example.com/form', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=1&b=%C3%A9',
    })
    await send('https://api.example.com/twice', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=1&a=2',
    })
    expect(seen[0]).toEqual({ method: 'GET', path: '/a', query: { b: 'c' }, headers: { 'x-kept': '1' }, host: 'files' })
    expect(seen[1]).toMatchObject({ json: { a: [1] } })
    expect(seen[2]).toMatchObject({ form: { a: '1', b: 'é' } })
    expect(seen[3]).toMatchObject({ text: 'a=1&a=2', headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  })

  test('what a call cannot say is refused, not bent', async () => {
    const send = fetchFromCall(answering([]))
    await expect(send('https://api.example.com/?a=1&a=2')).rejects.toThrow('repeat')
    await expect(send('https://api.example.com/', { method: 'TRACE' })).rejects.toThrow('TRACE')
  })

  test('an empty answer has no body', async () => {
    const send = fetchFromCall(() => Promise.resolve(answerOf('x', 204, {}, '')))
    const response = await send('https://api.example.com/', { method: 'DELETE' })
    expect(response.status).toBe(204)
  })
})
