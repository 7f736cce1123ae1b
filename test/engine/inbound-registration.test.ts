import { randomUUID } from 'node:crypto'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { createAlerts } from '@patchbay/server/engine/alerts/alerts.ts'
import type { Registration } from '@patchbay/server/engine/inbound/contract.ts'
import { createRegistration } from '@patchbay/server/engine/inbound/inbound.ts'
import type { RegistrationSpec, WebhookSpec } from '@patchbay/server/providers/webhook.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'
import { testProvider } from '../support/test-provider.ts'

let hub: RulesHub
let owner: Actor
let registration: Registration
/** What the vendor does with the next request. */
let vendor: RegistrationSpec['register']
const asked: Parameters<RegistrationSpec['register']>[1][] = []

const webhooks = (more: Partial<RegistrationSpec> = {}): WebhookSpec => ({
  verify: () => ({ verdict: 'VERIFIED' }),
  secret: { from: 'source', label: 'Secret', help: '' },
  identify: () => ({ id: null, type: null, occurredAt: null }),
  events: {},
  setup: [],
  registration: {
    register: (call, input, connection) => {
      asked.push(input)
      return vendor(call, input, connection)
    },
    unregister: async () => {},
    renewBeforeSeconds: 3600,
    ...more,
  },
})
const plain = testProvider('http://127.0.0.1:1', { webhooks: webhooks() })
const choosing = testProvider('http://127.0.0.1:1', { webhooks: webhooks({ chooseSecret: true }) })

const refuse: RegistrationSpec['register'] = async () => {
  throw new ProviderCallError({ errorClass: 'PERMISSION', message: 'Acme refused: scope missing.', advice: 'Ask.' })
}
const after = (seconds: number) => new Date(hub.clock.now.getTime() + seconds * 1000)

beforeAll(async () => {
  hub = await rulesHub({ provider: (slug) => (slug === 'choosing' ? choosing : plain) })
  owner = (await hub.organization()).owner
  registration = createRegistration({
    ...hub.collaborators,
    alerts: createAlerts({ live: hub.live, now: () => hub.clock.now, newId: hub.collaborators.newId }),
    random: () => 0,
  })
})
afterAll(() => hub.close())

async function source(provider = 'acme'): Promise<string> {
  const connection = await hub.database.system.prisma.connection.create({
    data: {
      id: randomUUID(),
      organizationId: owner.organizationId,
      provider,
      category: 'PAYMENT',
      name: randomUUID(),
      environment: 'SANDBOX',
      status: 'ACTIVE',
    },
  })
  return (await hub.commands.source.create(owner, { connectionId: connection.id })).id
}
const rowOf = (id: string) =>
  hub.database.system.prisma.source.findUniqueOrThrow({ where: { id }, include: { secrets: true } })
const register = (id: string) => registration.register(owner.organizationId, id)
const alertsOf = (subjectId: string) => hub.database.system.prisma.alert.findMany({ where: { subjectId } })

test('W5: registered: the vendor is told the address, its secret is kept sealed, and renewal is planned before it expires', async () => {
  const id = await source()
  await hub.commands.source.register(owner, { id })
  expect(await rowOf(id)).toMatchObject({ registration: 'PENDING', registerAt: hub.clock.now })
  const expiresAt = after(7200)
  vendor = async () => ({ ids: ['hook-1'], secrets: ['chosen-by-the-vendor'], expiresAt })
  await register(id)
  const url = await hub.commands.source.readUrl(owner, id)
  expect(asked.at(-1)).toEqual({ url, ids: [], secret: null })
  const row = await rowOf(id)
  expect(row).toMatchObject({
    registration: 'REGISTERED',
    registrationIds: ['hook-1'],
    registrationExpiresAt: expiresAt,
    registerAt: after(3600),
  })
  expect(row.secrets.filter(({ kind }) => kind === 'SIGNING').map(({ hint }) => hint)).toEqual(['…ndor'])

  // Before it is due nothing is asked; then the same address is renewed, and the same secret not stored twice.
  const times = asked.length
  await register(id)
  expect(asked).toHaveLength(times)
  hub.clock.advance(3_600_000)
  expect(await registration.plan()).toBe(1)
  await register(id)
  expect(asked.at(-1)).toEqual({ url, ids: ['hook-1'], secret: null })
  expect((await rowOf(id)).secrets.filter(({ kind }) => kind === 'SIGNING')).toHaveLength(1)
})

