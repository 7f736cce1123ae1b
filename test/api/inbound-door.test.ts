import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { labShopifyApp } from '@patchbay/server/lab/credentials.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import {
  countsOf,
  deliver,
  newSigningSecret,
  openSource,
  ownerOf,
  settledOf,
  storedOf,
  stripeEvent,
  stripeSigned,
  type OpenSource,
} from '../support/hooks.ts'

let hub: TestHub
let source: OpenSource
const newEventId = () => `evt_${randomBytes(8).toString('hex')}`

beforeAll(async () => {
  hub = await startHub()
  source = await openSource(hub)
})
afterAll(() => hub.stop())

test('W1: what Stripe’s own package signed is verified, stored as it came, and routed', async () => {
  const own = await openSource(hub)
  const id = newEventId()
  const payload = stripeEvent(id)
  expect(await deliver(hub, own, payload)).toBe(200)
  const [row] = await settledOf(hub, own)
  expect(row).toMatchObject({
    state: 'ROUTED',
    verdict: 'VERIFIED',
    vendorEventId: id,
    vendorType: 'payment_intent.succeeded',
    provider: 'stripe',
    method: 'POST',
    bytes: Buffer.byteLength(payload),
    events: 1,
    attempts: 1,
    run: 1,
    error: null,
    nextAttemptAt: null,
  })
  expect(Buffer.from(row?.body ?? []).toString()).toBe(payload)
  const events = await hub.database.system.prisma.event.findMany({ where: { inboundEventId: row?.id ?? '' } })
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({
    at: row?.at,
    type: 'payment.succeeded',
    organizationId: hub.organizationId,
    connectionId: own.connectionId,
    data: { amount: { amountMinor: 12_500, currency: 'AED' }, reference: '1001' },
    source: { kind: 'WEBHOOK', vendorType: 'payment_intent.succeeded', vendorEventId: id, inboundEventId: row?.id },
  })
})

test.each([
  [
    'one byte altered',
    'BAD_SIGNATURE',
    (payload: string, { secret }: OpenSource) => stripeSigned(`${payload} `, secret),
  ],
  ['another secret', 'BAD_SIGNATURE', (payload: string) => stripeSigned(payload, newSigningSecret())],
  [
    'a stale timestamp',
    'STALE',
    (payload: string, { secret }: OpenSource) =>
      stripeSigned(payload, secret, { timestamp: Math.floor(Date.now() / 1000) - 3600 }),
  ],
  ['no signature', 'MISSING_PROOF', () => ({ 'content-type': 'application/json' })],
  ['a signature nobody can read', 'MALFORMED_PROOF', () => ({ 'stripe-signature': 'v1=zz,,t=;=' })],
] as const)('W1: %s is quarantined, kept and never routed', async (_what, verdict, sign) => {
  const own = await openSource(hub)
  const payload = stripeEvent(newEventId())
  expect(await deliver(hub, own, payload, sign(payload, own))).toBe(401)
  const [row] = await storedOf(hub, own)
  expect(row).toMatchObject({ state: 'QUARANTINED', verdict, nextAttemptAt: null, vendorEventId: null })
  expect(await countsOf(hub, own)).toMatchObject({ received: 1, quarantined: 1, verified: 0 })
})

test('W1: a signature of another source proves nothing here, swapped either way', async () => {
  const [one, two] = [await openSource(hub), await openSource(hub)]
  const payload = stripeEvent(newEventId())
  expect(await deliver(hub, one, payload, stripeSigned(payload, two.secret))).toBe(401)
  expect(await deliver(hub, two, payload, stripeSigned(payload, one.secret))).toBe(401)
  expect(await deliver(hub, one, payload)).toBe(200)
})

test('W1: without a secret nothing is proven', async () => {
  const own = await openSource(hub, { secret: null })
  const payload = stripeEvent(newEventId())
  expect(await deliver(hub, own, payload, stripeSigned(payload, 'whsec_none'))).toBe(401)
  expect((await storedOf(hub, own))[0]).toMatchObject({ state: 'QUARANTINED', verdict: 'NO_SECRET' })
})

test('W1: a forged request never blocks the genuine one of the same id', async () => {
  const own = await openSource(hub)
  const payload = stripeEvent(newEventId())
  expect(await deliver(hub, own, payload, stripeSigned(payload, newSigningSecret()))).toBe(401)
  expect(await deliver(hub, own, payload)).toBe(200)
  const rows = await settledOf(hub, own, 2)
  expect(rows.map(({ state }) => state).sort()).toEqual(['QUARANTINED', 'ROUTED'])
})

