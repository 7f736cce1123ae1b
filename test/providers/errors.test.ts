import { describe, expect, test } from 'vitest'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { CallAnswer } from '@patchbay/server/providers/provider.ts'
import { adviceFor } from '@patchbay/server/providers/shared/advice.ts'
import { cases } from './cases/index.ts'
import { answerOf, factsOf } from './twin-call.ts'

const all = [...providers.values()].map((provider) => [provider.entry.slug, provider] as const)
const html = '<!doctype html><html><body><h1>Bad gateway</h1></body></html>'

/** What a status means at every vendor, whatever the body is. */
const table: readonly (readonly [number, CallErrorClass | null])[] = [
  [200, null],
  [201, null],
  [204, null],
  [301, 'MALFORMED_ANSWER'],
  [400, 'INVALID_REQUEST'],
  [401, 'AUTHENTICATION'],
  [403, 'PERMISSION'],
  [404, 'NOT_FOUND'],
  [408, 'UNAVAILABLE'],
  [409, 'CONFLICT'],
  [410, 'NOT_FOUND'],
  [422, 'INVALID_REQUEST'],
  [429, 'RATE_LIMITED'],
  [500, 'UNAVAILABLE'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'UNAVAILABLE'],
]
const bodies = [
  '',
  '{}',
  'null',
  '[]',
  '"text"',
  '{"error":',
  html,
  '{"error":{"message":{"deep":1}},"errors":[[]],"message":[]}',
]

describe.each(all)('X3: %s judges', (_slug, provider) => {
  test.each(table)('%i right, with whatever body', (status, wanted) => {
    for (const body of bodies) {
      const failure = provider.judge?.(answerOf(provider.entry.name, status, {}, body)) ?? null
      expect(failure?.errorClass ?? null, body).toBe(wanted)
      if (failure === null) continue
      expect(failure.message).not.toBe('')
      expect(failure.message).not.toContain('<')
      expect(adviceFor(provider.entry, failure).length).toBeGreaterThan(20)
    }
  })

  test('words of a megabyte down to one short line', () => {
    const words = 'bad\n\n  thing '.repeat(80_000)
    for (const body of [
      { error: { message: words } },
      { message: words },
      { errors: [{ message: words }] },
      { errors: words },
      { result: words },
    ]) {
      const failure = provider.judge?.(answerOf(provider.entry.name, 400, {}, JSON.stringify(body)))
      expect(failure?.message.length ?? 0).toBeLessThanOrEqual(650)
      expect(failure?.message ?? '').not.toContain('\n')
    }
  })

  test('Retry-After in seconds, decimals and dates', () => {
    const wait = (headers: Record<string, string>) => provider.judge?.(answerOf('x', 429, headers, '{}'))?.retryAfterMs
    expect(wait({ 'retry-after': '7' })).toBe(7000)
    expect(wait({ 'retry-after': '2.0' })).toBe(2000)
    expect(wait({ 'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT', date: 'Sat, 21 Nov 2026 10:00:00 GMT' })).toBe(30_000)
    expect(wait({ 'retry-after': 'soon' })).toBeUndefined()
    expect(wait({})).toBeUndefined()
  })
})

describe.each(all)('C3: %s', (slug, provider) => {
  const wrongAnswers: readonly (readonly [string, string])[] = [
    ['a web page', html],
    ['cut JSON', '{"object":"bal'],
    ['another shape', '{"surprise":true}'],
    ['null', 'null'],
  ]
  test.each(wrongAnswers)('never calls %s with status 200 healthy', async (_what, text) => {
    const answer: CallAnswer = answerOf(provider.entry.name, 200, {}, text)
    const connection = factsOf({ provider, fields: cases[slug]?.good ?? {} })
    const error: unknown = await provider
      .probe(() => Promise.resolve(answer), connection)
      .then(
        () => null,
        (thrown: unknown) => thrown,
      )
    expect(error).toBeInstanceOf(ProviderCallError)
    expect(error).toMatchObject({ errorClass: 'MALFORMED_ANSWER' })
  })
})

