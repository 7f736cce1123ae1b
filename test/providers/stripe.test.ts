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
