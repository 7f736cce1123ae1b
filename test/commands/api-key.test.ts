import { randomUUID } from 'node:crypto'
import type { ApiKeyFields } from '@patchbay/schema/commands/api-key.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import {
  ConflictError,
  ForbiddenError,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
} from '@patchbay/schema/errors.ts'
import { formOf, hashApiKey } from '@patchbay/server/engine/people/key-form.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor
let organizationId: string
const dayMs = 86_400_000

beforeAll(async () => {
  hub = await rulesHub()
})
afterAll(() => hub.close())
beforeEach(async () => {
  const made = await hub.organization()
  owner = made.owner
  organizationId = made.organizationId
})

const keys = () => hub.commands.apiKey
const row = (id: string) => hub.database.system.prisma.apiKey.findUniqueOrThrow({ where: { id } })
const later = (days: number) => new Date(hub.clock.now.getTime() + days * dayMs)
const all: ApiKeyFields & { role: 'OWNER' } = { name: 'Everything', scopes: ['*'], role: 'OWNER' }

/** A key made by the owner, as the actor its requests would be. */
async function keyActor(fields: Parameters<RulesHub['commands']['apiKey']['create']>[1]): Promise<Actor> {
  const { id } = await keys().create(owner, fields)
  const { connectionIds } = await row(id)
  return { ...owner, kind: 'API_KEY', id, name: fields.name, connectionIds }
}

async function connection(environment: 'SANDBOX' | 'LIVE' = 'SANDBOX'): Promise<string> {
  const input = { provider: 'stripe', name: `Stripe ${randomUUID()}`, environment, fields: [] }
  return (await hub.commands.connection.create(owner, input as never)).id
}

describe('Y1: making keys', () => {
  test('a key is shown once, kept as a hash, begins like its environment and is due after ninety days', async () => {
    const made = await keys().create(owner, { name: ' Partner ', scopes: ['connection:read', 'call:send'] })
    expect(made.secret).toMatch(/^pb_live_[0-9A-Za-z]{49}$/)
    expect(formOf(made.secret)).toBe('GOOD')
    const stored = await row(made.id)
    expect(stored).toMatchObject({
      name: 'Partner',
      role: 'OPERATOR',
      scopes: ['connection:read', 'call:send'],
      environment: 'PRODUCTION',
      hash: hashApiKey(made.secret),
      createdById: owner.id,
      rotateAt: later(90),
    })
    expect(made.secret.startsWith(stored.prefix)).toBe(true)
    const entries = await hub.database.system.prisma.auditEntry.findMany({ where: { organizationId } })
    expect(entries.map((entry) => entry.action)).toEqual(['api-key.created'])
    expect(JSON.stringify([stored, entries])).not.toContain(made.secret)
    const trial = await keys().create(owner, { ...all, environment: 'DEVELOPMENT' })
    expect(trial.secret).toMatch(/^pb_dev_/)
  })

  test('a repeat by idempotency key makes nothing and does not show the key again', async () => {
    const input = { ...all, idempotencyKey: 'once' }
    await keys().create(owner, input)
    await expect(keys().create(owner, input)).rejects.toThrow(ConflictError)
    await expect(keys().create(owner, { ...input, name: 'Other' })).rejects.toThrow(IdempotencyConflictError)
    expect(await hub.database.system.prisma.apiKey.count({ where: { organizationId } })).toBe(1)
  })

  test('every fault of an input is named', async () => {
    const bad = keys().create(owner, {
      name: '',
      scopes: ['connection:reed', '*'],
      allowedNetworks: ['10.0.0.0/8', '300.1.1.1'],
      ratePerMinute: 0,
      rotationDays: -1,
      expiresAt: later(-1),
    })
    const error = await bad.catch((caught: unknown) => caught as InvalidInputError)
    expect(error).toBeInstanceOf(InvalidInputError)
    const paths = (error as InvalidInputError).faults.map((fault) => fault.path)
    expect(new Set(paths)).toEqual(
      new Set(['name', 'scopes', 'role', 'allowedNetworks', 'ratePerMinute', 'rotationDays', 'expiresAt']),
    )
    expect((error as Error).message).toContain('Did you mean connection:read?')
  })

  test('networks are stored in one spelling', async () => {
    const allowedNetworks = ['203.0.113.77/24', '::ffff:198.51.100.7', '2001:db8:1:2::3/48', '203.0.113.0/24']
    const { id } = await keys().create(owner, { ...all, allowedNetworks })
    expect((await row(id)).allowedNetworks).toEqual(['203.0.113.0/24', '198.51.100.7', '2001:db8:1::/48'])
  })

  test('Y2: a temporary key needs an end within thirty days, and keeps one', async () => {
    const temporary = { ...all, temporary: true }
    await expect(keys().create(owner, temporary)).rejects.toThrow(InvalidInputError)
    await expect(keys().create(owner, { ...temporary, expiresAt: later(31) })).rejects.toThrow(InvalidInputError)
    const { id } = await keys().create(owner, { ...temporary, expiresAt: later(1) })
    expect(await row(id)).toMatchObject({ temporary: true, rotateAt: null })
    await expect(keys().update(owner, { id, expiresAt: null })).rejects.toThrow(InvalidInputError)
    await keys().update(owner, { id, expiresAt: later(29) })
  })

  test('a development key is narrowed to sandboxes only', async () => {
    const [sandbox, live] = [await connection(), await connection('LIVE')]
    const development = { ...all, environment: 'DEVELOPMENT' as const }
    await expect(keys().create(owner, { ...development, connectionIds: [live] })).rejects.toThrow(InvalidInputError)
    await keys().create(owner, { ...development, connectionIds: [sandbox] })
    await expect(keys().create(owner, { ...all, connectionIds: [randomUUID()] })).rejects.toThrow(NotFoundError)
  })
})

