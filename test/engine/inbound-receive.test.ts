import { randomUUID } from 'node:crypto'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Inbound, InboundAnswer } from '@patchbay/server/engine/inbound/contract.ts'
import type { WebhookSpec } from '@patchbay/server/providers/webhook.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'
import { testProvider } from '../support/test-provider.ts'
import { until } from '../support/until.ts'

let hub: RulesHub
let owner: Actor
let spec: WebhookSpec
const plain: WebhookSpec = {
  verify: ({ headers }, { secrets }) => ({
    verdict: secrets.includes(headers['x-secret'] ?? '') ? 'VERIFIED' : 'BAD_SIGNATURE',
  }),
  secret: { from: 'source', label: 'Secret', help: '' },
  identify: () => ({ id: null, type: 'ping', occurredAt: null }),
  events: {},
  setup: [],
}

beforeAll(async () => {
  const acme = testProvider('http://127.0.0.1:1')
  hub = await rulesHub({ provider: () => ({ ...acme, webhooks: spec }) })
  owner = (await hub.organization()).owner
})
afterAll(() => hub.close())

/** A source of a provider that speaks `webhooks`, and the way to its door. */
async function open(webhooks: WebhookSpec) {
  spec = webhooks
  const connection = await hub.database.system.prisma.connection.create({
    data: {
      id: randomUUID(),
      organizationId: owner.organizationId,
      provider: 'acme',
      category: 'PAYMENT',
      name: randomUUID(),
      environment: 'SANDBOX',
      status: 'ACTIVE',
    },
  })
  const { id } = await hub.commands.source.create(owner, { connectionId: connection.id })
  await hub.commands.source.addSecret(owner, { sourceId: id, value: 'the-right-secret' })
  const token = (await hub.commands.source.readUrl(owner, id)).split('/').at(-1) ?? ''
  const send = (
    method: string,
    search: string,
    headers: Record<string, string> = {},
    body: Uint8Array | null = Buffer.from('{}'),
  ): Promise<InboundAnswer> =>
    (hub.collaborators.inbound as Inbound).receive({
      token,
      method,
      search,
      headers,
      read: async () => body,
      ipAddress: '192.0.2.1',
      correlationId: 'correlation-1',
    })
  const stored = () => hub.database.system.prisma.inboundEvent.findMany({ where: { sourceId: id } })
  return { id, send, stored, url: `https://hub.example/hooks/${token}` }
}

test('W1: a vendor’s question is answered from its address, and nothing is stored', async () => {
  const asked: string[] = []
  const { send, stored, url } = await open({
    ...plain,
    handshake: ({ url: address, query }, { secrets }) => {
      asked.push(address)
      if (query.get('verify_token') !== secrets[0]) return null
      return { status: 200, contentType: 'text/plain', body: query.get('challenge') ?? '' }
    },
  })
  const answer = await send('GET', '?verify_token=the-right-secret&challenge=1158201444')
  expect(answer).toEqual({ status: 200, headers: { 'content-type': 'text/plain' }, body: '1158201444' })
  expect(asked).toEqual([`${url}?verify_token=the-right-secret&challenge=1158201444`])
  expect((await send('GET', '?verify_token=wrong&challenge=1')).status).toBe(403)
  expect(await stored()).toEqual([])
})

test('W1: a question that breaks is none, and a check that breaks proves nothing', async () => {
  const broken = () => {
    throw new Error('cannot')
  }
  const { send, stored } = await open({ ...plain, handshake: broken, verify: broken })
  expect((await send('GET', '')).status).toBe(403)
  expect((await send('POST', '')).status).toBe(401)
  expect(await stored()).toMatchObject([{ state: 'QUARANTINED', verdict: 'MALFORMED_PROOF' }])
})

test('W1: 2xx for what is not proven only where the subscription depends on it, and recorded so', async () => {
  const { send, stored } = await open({ ...plain, refusal: 200 })
  expect((await send('POST', '', { 'x-secret': 'wrong' })).status).toBe(200)
  const [row] = await stored()
  expect(row).toMatchObject({ state: 'QUARANTINED', verdict: 'BAD_SIGNATURE' })
  expect(row?.verdictText).toContain('Answered with 200')
})

test('W4: where the proof itself is secret it is not kept, and verifying again says so', async () => {
  const { send, stored } = await open({ ...plain, secretNames: ['X-Secret', 'key'] })
  expect((await send('POST', '?key=must_not_be_kept&a=%20b', { 'x-secret': 'must_not_be_kept' })).status).toBe(401)
  const [row] = await stored()
  expect(JSON.stringify([row?.head, row?.query])).not.toContain('must_not_be_kept')
  expect(row?.query).toContain('&a=%20b')
  await hub.commands.inboundEvent.verify(owner, { id: row?.id ?? '' })
  expect(await stored()).toMatchObject([{ state: 'QUARANTINED', verdict: 'NOT_KEPT' }])
})

test('W6: what turns out too large is counted and not stored', async () => {
  const { id, send, stored } = await open(plain)
  expect((await send('POST', '', { 'x-secret': 'the-right-secret' }, null)).status).toBe(413)
  expect((await send('POST', '', { 'x-secret': 'the-right-secret' })).status).toBe(200)
  expect(await stored()).toHaveLength(1)
  // What is not stored is counted a moment later.
  const counted = await until('both are counted', async () => {
    const { _sum } = await hub.database.system.prisma.sourceRollup.aggregate({
      where: { sourceId: id, grain: 'DAY' },
      _sum: { received: true, refused: true, verified: true },
    })
    return _sum.received === 2 && _sum
  })
  expect(counted).toEqual({ received: 2, refused: 1, verified: 1 })
})
