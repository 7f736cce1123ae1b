import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { labWaybills } from '@patchbay/server/lab/twins/aramex.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { CallRequest } from '@patchbay/server/providers/provider.ts'
import { cases } from './cases/index.ts'
import { connect, factsOf, twinCall } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

/** Runs an operation as the hub does: input by its contract, output held against it. */
async function run<Output>(
  slug: string,
  name: string,
  input: object,
): Promise<{ output: Output; sent: CallRequest[] }> {
  const provider = providers.get(slug)
  const operation = provider?.operations[name]
  const contract = provider && capabilities[provider.entry.category]?.[name]
  if (provider === undefined || operation === undefined || contract === undefined) throw new Error(`No ${slug} ${name}`)
  const connection = await connect(provider, cases[slug]?.good ?? {}, lab.origin)
  const call = twinCall(connection)
  const sent: CallRequest[] = []
  const spying = (request: CallRequest) => {
    sent.push(request)
    return call(request)
  }
  const output: unknown = await operation(spying, contract.input.parse(input) as never, factsOf(connection))
  return { output: contract.output.parse(output) as Output, sent }
}

describe('F2: PayPal', () => {
  const order = (change: object = {}) => ({
    amount: { amountMinor: 3_250, currency: 'USD' },
    reference: 'NA-77',
    returnUrl: 'https://noor-atelier.example/paid',
    idempotencyKey: 'paypal-1',
    ...change,
  })

  test('an order comes back with the page to pay on', async () => {
    const { output, sent } = await run('paypal', 'payments.create', order())
    expect(output).toMatchObject({
      status: 'REQUIRES_ACTION',
      vendorStatus: 'PAYER_ACTION_REQUIRED',
      amount: { amountMinor: 3_250, currency: 'USD' },
      reference: 'NA-77',
      redirectUrl: expect.stringContaining('paypal.com/checkoutnow'),
      live: false,
    })
    expect(sent[0]).toMatchObject({
      idempotencyKey: 'paypal-1',
      json: { purchase_units: [{ amount: { currency_code: 'USD', value: '32.50' } }] },
    })
  })

  test('the same key is the same order', async () => {
    const first = await run<{ id: string }>('paypal', 'payments.create', order({ idempotencyKey: 'paypal-2' }))
    const again = await run<{ id: string }>('paypal', 'payments.create', order({ idempotencyKey: 'paypal-2' }))
    expect(again.output.id).toBe(first.output.id)
    await expect(
      run('paypal', 'payments.create', order({ idempotencyKey: 'paypal-2', reference: 'NA-78' })),
    ).rejects.toMatchObject({ errorClass: 'CONFLICT' })
  })

  test.each([
    [{ amountMinor: 100_000, currency: 'HUF' }, '1000'],
    [{ amountMinor: 500, currency: 'JPY' }, '500'],
    [{ amountMinor: 20_000, currency: 'TWD' }, '200'],
  ])('F3: %j goes out as %s and comes back the same', async (amount, value) => {
    const { output, sent } = await run(
      'paypal',
      'payments.create',
      order({ amount, idempotencyKey: `paypal-${amount.currency}` }),
    )
    expect(sent[0]).toMatchObject({ json: { purchase_units: [{ amount: { value } }] } })
    expect(output).toMatchObject({ amount })
  })

  test.each([
    { amountMinor: 1000, currency: 'AED' },
    { amountMinor: 1000, currency: 'KWD' },
    { amountMinor: 150, currency: 'HUF' },
  ])('%j is refused before anything is sent', async (amount) => {
    await expect(run('paypal', 'payments.create', order({ amount }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      field: 'amount',
      status: null,
    })
  })

  test('a finished order says how much was taken', async () => {
    const { output } = await run('paypal', 'payments.get', { id: '5LAB0000NA0000000' })
    expect(output).toMatchObject({ status: 'SUCCEEDED', amountCaptured: { currency: 'USD' } })
    await expect(run('paypal', 'payments.get', { id: '../../v1/notifications/webhooks' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
  })
})

describe('F7: Aramex', () => {
  const here = { line1: 'Al Quoz 3', city: 'Dubai', country: 'AE' }

  test('grams leave as kilograms, fils come back exact', async () => {
    const { output, sent } = await run<{ rates: unknown[] }>('aramex', 'rates.quote', {
      from: here,
      to: here,
      parcels: [{ weightGrams: 333 }],
      currency: 'AED',
    })
    expect(sent[0]).toMatchObject({
      json: { ShipmentDetails: { ActualWeight: { Unit: 'KG', Value: 0.333 }, ProductGroup: 'DOM' } },
    })
    expect(output.rates).toEqual([{ service: 'OND', name: 'Domestic', price: { amountMinor: 1850, currency: 'AED' } }])
  })

  test('F3: a price in dinars has three places', async () => {
    const { output } = await run<{ rates: { price: unknown }[] }>('aramex', 'rates.quote', {
      from: here,
      to: here,
      parcels: [{ weightGrams: 500 }],
      currency: 'KWD',
    })
    expect(output.rates[0]?.price).toEqual({ amountMinor: 1547, currency: 'KWD' })
  })

  test('a city Aramex does not know is named', async () => {
    const asked = { from: here, to: { ...here, city: 'Dubay' }, parcels: [{ weightGrams: 500 }] }
    await expect(run('aramex', 'rates.quote', asked)).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode: 'ERR52',
      message: expect.stringContaining('Dubay'),
    })
  })

  test('a delivered parcel, a new one, and one that does not exist', async () => {
    const { output } = await run<{ events: { at: string }[] }>('aramex', 'shipments.track', {
      trackingNumber: labWaybills.delivered,
    })
    expect(output).toMatchObject({ status: 'DELIVERED', deliveredAt: expect.any(String), events: { length: 5 } })
    expect(output.events.map((event) => event.at)).toEqual(
      output.events
        .map((event) => event.at)
        .toSorted()
        .toReversed(),
    )
    expect((await run('aramex', 'shipments.track', { trackingNumber: labWaybills.created })).output).toMatchObject({
      status: 'CREATED',
      deliveredAt: null,
    })
    await expect(run('aramex', 'shipments.track', { trackingNumber: '9999999999' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
  })
})

describe('F7: Google Calendar', () => {
  const fitting = (change: object = {}) => ({
    title: 'Fitting',
    start: { at: '2026-12-01T10:00:00+04:00', date: null },
    end: { at: '2026-12-01T11:00:00+04:00', date: null },
    idempotencyKey: 'fitting-a',
    ...change,
  })

  test('the same key is the same event, asked for again or not', async () => {
    const first = await run<{ id: string }>('google-calendar', 'events.create', fitting())
    const again = await run<{ id: string }>('google-calendar', 'events.create', fitting())
    expect(again.output).toEqual(first.output)
    expect(first.output.id).toMatch(/^[a-v0-9]{5,1024}$/)
    expect(again.sent.map((request) => request.method)).toEqual(['POST', 'GET'])
  })

  test('whole days stay days', async () => {
    const day = {
      start: { at: null, date: '2026-12-02' },
      end: { at: null, date: '2026-12-03' },
      idempotencyKey: 'fitting-day',
    }
    expect((await run('google-calendar', 'events.create', fitting(day))).output).toMatchObject({
      start: { at: null, date: '2026-12-02' },
      end: { at: null, date: '2026-12-03' },
    })
  })

  test('a calendar’s id cannot lead elsewhere', async () => {
    const provider = providers.get('google-calendar')
    const connection = await connect(
      provider ?? never(),
      { ...cases['google-calendar']?.good, calendarId: '../users/me/calendarList?x=' },
      lab.origin,
    )
    await expect(provider?.probe(twinCall(connection), factsOf(connection))).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
      field: 'calendarId',
    })
  })
})

function never(): never {
  throw new Error('No provider')
}

describe('F6: SendGrid', () => {
  const mail = (change: object = {}) => ({
    to: [{ email: 'layla@example.com' }],
    subject: 'Hello',
    text: 'Hi',
    idempotencyKey: 'mail-1',
    ...change,
  })

  test('sent, or only checked', async () => {
    expect((await run('sendgrid', 'emails.send', mail())).output).toEqual({
      messageId: expect.stringMatching(/^\w{22}$/),
      status: 'ACCEPTED',
    })
    expect((await run('sendgrid', 'emails.send', mail({ dryRun: true }))).output).toEqual({
      messageId: null,
      status: 'CHECKED',
    })
  })

  test('plain text goes before HTML, the sender is the connection’s', async () => {
    const { sent } = await run('sendgrid', 'emails.send', mail({ html: '<p>Hi</p>' }))
    expect(sent[0]).toMatchObject({
      json: {
        from: { email: 'orders@noor-atelier.example' },
        content: [{ type: 'text/plain' }, { type: 'text/html' }],
      },
    })
  })

  test('a sender that is not verified points at its field', async () => {
    await expect(
      run('sendgrid', 'emails.send', mail({ from: { email: 'me@elsewhere.example' } })),
    ).rejects.toMatchObject({ errorClass: 'PERMISSION', field: 'fromEmail' })
  })

  test.each([{ text: undefined }, { subject: undefined }, { to: [] }, { to: [{ email: 'nobody' }] }])(
    '%j is refused by the contract',
    async (change) => {
      await expect(run('sendgrid', 'emails.send', mail(change))).rejects.toThrow()
    },
  )
})

describe('Shopify', () => {
  const hosts = (settings: Record<string, string>) =>
    providers.get('shopify')?.hosts({ id: 'c', environment: 'LIVE', settings, baseUrl: null })

  test.each(['evil.example', 'a.myshopify.com/x', 'a.myshopify.com@evil.example', '', '169.254.169.254'])(
    'X1: the shop %j becomes no host',
    (shop) =>
      expect(hosts({ shop })).toEqual({
        api: 'https://no-shop.invalid/admin/api/2026-10',
        auth: 'https://no-shop.invalid',
      }),
  )

  test('a version is taken where it is one', () => {
    expect(hosts({ shop: 'a.myshopify.com', apiVersion: '2026-07' })).toMatchObject({
      api: 'https://a.myshopify.com/admin/api/2026-07',
    })
    expect(hosts({ shop: 'a.myshopify.com', apiVersion: '../..' })).toMatchObject({
      api: 'https://a.myshopify.com/admin/api/2026-10',
    })
  })
})
