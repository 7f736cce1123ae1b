import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Lab, LabOptions } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { allTwins } from '@patchbay/server/lab/twins.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { cases } from '../providers/cases/index.ts'
import { factsOf } from '../providers/twin-call.ts'
import { until } from '../support/until.ts'

let lab: Lab
let now = Date.parse('2026-11-21T08:00:00Z')
const start = (options: LabOptions = {}) => startLab({ naturalLatencyMs: [0, 0], clock: () => now, ...options })
beforeEach(async () => {
  lab = await start()
})
afterEach(() => lab.close())

const key = labCredentials.stripe.good.secretKey
const balance = (signal?: AbortSignal) =>
  fetch(`${lab.origin}/stripe/api/v1/balance`, {
    headers: { authorization: `Bearer ${key}` },
    ...(signal === undefined ? {} : { signal }),
  })
const control = (path: string, init: RequestInit = {}) =>
  fetch(`${lab.origin}/_control/${path}`, { ...init, headers: { 'content-type': 'application/json', ...init.headers } })
const steer = (slug: string, change: object) =>
  control(`vendors/${slug}`, { method: 'PATCH', body: JSON.stringify(change) })

interface Requests {
  readonly requests: readonly {
    readonly vendor: string
    readonly path: string
    readonly status: number | null
    readonly cut: boolean
    readonly fault: string | null
  }[]
  readonly total: number
  readonly cut: number
}
const requests = async (vendor: string): Promise<Requests> =>
  (await (await control(`requests?vendor=${vendor}`)).json()) as Requests

describe('N3: the lab', () => {
  test('has a twin for every provider that says so, with the same hosts', () => {
    for (const provider of providers.values()) {
      const twin = allTwins().find((candidate) => candidate.slug === provider.entry.slug)
      expect(twin !== undefined, provider.entry.slug).toBe(provider.entry.lab)
      const hosts = provider.hosts(factsOf({ provider, fields: cases[provider.entry.slug]?.good ?? {} }))
      expect([...(twin?.hosts ?? [])].sort()).toEqual(Object.keys(hosts).sort())
    }
  })

  test('marks every answer as simulated, its own and its refusals too', async () => {
    for (const path of [
      'stripe/api/v1/balance',
      'stripe/api/nothing',
      'nobody/api/',
      'stripe/nowhere/',
      '_control/vendors',
      '_control/nothing',
    ])
      expect((await fetch(`${lab.origin}/${path}`)).headers.get('x-patchbay-lab'), path).toBe('simulated')
  })

  test('holds the same data in every run', async () => {
    const read = async () =>
      (
        await fetch(`${lab.origin}/stripe/api/v1/payment_intents?limit=100`, {
          headers: { authorization: `Bearer ${key}` },
        })
      ).text()
    const first = await read()
    await lab.close()
    lab = await start()
    expect(await read()).toBe(first)
  })

  test('keeps data, knobs and used codes in a file, if asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lab-'))
    const persist = join(folder, 'lab.json')
    await lab.close()
    lab = await start({ persist })
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' }
    const created = (await (
      await fetch(`${lab.origin}/stripe/api/v1/payment_intents`, {
        method: 'POST',
        headers,
        body: 'amount=5000&currency=aed',
      })
    ).json()) as { id: string }
    await steer('stripe', { latencyMs: 1 })
    await lab.close()
    lab = await start({ persist })
    expect((await fetch(`${lab.origin}/stripe/api/v1/payment_intents/${created.id}`, { headers })).status).toBe(200)
    expect(await (await control('vendors/stripe')).json()).toMatchObject({ latencyMs: 1 })
    await rm(folder, { recursive: true })
  })
})

describe('N3: a lab that runs for days', () => {
  test('forgets what was made long ago, never the first day', async () => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' }
    const make = async (order: number) =>
      (
        (await (
          await fetch(`${lab.origin}/stripe/api/v1/payment_intents`, {
            method: 'POST',
            headers: { ...headers, 'idempotency-key': `order-${order}` },
            body: 'amount=5000&currency=aed',
          })
        ).json()) as { id: string }
      ).id
    const ids: string[] = []
    for (let order = 0; order < 205; order += 1) ids.push(await make(order))
    const known = async (id: string | undefined) =>
      (await fetch(`${lab.origin}/stripe/api/v1/payment_intents/${id}`, { headers })).ok
    expect(new Set(ids).size).toBe(205)
    expect(await known(ids.at(-1))).toBe(true)
    expect(await known(ids[0])).toBe(false)
    expect(await known('pi_3Lab0027NoorAtelier0007')).toBe(true)
    expect(await make(204)).toBe(ids.at(-1))
  })
})