describe('Y1: nobody gives more than they hold', () => {
  test('a person gives at most their role', async () => {
    const admin = await hub.member(organizationId, 'ADMIN')
    await expect(keys().create(admin, all)).rejects.toThrow(ForbiddenError)
    await expect(keys().create(admin, { name: 'Vault', scopes: ['vault:write'] })).rejects.toThrow(ForbiddenError)
    await keys().create(admin, { ...all, role: 'ADMIN' })
  })

  test.each<[string, Partial<ApiKeyFields> & { environment?: 'DEVELOPMENT'; temporary?: boolean }, ApiKeyFields]>([
    ['scopes', { scopes: ['key:write', 'call:read'] }, { name: 'x', scopes: ['call:send'] }],
    ['everything', { scopes: ['key:write', 'call:read'] }, { name: 'x', scopes: ['*'], role: 'VIEWER' }],
    ['time', { temporary: true, expiresAt: new Date(Date.UTC(2030, 0, 1)) }, { ...all, expiresAt: null }],
    ['rate', { ratePerMinute: 60 }, { ...all, ratePerMinute: 61 }],
    ['rate, by none', { ratePerMinute: 60 }, { ...all, ratePerMinute: null }],
    ['networks', { allowedNetworks: ['203.0.113.0/24'] }, { ...all, allowedNetworks: ['203.0.112.0/23'] }],
    ['networks, by none', { allowedNetworks: ['203.0.113.0/24'] }, all],
    ['environment', { environment: 'DEVELOPMENT' }, all],
  ])('a key makes no key of more %s than its own', async (_what, own, wanted) => {
    const { expiresAt, ...rest } = own
    const actor = await keyActor({ ...all, ...rest, ...(expiresAt == null ? {} : { expiresAt: later(1) }) })
    await expect(keys().create(actor, wanted)).rejects.toThrow(ForbiddenError)
  })

  test('a narrowed key makes keys within it, sees those alone, and widens none, itself included', async () => {
    const [mine, other] = [await connection(), await connection()]
    const actor = await keyActor({ ...all, connectionIds: [mine] })
    await expect(keys().create(actor, all)).rejects.toThrow(ForbiddenError)
    await expect(keys().create(actor, { ...all, connectionIds: [mine, other] })).rejects.toThrow(ForbiddenError)
    const child = await keys().create(actor, { ...all, connectionIds: [mine] })
    await expect(keys().update(actor, { id: child.id, connectionIds: [] })).rejects.toThrow(ForbiddenError)
    await expect(keys().update(actor, { id: actor.id as string, connectionIds: [] })).rejects.toThrow(ForbiddenError)
    const wide = await keys().create(owner, all)
    for (const attempt of [
      () => keys().update(actor, { id: wide.id, name: 'Mine' }),
      () => keys().rotate(actor, { id: wide.id }),
      () => keys().revoke(actor, { id: wide.id, reason: 'Because' }),
    ])
      await expect(attempt()).rejects.toThrow(NotFoundError)
    const { name } = await hub.database.system.prisma.organization.findUniqueOrThrow({ where: { id: organizationId } })
    await expect(keys().revokeAll(actor, { organizationName: name, reason: 'x' })).rejects.toThrow(ForbiddenError)
  })

  test('nobody changes or rotates a key that may do what they may not: the answer would be as good as the key', async () => {
    const admin = await hub.member(organizationId, 'ADMIN')
    const { id } = await keys().create(owner, all)
    await expect(keys().rotate(admin, { id })).rejects.toThrow(ForbiddenError)
    await expect(keys().update(admin, { id, name: 'Mine' })).rejects.toThrow(ForbiddenError)
    // Ending a key gives nobody anything.
    await keys().revoke(admin, { id, reason: 'Leaked' })
    expect(await row(id)).toMatchObject({ revokedById: admin.id, revokedReason: 'Leaked' })
  })
})

