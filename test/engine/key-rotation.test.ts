import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, ForbiddenError, NotFoundError } from '@patchbay/schema/errors.ts'
import { createAlerts } from '@patchbay/server/engine/alerts/alerts.ts'
import { hashApiKey } from '@patchbay/server/engine/people/key-form.ts'
import { rotateKeys, type KeyRotationOptions } from '@patchbay/server/engine/people/key-rotation.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor
let organizationId: string
let options: KeyRotationOptions
const dayMs = 86_400_000

beforeAll(async () => {
  hub = await rulesHub()
  const { database, vault, audit, live } = hub
  const { newId } = hub.collaborators
  const now = () => hub.clock.now
  options = { database, vault, audit, alerts: createAlerts({ live, now, newId } as never), now, newId }
})
afterAll(() => hub.close())
beforeEach(async () => {
  const made = await hub.organization()
  owner = made.owner
  organizationId = made.organizationId
})

const row = (id: string) => hub.database.system.prisma.apiKey.findUniqueOrThrow({ where: { id } })
const successors = (id: string) => hub.database.system.prisma.apiKey.findMany({ where: { replacesId: id } })
const sealed = () => hub.database.system.prisma.apiKeySuccessor.findMany({ where: { organizationId } })
const alerts = () =>
  hub.database.system.prisma.alert.findMany({ where: { organizationId }, orderBy: [{ lastAt: 'asc' }, { seq: 'asc' }] })
const holder = (id: string): Actor => ({ ...owner, kind: 'API_KEY', id, name: 'Holder' })

async function key(autoRotate: boolean) {
  return hub.commands.apiKey.create(owner, { name: 'Partner', scopes: ['*'], role: 'OPERATOR', autoRotate })
}

/** A handler that fails just before its transaction would commit, as a kill does. */
function dying(step: number): KeyRotationOptions {
  let calls = 0
  const append: KeyRotationOptions['audit']['append'] = async (...args) => {
    await hub.audit.append(...args)
    if ((calls += 1) === step) throw new Error('killed')
  }
  return { ...options, audit: { append } }
}

describe('Y2: rotation policy', () => {
  test('people are told fourteen days before a key is due, and when it is, once each', async () => {
    const { id } = await key(false)
    await rotateKeys(options)
    expect(await alerts()).toEqual([])
    hub.clock.advance(76 * dayMs + 1)
    await rotateKeys(options)
    await rotateKeys(options)
    expect(await alerts()).toMatchObject([{ kind: 'key.due', severity: 'INFO', subjectId: id, count: 1 }])
    hub.clock.advance(14 * dayMs)
    await rotateKeys(options)
    await rotateKeys(options)
    expect(await alerts()).toMatchObject([{ severity: 'WARNING', subjectId: id, count: 2, state: 'OPEN' }])
    await hub.commands.apiKey.rotate(owner, { id })
    expect(await alerts()).toMatchObject([{ state: 'RESOLVED' }])
    expect(await successors(id)).toHaveLength(1)
  })

  test('a key that rotates by itself gets a successor, sealed, which its holder fetches once; then the old one ends', async () => {
    const { id, secret } = await key(true)
    hub.clock.advance(90 * dayMs + 1)
    await rotateKeys(options)
    await rotateKeys(options)
    const [successor, ...more] = await successors(id)
    expect(more).toEqual([])
    expect((await row(id)).expiresAt).toEqual(new Date(hub.clock.now.getTime() + 7 * dayMs))
    expect(await sealed()).toHaveLength(1)

    await expect(hub.commands.apiKey.fetchSuccessor(owner, {})).rejects.toThrow(ForbiddenError)
    const other = await key(false)
    await expect(hub.commands.apiKey.fetchSuccessor(holder(other.id), {})).rejects.toThrow(NotFoundError)
    const both = await Promise.allSettled([
      hub.commands.apiKey.fetchSuccessor(holder(id), {}),
      hub.commands.apiKey.fetchSuccessor(holder(id), {}),
    ])
    const [given, ...twice] = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(twice).toEqual([])
    expect(given?.id).toBe(successor?.id)
    expect(hashApiKey(given?.secret ?? '')).toBe(successor?.hash)
    expect(given?.secret).not.toBe(secret)
    expect(await sealed()).toEqual([])
    await expect(hub.commands.apiKey.fetchSuccessor(holder(id), {})).rejects.toThrow(ConflictError)
    const entries = await hub.database.system.prisma.auditEntry.findMany({ where: { organizationId } })
    expect(entries.map((entry) => entry.action)).toContain('api-key.successorFetched')
    expect(JSON.stringify(entries)).not.toContain(given?.secret)
  })

  test('a successor nobody fetches is told of a day before the end and at the end, and is worth nothing afterwards', async () => {
    const { id } = await key(true)
    hub.clock.advance(90 * dayMs + 1)
    await rotateKeys(options)
    hub.clock.advance(6 * dayMs + 1)
    await rotateKeys(options)
    await rotateKeys(options)
    expect(await alerts()).toMatchObject([
      { severity: 'CRITICAL', title: expect.stringContaining('not in use') as string },
    ])
    hub.clock.advance(dayMs)
    await rotateKeys(options)
    expect(await alerts()).toMatchObject([{ title: expect.stringContaining('ended without a successor') as string }])
    expect((await successors(id))[0]).toMatchObject({ revokedReason: 'Nobody fetched it in time.' })
    expect(await sealed()).toEqual([])
    const before = (await alerts())[0]?.count
    await rotateKeys(options)
    expect((await alerts())[0]?.count).toBe(before)
  })

  test('a kill at any step changes nothing, and the next run does it once', async () => {
    const { id } = await key(true)
    hub.clock.advance(90 * dayMs + 1)
    await expect(rotateKeys(dying(1))).rejects.toThrow('killed')
    expect(await successors(id)).toEqual([])
    expect(await sealed()).toEqual([])
    expect(await row(id)).toMatchObject({ expiresAt: null, version: 1 })
    await rotateKeys(options)
    expect(await successors(id)).toHaveLength(1)
    hub.clock.advance(7 * dayMs)
    await expect(rotateKeys(dying(1))).rejects.toThrow('killed')
    expect(await sealed()).toHaveLength(1)
    await rotateKeys(options)
    expect(await sealed()).toEqual([])
  })

  test('rotating by hand takes the place of a successor that still waits; revoking ends it', async () => {
    const { id } = await key(true)
    hub.clock.advance(90 * dayMs + 1)
    await rotateKeys(options)
    const made = await hub.commands.apiKey.rotate(owner, { id })
    const [waiting] = (await successors(id)).filter((one) => one.id !== made.id)
    expect(waiting?.revokedAt).not.toBeNull()
    expect(await sealed()).toEqual([])

    const second = await key(true)
    hub.clock.advance(90 * dayMs + 1)
    await rotateKeys(options)
    await hub.commands.apiKey.revoke(owner, { id: second.id, reason: 'Leaked' })
    expect((await successors(second.id))[0]?.revokedAt).not.toBeNull()
    expect(await sealed()).toEqual((await sealed()).filter((one) => one.apiKeyId !== second.id))
  })
})