describe('N3: knobs', () => {
  test('down answers 503 at once, in the words of the vendor', async () => {
    await steer('stripe', { down: true })
    const answer = await balance()
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ error: { type: 'api_error' } })
    await steer('stripe', { down: false })
    expect((await balance()).status).toBe(200)
  })

  test('the error rate is kept: none, some, all', async () => {
    await steer('stripe', { errorRate: 1 })
    expect((await balance()).status).toBe(500)
    await steer('stripe', { errorRate: 0.5 })
    const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await balance()).status))
    const failed = statuses.filter((status) => status === 500).length
    expect(failed).toBeGreaterThan(60)
    expect(failed).toBeLessThan(140)
  })

  test('a limit answers 429 with Retry-After until the minute is over', async () => {
    await steer('stripe', { rateLimitPerMinute: 3 })
    const statuses = []
    for (let sent = 0; sent < 4; sent += 1) statuses.push((await balance()).status)
    expect(statuses).toEqual([200, 200, 200, 429])
    now += 20_000
    const limited = await balance()
    expect(limited.headers.get('retry-after')).toBe('40')
    now += 40_000
    expect((await balance()).status).toBe(200)
  })

  test('a vendor that hangs does the work; who leaves is counted as cut', async () => {
    await steer('stripe', { hang: true })
    const leaving = new AbortController()
    const hanging = balance(leaving.signal).catch((error: unknown) => (error as Error).name)
    await until('the request hangs', async () =>
      (await requests('stripe')).requests.some((seen) => seen.fault === 'HANG'),
    )
    leaving.abort()
    expect(await hanging).toBe('AbortError')
    await until('the cut is counted', async () => (await requests('stripe')).cut === 1)
    expect((await requests('stripe')).requests[0]).toMatchObject({ path: '/v1/balance', status: null, cut: true })
  })

  test('who leaves during the latency is cut as well, and gets nothing', async () => {
    await steer('stripe', { latencyMs: 60_000 })
    const leaving = new AbortController()
    const waiting = balance(leaving.signal).catch((error: unknown) => (error as Error).name)
    await until('the request is in', async () => (await requests('stripe')).total === 1)
    leaving.abort()
    expect(await waiting).toBe('AbortError')
    await until('the cut is counted', async () => (await requests('stripe')).cut === 1)
  })

  test('secrets come back in errors only when that is switched on', async () => {
    const wrong = () =>
      fetch(`${lab.origin}/stripe/api/v1/balance`, { headers: { authorization: 'Bearer sk_test_canary' } })
    expect(await (await wrong()).text()).not.toContain('sk_test_canary')
    await steer('stripe', { echoSecrets: true })
    expect(await (await wrong()).text()).toContain('sk_test_canary')
    await steer('aramex', { echoSecrets: true })
    const body = JSON.stringify({ ClientInfo: { UserName: 'x', Password: 'canary-password' } })
    const answer = await fetch(`${lab.origin}/aramex/api/Tracking/Service_1_0.svc/json/TrackShipments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(await answer.text()).toContain('canary-password')
  })

  test('reset calms every vendor', async () => {
    await steer('stripe', { down: true })
    await steer('paypal', { errorRate: 1, tokenLifetimeSeconds: 5 })
    await control('reset', { method: 'POST' })
    const { vendors } = (await (await control('vendors')).json()) as { vendors: { provider: string }[] }
    expect(vendors).toHaveLength(allTwins().length)
    expect(vendors.find((vendor) => vendor.provider === 'stripe')).toMatchObject({
      down: false,
      requests: 0,
      refreshes: 0,
    })
    expect(vendors.find((vendor) => vendor.provider === 'paypal')).toMatchObject({
      errorRate: 0,
      tokenLifetimeSeconds: 32_400,
    })
  })
})

describe('N3: the control API', () => {
  test.each([
    [{ errorRate: 2 }],
    [{ errorRate: '0.5' }],
    [{ latencyMs: -1 }],
    [{ latencyMs: 1.5 }],
    [{ rateLimitPerMinute: 0 }],
    [{ refresh: 'SOMETIMES' }],
    [{ lantencyMs: 5 }],
    [[]],
    [null],
    ['down'],
  ])('refuses %j and changes nothing', async (change) => {
    const before = await (await control('vendors/stripe')).json()
    const answer = await control('vendors/stripe', { method: 'PATCH', body: JSON.stringify(change) })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'INVALID_INPUT' } })
    expect(await (await control('vendors/stripe')).json()).toEqual(before)
  })

  test('refuses broken JSON, unknown vendors and pages from elsewhere', async () => {
    expect((await control('vendors/stripe', { method: 'PATCH', body: '{"down":' })).status).toBe(400)
    expect((await steer('nobody', { down: true })).status).toBe(404)
    expect((await control('requests?vendor=nobody')).status).toBe(404)
    expect((await control('reset', { method: 'POST', headers: { origin: 'https://evil.example' } })).status).toBe(403)
  })

  test('shows the last 200 requests and nothing secret', async () => {
    for (let sent = 0; sent < 210; sent += 1)
      await fetch(`${lab.origin}/stripe/api/v1/balance?key=canary-query`, {
        headers: { authorization: 'Bearer canary-header' },
        method: 'POST',
        body: 'canary-body',
      })
    const seen = await requests('stripe')
    expect(seen.requests).toHaveLength(200)
    expect(seen.total).toBe(210)
    expect(JSON.stringify(seen)).not.toContain('canary')
  })

  test('a body of more than 5 MiB is refused', async () => {
    const answer = await fetch(`${lab.origin}/stripe/api/v1/payment_intents`, {
      method: 'POST',
      body: 'x'.repeat(6 * 1024 * 1024),
    }).catch(() => null)
    expect(answer?.status ?? 413).toBe(413)
  })

  test.each([
    '/stripe/api/v1/payment_intents/%E0%A4%A',
    '/google-calendar/api/calendars/%zz/events',
    '//',
    '/%',
    '/stripe/api/../../_control/vendors',
  ])('survives %s', async (path) => {
    const answer = await fetch(`${lab.origin}${path}`, { headers: { authorization: `Bearer ${key}` } })
    expect(answer.status).toBeLessThan(600)
    expect((await balance()).status).toBe(200)
  })
})