describe('Y1: changing keys', () => {
  test('a stale change is refused, an audited one raises the version', async () => {
    const { id } = await keys().create(owner, { name: 'Partner', scopes: ['call:send'] })
    await keys().update(owner, { id, version: 1, scopes: ['connection:read'], ratePerMinute: 10 })
    expect(await row(id)).toMatchObject({ version: 2, role: 'VIEWER', scopes: ['connection:read'], ratePerMinute: 10 })
    await expect(keys().update(owner, { id, version: 1, name: 'Late' })).rejects.toThrow(ConflictError)
    await keys().update(owner, { id, name: 'Partner' })
    expect((await row(id)).version).toBe(2)
    await keys().update(owner, { id, rotationDays: 30 })
    expect((await row(id)).rotateAt).toEqual(later(30))
  })

  test('a rotated key has a successor with the same rights and an end of its own', async () => {
    const { id } = await keys().create(owner, { ...all, allowedNetworks: ['203.0.113.0/24'], ratePerMinute: 7 })
    const made = await keys().rotate(owner, { id, overlapSeconds: 3600, idempotencyKey: 'turn' })
    expect(await row(made.id)).toMatchObject({ replacesId: id, allowedNetworks: ['203.0.113.0/24'], ratePerMinute: 7 })
    expect(await row(id)).toMatchObject({ expiresAt: new Date(hub.clock.now.getTime() + 3_600_000), rotateAt: null })
    await expect(keys().rotate(owner, { id, overlapSeconds: 3600, idempotencyKey: 'turn' })).rejects.toThrow(
      ConflictError,
    )
    await expect(keys().rotate(owner, { id })).rejects.toThrow('replaced already')
    const ended = await keys().rotate(owner, { id: made.id, overlapSeconds: 0 })
    await expect(keys().update(owner, { id: made.id, name: 'Late' })).rejects.toThrow('has ended')
    expect((await row(ended.id)).expiresAt).toBeNull()
  })

  test('the emergency stop ends every key of this organization and of no other, and spares the asking one when asked to', async () => {
    const other = await hub.organization()
    const kept = await keys().create(other.owner, all)
    const actor = await keyActor(all)
    await keys().create(owner, all)
    const { name } = await hub.database.system.prisma.organization.findUniqueOrThrow({ where: { id: organizationId } })
    await expect(keys().revokeAll(owner, { organizationName: 'Wrong', reason: 'x' })).rejects.toThrow(InvalidInputError)
    expect(await keys().revokeAll(actor, { organizationName: name, reason: 'Breach', keepOwn: true })).toEqual({
      revoked: 1,
    })
    expect(await keys().revokeAll(actor, { organizationName: name, reason: 'Breach' })).toEqual({ revoked: 1 })
    expect((await row(kept.id)).revokedAt).toBeNull()
    await expect(keys().create(actor, all)).rejects.toThrow(ForbiddenError)
  })

  test('a foreign key is not there', async () => {
    const other = await hub.organization()
    const { id } = await keys().create(other.owner, all)
    await expect(keys().update(owner, { id, name: 'Mine' })).rejects.toThrow(NotFoundError)
    await expect(keys().rotate(owner, { id })).rejects.toThrow(NotFoundError)
    await expect(keys().revoke(owner, { id, reason: 'x' })).rejects.toThrow(NotFoundError)
  })
})