test('W1: a vendor that signs with a credential of the connection needs nothing pasted', async () => {
  const { clientId, clientSecret } = labShopifyApp
  const own = await openSource(hub, { provider: 'shopify', secret: null, fields: { clientId, clientSecret } })
  const { prisma } = hub.database.system
  const secret = 'a-second-client-secret-of-shopify'
  await hub.app.commands.source.addSecret(ownerOf(hub), { sourceId: own.sourceId, value: secret })
  const payload = JSON.stringify({ id: 1, name: '#1001' })
  const signed = (key: string) => ({
    'content-type': 'application/json',
    'x-shopify-topic': 'orders/unheard-of',
    'x-shopify-event-id': randomUUID(),
    'x-shopify-hmac-sha256': createHmac('sha256', key).update(payload).digest('base64'),
  })
  expect(await deliver(hub, own, payload, signed(clientSecret))).toBe(200)
  expect(await deliver(hub, own, payload, signed(secret))).toBe(200)
  expect(await deliver(hub, own, payload, signed('wrong'))).toBe(401)
  await hub.app.parts.audit.flush()
  const used = await prisma.auditEntry.findMany({
    where: { action: 'credential.used', subjectId: own.connectionId, actorName: 'Webhook door' },
  })
  expect(used.length).toBeGreaterThan(0)
})

test('W2: a storm of 200 identical requests is stored once, and each is told so', async () => {
  const own = await openSource(hub)
  const payload = stripeEvent(newEventId())
  const answers = await Promise.all(Array.from({ length: 200 }, () => deliver(hub, own, payload)))
  expect(new Set(answers)).toEqual(new Set([200]))
  const rows = await settledOf(hub, own)
  expect(rows).toHaveLength(1)
  expect(await countsOf(hub, own)).toEqual({
    received: 200,
    verified: 1,
    duplicates: 199,
    quarantined: 0,
    refused: 0,
    failed: 0,
  })
  expect(await hub.database.system.prisma.event.count({ where: { inboundEventId: rows[0]?.id ?? '' } })).toBe(1)
})

test('W2: the same id at two sources is two events', async () => {
  const [one, two] = [await openSource(hub), await openSource(hub)]
  const payload = stripeEvent(newEventId())
  expect(await Promise.all([deliver(hub, one, payload), deliver(hub, two, payload)])).toEqual([200, 200])
  expect(await settledOf(hub, one)).toHaveLength(1)
  expect(await settledOf(hub, two)).toHaveLength(1)
})

test('W2: without an id of the vendor’s, the bytes are what is stored once', async () => {
  const own = await openSource(hub)
  const payload = JSON.stringify({ object: 'event', type: 'thing.happened', created: 1, livemode: false })
  for (const body of [payload, payload, `${payload} `]) expect(await deliver(hub, own, body)).toBe(200)
  expect(await settledOf(hub, own, 2)).toHaveLength(2)
})

test('W4: a type nobody knows is in the inbox, and so is a proven body that is no JSON', async () => {
  const own = await openSource(hub)
  expect(await deliver(hub, own, stripeEvent(newEventId(), { type: 'moon.landed' }))).toBe(200)
  expect(await deliver(hub, own, 'not json\u0000at all')).toBe(200)
  expect(await deliver(hub, own, gzipSync('x'.repeat(900_000)).toString('latin1'))).toBe(200)
  const rows = await settledOf(hub, own, 3)
  expect(rows.map(({ state }) => state)).toEqual(['UNMATCHED', 'UNMATCHED', 'UNMATCHED'])
})

test('W6: more than 1 MiB is refused, declared or not, and nothing of it is stored', async () => {
  const own = await openSource(hub)
  const big = 'x'.repeat(1024 * 1024 + 1)
  expect(await deliver(hub, own, big)).toBe(413)
  expect(await chunked(own.path, big)).toBe(413)
  expect(await chunked(own.path, 'x'.repeat(8 * 1024 * 1024))).toBe(413)
  expect(await storedOf(hub, own)).toEqual([])
  const largest = stripeEvent(newEventId(), { filler: '' })
  const full = largest.replace('"filler":""', `"filler":"${'x'.repeat(1024 * 1024 - largest.length)}"`)
  expect(Buffer.byteLength(full)).toBe(1024 * 1024)
  expect(await deliver(hub, own, full)).toBe(200)
})

