import type { Actor } from '@patchbay/schema/context.ts'
import { ForbiddenError, IdempotencyConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor
let boss: Actor

beforeAll(async () => {
  hub = await rulesHub()
  owner = (await hub.organization()).owner
  const made = await hub.organization()
  await hub.database.system.prisma.user.update({ where: { id: made.userId }, data: { superAdmin: true } })
  boss = made.owner
})
afterAll(() => hub.close())

const rowOf = (id: string) => hub.database.system.prisma.organization.findUniqueOrThrow({ where: { id } })

describe('T1: organizations', () => {
  test('a change is checked, stored and written down with before and after', async () => {
    await hub.commands.organization.update(owner, {
      name: ' Noor Atelier ',
      country: 'ae',
      currency: 'aed',
      timeZone: 'Asia/Dubai',
    })
    expect(await rowOf(owner.organizationId)).toMatchObject({
      name: 'Noor Atelier',
      country: 'AE',
      currency: 'AED',
      timeZone: 'Asia/Dubai',
    })
    const entries = await hub.database.system.prisma.auditEntry.findMany({
      where: { organizationId: owner.organizationId },
    })
    expect(entries).toMatchObject([
      { action: 'organization.updated', before: { currency: 'USD' }, after: { currency: 'AED' } },
    ])
    await hub.commands.organization.update(owner, { name: 'Noor Atelier' })
    expect(await hub.database.system.prisma.auditEntry.count({ where: { organizationId: owner.organizationId } })).toBe(
      1,
    )
  })

  test('every fault at once', async () => {
    const faults = await hub.commands.organization
      .update(owner, { name: '', country: 'ZZ', currency: 'EURO', timeZone: '+04:00' })
      .catch((error: InvalidInputError) => error.faults.map((fault) => fault.path))
    expect(faults).toEqual(['name', 'country', 'currency', 'timeZone'])
  })

  test.each([
    ['country', 'UK1'],
    ['country', 'EU'],
    ['currency', 'XXQ'],
    ['timeZone', 'Mars/Olympus'],
    ['timeZone', ''],
  ])('refuses %s %j', async (field, value) => {
    await expect(hub.commands.organization.update(owner, { [field]: value })).rejects.toBeInstanceOf(InvalidInputError)
  })

  test('super-admins make organizations, those of the Emirates with their money and time', async () => {
    await expect(hub.commands.organization.create(owner, { name: 'Mine' })).rejects.toBeInstanceOf(ForbiddenError)
    const wanted = { name: 'Desert Rose', country: 'AE', idempotencyKey: 'o-1' }
    const made = await Promise.all(Array.from({ length: 5 }, () => hub.commands.organization.create(boss, wanted)))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    const { id } = made[0]!
    expect(await rowOf(id)).toMatchObject({ country: 'AE', currency: 'AED', timeZone: 'Asia/Dubai', demo: false })
    expect(await hub.database.system.prisma.member.findMany({ where: { organizationId: id } })).toMatchObject([
      { userId: boss.id, role: 'OWNER' },
    ])
    expect(await hub.audit.verify(id)).toMatchObject({ ok: true, entries: 1 })
    await expect(hub.commands.organization.create(boss, { ...wanted, name: 'Other' })).rejects.toBeInstanceOf(
      IdempotencyConflictError,
    )
    expect(
      await rowOf((await hub.commands.organization.create(boss, { name: '沙漠', country: 'AE', currency: 'USD' })).id),
    ).toMatchObject({ currency: 'USD' })
  })

  test('switching changes one session, and only to where one belongs', async () => {
    const { prisma } = hub.database.system
    const session = (id: string) => ({ id, token: id, userId: owner.id ?? '', expiresAt: new Date('2030-01-01') })
    await prisma.session.createMany({ data: [session('s-1'), session('s-2')] })
    const signedIn = { ...owner, sessionId: 's-1' }
    const second = await hub.organization()
    await expect(hub.commands.organization.switchTo(signedIn, { id: second.organizationId })).rejects.toBeInstanceOf(
      NotFoundError,
    )
    await prisma.member.create({
      data: {
        id: hub.collaborators.newId(),
        organizationId: second.organizationId,
        userId: owner.id ?? '',
        role: 'VIEWER',
      },
    })
    await hub.commands.organization.switchTo(signedIn, { id: second.organizationId })
    const sessions = await prisma.session.findMany({ orderBy: { id: 'asc' } })
    expect(sessions.map((one) => one.activeOrganizationId)).toEqual([second.organizationId, null])
    await expect(
      hub.commands.organization.switchTo({ ...owner, kind: 'API_KEY' }, { id: second.organizationId }),
    ).rejects.toBeInstanceOf(ForbiddenError)
  })
})
