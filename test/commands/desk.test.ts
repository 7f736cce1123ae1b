import type { Actor } from '@patchbay/schema/context.ts'
import { InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { preconfigure } from '@patchbay/server/commands/preconfigured.ts'
import { startLab, type Lab } from '@patchbay/server/lab/lab.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unavailable } from '../support/refusals.ts'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let lab: Lab
let owner: Actor

beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
  hub = await rulesHub({ lab: { origin: lab.origin, fetch } })
  owner = (await hub.organization()).owner
})
afterAll(async () => {
  await hub.close()
  await lab.close()
})

const actions = async (organizationId = owner.organizationId) =>
  (
    await hub.database.system.prisma.auditEntry.findMany({ where: { organizationId }, orderBy: { position: 'asc' } })
  ).map((entry) => entry.action)

describe('H2: incident notes', () => {
  test('a note joins the timeline once per key, in its own words', async () => {
    const { id } = await hub.commands.connection.create(owner, {
      provider: 'stripe',
      name: 'Noted',
      environment: 'SANDBOX',
      fields: { secretKey: 'sk_test_x' },
    })
    hub.script(() => Promise.reject(unavailable()))
    await hub.commands.connection.probe(owner, { id })
    const [incident] = await hub.database.system.prisma.incident.findMany({ where: { connectionId: id } })
    const note = { id: incident!.id, text: ' Called support. ', idempotencyKey: 'n-1' }
    await Promise.all(Array.from({ length: 5 }, () => hub.commands.incident.note(owner, note)))
    const lines = await hub.database.system.prisma.incidentEntry.findMany({
      where: { incidentId: incident!.id, kind: 'NOTE' },
    })
    expect(lines).toMatchObject([{ text: 'Called support.', actorName: 'Ada' }])
    await expect(hub.commands.incident.note(owner, { id: incident!.id, text: ' ' })).rejects.toBeInstanceOf(
      InvalidInputError,
    )
    const stranger = (await hub.organization()).owner
    const narrowed = { ...owner, connectionIds: [hub.collaborators.newId()] }
    for (const actor of [stranger, narrowed])
      await expect(hub.commands.incident.note(actor, note)).rejects.toBeInstanceOf(NotFoundError)
  })
})

describe('C4: rotation', () => {
  test('is asked for once per key and shows how far it is', async () => {
    const before = (await hub.jobs()).length
    await hub.database.system.sql.query(`update "Credential" set "keyId" = 'k0'`)
    expect(await hub.commands.vault.state(owner)).toMatchObject({
      primaryKeyId: 'k1',
      keyIds: ['k1'],
      remaining: 1,
      rotating: false,
    })
    await Promise.all([1, 2, 3].map(() => hub.commands.vault.rotate(owner, { idempotencyKey: 'r-1' })))
    expect((await hub.jobs()).slice(before)).toMatchObject([
      { name: 'vault.rotate', data: { organizationId: owner.organizationId } },
    ])
    expect((await actions()).filter((action) => action === 'vault.rotationRequested')).toHaveLength(1)
    expect(await hub.commands.vault.state(owner)).toMatchObject({ rotating: true })
    await hub.database.system.sql.query(`update "Credential" set "keyId" = 'k1'`)
    expect(await hub.commands.vault.state(owner)).toMatchObject({ remaining: 0, rotating: false })
  })
})