/** Sends a body without saying how long it is. */
function chunked(path: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${hub.url}${path}`, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } })
    sent.on('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.resume()
    })
    sent.on('error', reject)
    for (let at = 0; at < body.length; at += 65_536) sent.write(body.slice(at, at + 65_536))
    sent.end()
  })
}

test.each([
  ['no token', 'POST', '/hooks', 404],
  ['no token either', 'POST', '/hooks/', 404],
  ['a short one', 'POST', '/hooks/abc', 404],
  ['a path behind it', 'POST', '/hooks/abcdefghijklmnopqrstuvwxyz/graphql', 404],
  ['one that opens nothing', 'POST', `/hooks/${'a'.repeat(43)}`, 404],
  ['an upload', 'PUT', `/hooks/${'a'.repeat(43)}`, 405],
  ['a look', 'HEAD', `/hooks/${'a'.repeat(43)}`, 405],
])('W1: %s is told nothing', async (_what, method, path, status) => {
  const response = await hub.fetch(path, {
    method,
    ...(method === 'HEAD' ? {} : { body: method === 'POST' ? '{}' : 'x' }),
  })
  expect(response.status).toBe(status)
  expect(await response.text()).toBe('')
})

test('W1: a question at a source whose vendor asks none is no delivery', async () => {
  const response = await hub.fetch(source.path)
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
})

test('W1: what opens something is not stored, what proves is, and no log line has the token', async () => {
  const own = await openSource(hub)
  const payload = stripeEvent(newEventId())
  const headers = {
    ...stripeSigned(payload, own.secret),
    authorization: 'Bearer sk_live_must_not_be_kept',
    cookie: 'session=must_not_be_kept',
    'x-api-key': 'must_not_be_kept',
    'x-odd': 'kept',
  }
  const response = await hub.fetch(`${own.path}?token=must_not_be_kept&shop=noor`, {
    method: 'POST',
    headers,
    body: payload,
  })
  expect(response.status).toBe(200)
  const [row] = await settledOf(hub, own)
  const head = row?.head as Record<string, string>
  expect(JSON.stringify([head, row?.query])).not.toContain('must_not_be_kept')
  expect(head).toMatchObject({ 'stripe-signature': headers['stripe-signature'], 'x-odd': 'kept' })
  expect(row?.query).toContain('shop=noor')
  const token = own.path.split('/').at(-1) ?? ''
  expect(hub.logs.some((line) => line.includes('/hooks/'))).toBe(true)
  expect(hub.logs.filter((line) => line.includes(token) || line.includes(own.secret))).toEqual([])
})

test('W1: a repeated signature header proves no more than one', async () => {
  const own = await openSource(hub)
  const payload = stripeEvent(newEventId())
  const forged = stripeSigned(payload, newSigningSecret())['stripe-signature']
  const status = await new Promise<number>((resolve, reject) => {
    const sent = httpRequest(`${hub.url}${own.path}`, { method: 'POST' }, (response) => {
      resolve(response.statusCode ?? 0)
      response.resume()
    })
    sent.on('error', reject)
    sent.setHeader('stripe-signature', [forged, forged])
    sent.end(payload)
  })
  expect(status).toBe(401)
})

test('W6: beyond its rate a source is told to come back, and another one is not', async () => {
  const limited = await startHub({ env: { PATCHBAY_HOOKS_PER_MINUTE: '3' } })
  try {
    const [one, two] = [await openSource(limited), await openSource(limited)]
    const answers = []
    for (let n = 0; n < 4; n++) answers.push(await deliver(limited, one, stripeEvent(newEventId())))
    expect(answers).toEqual([200, 200, 200, 429])
    const payload = stripeEvent(newEventId())
    const refused = await limited.fetch(one.path, {
      method: 'POST',
      headers: stripeSigned(payload, one.secret),
      body: payload,
    })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await deliver(limited, two, stripeEvent(newEventId()))).toBe(200)
  } finally {
    await limited.stop()
  }
})

test('W1: whoever guesses tokens is stopped, and known sources still work from the same address', async () => {
  expect(await deliver(hub, source, stripeEvent(newEventId()))).toBe(200)
  const guess = () => hub.fetch(`/hooks/${randomBytes(32).toString('base64url')}`, { method: 'POST', body: '{}' })
  const statuses = new Set<number>()
  for (let n = 0; n < 120; n++) statuses.add((await guess()).status)
  expect([...statuses]).toEqual([404, 429])
  expect(await deliver(hub, source, stripeEvent(newEventId()))).toBe(200)
})
