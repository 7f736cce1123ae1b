import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { until } from '../support/until.ts'
import { controlOf } from './vendor-apis.ts'

let lab: Lab
const now = Date.parse('2026-11-21T08:00:00Z')
beforeEach(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0], clock: () => now })
})
afterEach(() => lab.close())

const { ask, behave, receiver } = controlOf(() => lab.origin)
const deliver = (headers: Readonly<Record<string, string>> = {}, more: RequestInit = {}) =>
  fetch(`${lab.origin}/_receiver/shop`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"type":"order.created"}',
    ...more,
  })
const failureOf = (work: Promise<Response>) =>
  work.then(
    () => 'answered',
    (error: unknown) => (error as Error).name,
  )

describe('D2: the receiver of the lab', () => {
  test('remembers what arrives, newest first, and counts every webhook-id', async () => {
    for (const id of ['msg_1', 'msg_2', 'msg_1']) await deliver({ 'webhook-id': id, authorization: 'Bearer canary' })
    const detail = await receiver('shop')
    expect(detail).toMatchObject({ received: 3, distinct: 2, repeated: 1, ids: { msg_1: 2 }, answers: { 200: 3 } })
    expect(detail.arrivals.map(({ webhookId }) => webhookId)).toEqual(['msg_1', 'msg_2', 'msg_1'])
    expect(detail.arrivals[0]).toMatchObject({ body: '{"type":"order.created"}', at: '2026-11-21T08:00:00.000Z' })
    expect(JSON.stringify(detail)).not.toContain('canary')
    expect((await ask('GET', 'receivers/shop?ids=all&limit=1')).body).toMatchObject({
      ids: { msg_1: 2, msg_2: 1 },
      arrivals: { length: 1 },
    })
    expect((await ask('DELETE', 'receivers/shop')).body).toMatchObject({ received: 0, distinct: 0 })
  })

  test('keeps the last 500 and still counts all', async () => {
    for (let batch = 0; batch < 52; batch += 1)
      await Promise.all(Array.from({ length: 10 }, (_, index) => deliver({ 'webhook-id': `msg_${batch}_${index}` })))
    const detail = await receiver('shop')
    expect(detail).toMatchObject({ received: 520, distinct: 520, arrivals: { length: 500 } })
  })

  test('OK answers 200 and says that it is simulated', async () => {
    const answer = await deliver()
    expect([answer.status, answer.headers.get('x-patchbay-lab')]).toEqual([200, 'simulated'])
  })

  test('SLOW waits; who leaves before is seen to be gone', async () => {
    await behave('shop', { mode: 'SLOW', delayMs: 20 })
    expect((await deliver()).status).toBe(200)
    await behave('shop', { mode: 'SLOW', delayMs: 120_000 })
    const leaving = new AbortController()
    const waiting = failureOf(deliver({}, { signal: leaving.signal }))
    await until('it arrived', async () => (await receiver('shop')).received === 2)
    leaving.abort()
    expect(await waiting).toBe('AbortError')
    await until('it is gone', async () => (await receiver('shop')).answers['GONE'] === 1)
  })

  test.each([204, 410, 500, 502, 504])('STATUS answers %i', async (status) => {
    await behave('shop', { mode: 'STATUS', status })
    expect((await deliver()).status).toBe(status)
    expect((await receiver('shop')).arrivals[0]).toMatchObject({ answered: status })
  })

  test('STATUS 429 says when to come back, in seconds or as a date', async () => {
    await behave('shop', { mode: 'STATUS', status: 429, retryAfterSeconds: 90 })
    expect((await deliver()).headers.get('retry-after')).toBe('90')
    await behave('shop', { mode: 'STATUS', status: 429, retryAfterSeconds: 90, retryAfterAs: 'DATE' })
    expect((await deliver()).headers.get('retry-after')).toBe('Sat, 21 Nov 2026 08:01:30 GMT')
  })

  test('HANG never answers', async () => {
    await behave('shop', { mode: 'HANG' })
    const leaving = new AbortController()
    const waiting = failureOf(deliver({ 'webhook-id': 'msg_1' }, { signal: leaving.signal }))
    await until('it arrived', async () => (await receiver('shop')).answers['HANG'] === 1)
    leaving.abort()
    expect(await waiting).toBe('AbortError')
  })

  test('CUT destroys the connection, before or after the body was read', async () => {
    await behave('shop', { mode: 'CUT', cut: 'AFTER_READING' })
    expect(await failureOf(deliver())).toBe('TypeError')
    expect((await receiver('shop')).arrivals[0]).toMatchObject({ answered: 'CUT', body: '{"type":"order.created"}' })
    await behave('shop', { mode: 'CUT', cut: 'BEFORE_READING' })
    expect(await failureOf(deliver())).toBe('TypeError')
    expect((await receiver('shop')).arrivals[0]).toMatchObject({ answered: 'CUT', body: '' })
  })

  test('REDIRECT sends elsewhere', async () => {
    await behave('shop', { mode: 'REDIRECT', location: 'http://169.254.169.254/', redirectStatus: 302 })
    const answer = await deliver()
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://169.254.169.254/'])
  })

  test('FAIL_THEN_OK fails as often as it was told, then recovers', async () => {
    await behave('shop', { mode: 'FAIL_THEN_OK', failures: 2, status: 503 })
    const statuses = []
    for (let sent = 0; sent < 4; sent += 1) statuses.push((await deliver()).status)
    expect(statuses).toEqual([503, 503, 200, 200])
  })

  test('setting a behaviour replaces the whole; a reset of the lab calms every receiver', async () => {
    await behave('shop', { mode: 'STATUS', status: 410 })
    await behave('shop', { mode: 'STATUS' })
    expect((await deliver()).status).toBe(500)
    await ask('POST', 'reset')
    expect((await deliver()).status).toBe(200)
    expect((await ask('GET', 'receivers')).body).toMatchObject({ receivers: [{ name: 'shop', received: 2 }] })
  })

  test('a name or a behaviour that is none is refused', async () => {
    expect((await behave('shop', { mode: 'EXPLODE' })).status).toBe(400)
    expect((await behave('shop', { mode: 'OK', speed: 9 })).status).toBe(400)
    expect((await ask('GET', 'receivers/a%20b')).status).toBe(400)
    expect((await fetch(`${lab.origin}/_receiver/`, { method: 'POST' })).status).toBe(404)
  })
})