describe('X3: errors inside a success', () => {
  const judge = (slug: string, status: number, body: unknown, headers: Record<string, string> = {}) =>
    providers.get(slug)?.judge?.(answerOf(slug, status, headers, JSON.stringify(body))) ?? null
  const notification = (Code: string, Message: string) => ({ HasErrors: true, Notifications: [{ Code, Message }] })

  test.each([
    [notification('ERR01', 'Invalid username or password'), 'AUTHENTICATION'],
    [notification('ERR52', 'OriginAddress - City name is invalid (Dubay)'), 'INVALID_REQUEST'],
    [notification('ERR82', 'Account is not authorized to use RateCalculator'), 'PERMISSION'],
    [notification('ERR99', 'Internal server error, please try again'), 'UNAVAILABLE'],
    [{ HasErrors: true, Notifications: [] }, 'INVALID_REQUEST'],
  ])('aramex: %j', (body, errorClass) => expect(judge('aramex', 200, body)).toMatchObject({ errorClass }))

  test('aramex: a success stays one', () =>
    expect(judge('aramex', 200, { HasErrors: false, Notifications: [] })).toBeNull())

  test('shopify: throttled says how long the missing points take', () => {
    const cost = {
      requestedQueryCost: 500,
      throttleStatus: { currentlyAvailable: 100, restoreRate: 100, maximumAvailable: 2000 },
    }
    const body = { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }], extensions: { cost } }
    expect(judge('shopify', 200, body)).toMatchObject({ errorClass: 'RATE_LIMITED', retryAfterMs: 4000, retry: true })
  })

  test.each([
    ['ACCESS_DENIED', 'PERMISSION'],
    ['INTERNAL_SERVER_ERROR', 'UNAVAILABLE'],
    ['undefinedField', 'INVALID_REQUEST'],
  ])('shopify: %s', (code, errorClass) =>
    expect(judge('shopify', 200, { data: null, errors: [{ message: 'No', extensions: { code } }] })).toMatchObject({
      errorClass,
      vendorCode: code,
    }),
  )

  test('shopify: userErrors of a mutation', () => {
    const body = {
      data: {
        productSet: { product: null, userErrors: [{ field: ['title'], message: 'Title is empty', code: 'BLANK' }] },
      },
    }
    expect(judge('shopify', 200, body)).toMatchObject({
      errorClass: 'INVALID_REQUEST',
      message: 'Title is empty',
      vendorCode: 'BLANK',
    })
    expect(judge('shopify', 200, { data: { productSet: { userErrors: [] } } })).toBeNull()
  })

  test.each([
    [402, 'PERMISSION'],
    [423, 'PERMISSION'],
  ])('shopify: %i is about the shop', (status, errorClass) =>
    expect(judge('shopify', status, { errors: 'Unavailable Shop' })).toMatchObject({ errorClass }),
  )

  test.each(['true', 'false'])('stripe: Stripe-Should-Retry %s decides', (hint) =>
    expect(judge('stripe', 500, {}, { 'stripe-should-retry': hint })).toMatchObject({
      errorClass: 'UNAVAILABLE',
      retry: hint === 'true',
    }),
  )

  test('stripe: a declined card is not a wrong key', () =>
    expect(
      judge('stripe', 402, {
        error: { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' },
      }),
    ).toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode: 'card_declined',
    }))

  test('google-calendar: a quota comes as 403 and is no missing permission', () => {
    const body = (reason: string) => ({ error: { code: 403, message: 'No', errors: [{ reason }] } })
    expect(judge('google-calendar', 403, body('userRateLimitExceeded'))).toMatchObject({ errorClass: 'RATE_LIMITED' })
    expect(judge('google-calendar', 403, body('insufficientPermissions'))).toMatchObject({ errorClass: 'PERMISSION' })
  })

  test('sendgrid: an unverified sender points at its field, a limit at its end', () => {
    expect(judge('sendgrid', 403, { errors: [{ message: 'Not verified', field: 'from' }] })).toMatchObject({
      field: 'fromEmail',
    })
    const headers = {
      date: 'Sat, 21 Nov 2026 10:00:00 GMT',
      'x-ratelimit-reset': String(Date.parse('2026-11-21T10:00:12Z') / 1000),
    }
    expect(judge('sendgrid', 429, {}, headers)).toMatchObject({ errorClass: 'RATE_LIMITED', retryAfterMs: 12_000 })
  })
})