describe('N3: the lab’s steering wheel', () => {
  test('lists, changes and calms, and writes down what was turned', async () => {
    const wheel = hub.commands.lab!
    expect((await wheel.list()).map((vendor) => vendor.provider)).toContain('stripe')
    const changed = await wheel.change(owner, {
      provider: 'stripe',
      down: true,
      errorRate: 0.5,
      rateLimitPerMinute: 10,
    })
    expect(changed).toMatchObject({
      provider: 'stripe',
      down: true,
      errorRate: 0.5,
      rateLimitPerMinute: 10,
      refresh: 'OK',
    })
    const [entry] = await hub.database.system.prisma.auditEntry.findMany({ where: { action: 'lab.changed' } })
    expect(entry).toMatchObject({
      subjectId: 'stripe',
      before: { down: false, errorRate: 0 },
      after: { down: true, errorRate: 0.5 },
    })
    await wheel.reset(owner)
    expect((await wheel.list()).find((vendor) => vendor.provider === 'stripe')).toMatchObject({
      down: false,
      errorRate: 0,
    })
  })

  test('names every bad knob and unknown vendors', async () => {
    const wheel = hub.commands.lab!
    const bad = { latencyMs: -1, errorRate: 2, rateLimitPerMinute: 0, tokenLifetimeSeconds: 0.5 }
    const faults = await wheel
      .change(owner, { provider: 'stripe', ...bad })
      .catch((error: InvalidInputError) => error.faults.map((fault) => fault.path))
    expect(faults).toEqual(['latencyMs', 'rateLimitPerMinute', 'tokenLifetimeSeconds', 'errorRate'])
    await expect(wheel.change(owner, { provider: '../reset', down: true })).rejects.toBeInstanceOf(NotFoundError)
  })
})

describe('C8: connections from the environment', () => {
  const wanted = (secretKey: string) => [{ provider: 'stripe', environment: 'SANDBOX' as const, fields: { secretKey } }]

  test('are made once, follow a changed value, and stay deleted', async () => {
    const { owner: somebody, organizationId } = await hub.organization()
    const system: Actor = { ...somebody, kind: 'SYSTEM', id: null, name: 'Environment' }
    const start = (secretKey: string) =>
      preconfigure(hub.collaborators, hub.commands.connection, system, wanted(secretKey))
    const starts = await Promise.all([1, 2, 3].map(() => start('sk_test_51CanaryOne0000')))
    const id = starts[0]?.[0]?.connectionId ?? ''
    expect(new Set(starts.map((outcomes) => outcomes[0]?.connectionId))).toEqual(new Set([id]))
    expect(await hub.database.system.prisma.connection.findMany({ where: { organizationId } })).toMatchObject([
      { id, name: 'Stripe (environment)', status: 'ACTIVE' },
    ])
    expect(await start('sk_test_51CanaryOne0000')).toMatchObject([{ outcome: 'UNCHANGED', connectionId: id }])
    expect(await start('sk_test_51CanaryTwo0000')).toMatchObject([{ outcome: 'UPDATED' }])
    expect(await hub.database.system.prisma.credential.count({ where: { connectionId: id } })).toBe(2)
    await hub.database.system.prisma.idempotencyKey.deleteMany({})
    await hub.commands.connection.delete(somebody, { id, name: 'Stripe (environment)' })
    expect(await start('sk_test_51CanaryTwo0000')).toMatchObject([{ outcome: 'UNCHANGED' }])
    expect(await start('sk_test_51CanaryThree00')).toMatchObject([{ outcome: 'UNCHANGED', connectionId: null }])
    expect(await hub.database.system.prisma.connection.count({ where: { organizationId } })).toBe(0)
    const entries = await hub.database.system.prisma.auditEntry.findMany({ where: { organizationId } })
    expect(JSON.stringify(entries)).not.toContain('Canary')
  })

  test('a refused value names the field and never the value', async () => {
    const { owner: somebody } = await hub.organization()
    const system: Actor = { ...somebody, kind: 'SYSTEM', id: null, name: 'Environment' }
    const [outcome] = await preconfigure(hub.collaborators, hub.commands.connection, system, [
      { provider: 'stripe', environment: 'SANDBOX', fields: { secretKey: 'sk_test_Canary', account: 'Canary' } },
    ])
    expect(outcome).toMatchObject({ outcome: 'REFUSED', faults: [{ path: 'fields.account' }] })
    expect(JSON.stringify(outcome)).not.toContain('Canary')
  })
})