test('W5: a vendor that is told a secret gets the source’s own, the same one every time', async () => {
  const id = await source('choosing')
  vendor = async () => ({ ids: ['hook-2'] })
  await hub.commands.source.register(owner, { id })
  await register(id)
  const first = asked.at(-1)?.secret
  expect(first?.length).toBeGreaterThan(20)
  await hub.commands.source.register(owner, { id })
  await register(id)
  expect(asked.at(-1)?.secret).toBe(first)
  expect((await rowOf(id)).secrets.filter(({ kind }) => kind === 'SIGNING')).toHaveLength(1)
})

test('W5: refused, it is tried again by the plan; after three times somebody is told, once', async () => {
  const id = await source()
  await hub.commands.source.register(owner, { id })
  vendor = refuse
  for (const [failures, wait] of [
    [1, 60],
    [2, 300],
    [3, 900],
    [4, 3600],
  ] as const) {
    await register(id)
    const row = await rowOf(id)
    expect(row).toMatchObject({ registration: 'FAILED', registrationFailures: failures, registerAt: after(wait) })
    expect(row.registrationError).toBe('Acme refused: scope missing.')
    expect(await alertsOf(id)).toHaveLength(failures < 3 ? 0 : 1)
    hub.clock.advance(wait * 1000)
  }
  expect((await alertsOf(id))[0]).toMatchObject({ kind: 'source.registration_failed', severity: 'WARNING' })
  vendor = async () => ({ ids: ['hook-3'] })
  await register(id)
  expect(await rowOf(id)).toMatchObject({
    registration: 'REGISTERED',
    registrationFailures: 0,
    registrationError: null,
  })
})

test('W5: not renewed in time, it has expired, somebody is told, and the hub goes on trying', async () => {
  const id = await source()
  await hub.commands.source.register(owner, { id })
  vendor = async () => ({ ids: ['hook-4'], expiresAt: after(7200) })
  await register(id)
  hub.clock.advance(3_600_000)
  vendor = refuse
  await register(id)
  expect(await rowOf(id)).toMatchObject({ registration: 'REGISTERED', registrationFailures: 1 })
  hub.clock.advance(3_600_000)
  await registration.plan()
  await registration.plan()
  expect(await rowOf(id)).toMatchObject({ registration: 'EXPIRED', registerAt: hub.clock.now })
  expect(await alertsOf(id)).toMatchObject([{ kind: 'source.registration_failed', severity: 'CRITICAL' }])
  vendor = async () => ({ ids: ['hook-5'], expiresAt: null })
  await register(id)
  expect(await rowOf(id)).toMatchObject({ registration: 'REGISTERED', registrationIds: ['hook-5'], registerAt: null })
})

test('W5: an address that changed while the vendor was asked is registered again', async () => {
  const id = await source()
  await hub.commands.source.register(owner, { id })
  vendor = async () => {
    hub.clock.advance(1_000)
    await hub.commands.source.rotateToken(owner, { id })
    return { ids: ['hook-6'] }
  }
  await register(id)
  expect(await rowOf(id)).toMatchObject({ registration: 'REGISTERED', registerAt: hub.clock.now })
  vendor = async () => ({ ids: ['hook-7'] })
  await register(id)
  expect(asked.at(-1)?.url).toBe(await hub.commands.source.readUrl(owner, id))
})

test('W5: with its source the registration goes from the vendor, and a vendor that refuses keeps no source alive', async () => {
  const id = await source()
  await hub.commands.source.register(owner, { id })
  vendor = async () => ({ ids: ['hook-8'] })
  await register(id)
  const { connectionId } = await rowOf(id)
  const { name } = await hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id: connectionId } })
  const unregister = hub.collaborators.registration as { unregister: Registration['unregister'] }
  unregister.unregister = async () => {
    throw new ProviderCallError({ errorClass: 'UNAVAILABLE', message: 'Acme is down.', advice: 'Wait.' })
  }
  await hub.commands.source.delete(owner, { id, name })
  expect(await hub.database.system.prisma.source.count({ where: { id } })).toBe(0)
  const [entry] = await hub.database.system.prisma.auditEntry.findMany({
    where: { action: 'source.deleted', subjectId: id },
  })
  expect(entry?.after).toEqual({ atVendor: 'not removed: Acme is down.' })
})
