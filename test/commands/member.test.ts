import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor
let organizationId: string

beforeAll(async () => {
  hub = await rulesHub()
})
afterAll(() => hub.close())
beforeEach(async () => {
  const made = await hub.organization()
  owner = made.owner
  organizationId = made.organizationId
})

const { members, invitations } = {
  members: () =>
    hub.database.system.prisma.member.findMany({ where: { organizationId }, orderBy: { createdAt: 'asc' } }),
  invitations: () => hub.database.system.prisma.invitation.findMany({ where: { organizationId } }),
}
const accept = (token: string | null, more: object = {}) =>
  hub.commands.member.accept({
    token: token ?? '',
    name: 'Layla',
    password: 'a long enough password',
    ipAddress: '192.0.2.9',
    correlationId: 'c-1',
    ...more,
  })
let count = 0
const email = () => `person${(count += 1)}@example.com`

describe('T1: invitations', () => {
  test('an invitation is hashed, lasts seven days and makes a member', async () => {
    const address = email()
    const { id, token } = await hub.commands.member.invite(owner, {
      email: ` ${address.toUpperCase()} `,
      role: 'ADMIN',
    })
    const [invitation] = await invitations()
    expect(invitation).toMatchObject({
      id,
      email: address,
      role: 'ADMIN',
      expiresAt: new Date(hub.clock.now.getTime() + 7 * 86_400_000),
    })
    expect(JSON.stringify(invitation)).not.toContain(token)
    const joined = await accept(token)
    expect((await members()).find((member) => member.id === joined.id)?.role).toBe('ADMIN')
    const entries = await hub.database.system.prisma.auditEntry.findMany({
      where: { organizationId },
      orderBy: { position: 'asc' },
    })
    expect(entries.map((entry) => entry.action)).toEqual(['member.invited', 'member.joined'])
    expect(JSON.stringify(entries)).not.toContain(token)
    expect(entries[1]).toMatchObject({ actorName: 'Layla', ipAddress: '192.0.2.9' })
  })

  test('works once, also for ten at once', async () => {
    const { token } = await hub.commands.member.invite(owner, { email: email(), role: 'VIEWER' })
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => accept(token)))
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    expect(await members()).toHaveLength(2)
    await expect(accept(token)).rejects.toBeInstanceOf(ConflictError)
  })

  test('unknown, expired and revoked ones get one and the same answer', async () => {
    const expired = await hub.commands.member.invite(owner, { email: email(), role: 'VIEWER' })
    hub.clock.advance(7 * 86_400_000)
    const revoked = await hub.commands.member.invite(owner, { email: email(), role: 'VIEWER' })
    await hub.commands.member.revokeInvitation(owner, { id: revoked.id })
    const words = await Promise.all(
      ['guess', expired.token, revoked.token].map((token) => accept(token).catch((error: Error) => error.message)),
    )
    expect(new Set(words)).toEqual(new Set(['This invitation is not valid any more. Ask for a new one.']))
    await expect(hub.commands.member.revokeInvitation(owner, { id: revoked.id })).rejects.toBeInstanceOf(NotFoundError)
  })

  test('somebody who has an account joins with its password only', async () => {
    const address = email()
    await accept((await hub.commands.member.invite(owner, { email: address, role: 'VIEWER' })).token)
    const other = await hub.organization()
    const { token } = await hub.commands.member.invite(other.owner, { email: address, role: 'OPERATOR' })
    await expect(accept(token, { password: 'not the password' })).rejects.toBeInstanceOf(InvalidInputError)
    const joined = await accept(token)
    expect(await hub.database.system.prisma.member.findUnique({ where: { id: joined.id } })).toMatchObject({
      organizationId: other.organizationId,
    })
    expect(await hub.database.system.prisma.user.count({ where: { email: address } })).toBe(1)
  })

  test('a new invitation replaces the one before; a repeat of one key does not show the token again', async () => {
    const address = email()
    const first = await hub.commands.member.invite(owner, { email: address, role: 'VIEWER' })
    const second = await hub.commands.member.invite(owner, { email: address, role: 'ADMIN', idempotencyKey: 'i' })
    expect(await invitations()).toHaveLength(1)
    await expect(accept(first.token)).rejects.toBeInstanceOf(ConflictError)
    expect(await hub.commands.member.invite(owner, { email: address, role: 'ADMIN', idempotencyKey: 'i' })).toEqual({
      id: second.id,
      token: null,
    })
    await accept(second.token)
    await expect(hub.commands.member.invite(owner, { email: address, role: 'ADMIN' })).rejects.toBeInstanceOf(
      ConflictError,
    )
  })

  test.each(['', 'nobody', 'a@b', 'a b@c.de', 'a@b.c, d@e.fg', `${'x'.repeat(250)}@a.bc`])(
    'refuses the address %j',
    async (address) => {
      await expect(hub.commands.member.invite(owner, { email: address, role: 'VIEWER' })).rejects.toBeInstanceOf(
        InvalidInputError,
      )
    },
  )
})

describe('T1: roles', () => {
  test('nobody grants, changes or removes a role above their own', async () => {
    const admin = await hub.member(organizationId, 'ADMIN')
    const [first] = await members()
    const { member } = hub.commands
    await expect(member.invite(admin, { email: email(), role: 'OWNER' })).rejects.toBeInstanceOf(ForbiddenError)
    await expect(member.changeRole(admin, { id: first!.id, role: 'VIEWER' })).rejects.toBeInstanceOf(ForbiddenError)
    await expect(member.remove(admin, { id: first!.id })).rejects.toBeInstanceOf(ForbiddenError)
    await expect(member.changeRole(admin, { id: admin.memberId, role: 'OWNER' })).rejects.toBeInstanceOf(ForbiddenError)
    await member.changeRole(admin, { id: admin.memberId, role: 'VIEWER' })
    await expect(member.invite(admin, { email: email(), role: 'ADMIN' })).rejects.toBeInstanceOf(ForbiddenError)
  })

  test('one owner always stays, also when two step down at once', async () => {
    const second = await hub.member(organizationId, 'OWNER')
    const all = await members()
    const down = all.map(({ id }, n) => hub.commands.member.changeRole(n === 0 ? owner : second, { id, role: 'ADMIN' }))
    expect((await Promise.allSettled(down)).map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await members()).filter((member) => member.role === 'OWNER')).toHaveLength(1)
  })

  test('two owners who remove each other at once leave one', async () => {
    const second = await hub.member(organizationId, 'OWNER')
    const first = (await members()).find(({ id }) => id !== second.memberId)!
    const removals = [
      hub.commands.member.remove(owner, { id: second.memberId }),
      hub.commands.member.remove(second, { id: first.id }),
    ]
    expect((await Promise.allSettled(removals)).map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await members()).toHaveLength(1)
    await expect(hub.commands.member.remove(owner, { id: (await members())[0]!.id })).rejects.toThrow()
  })

  test('T2: members of another organization look like none', async () => {
    const other = await hub.organization()
    const [theirs] = await hub.database.system.prisma.member.findMany({
      where: { organizationId: other.organizationId },
    })
    await expect(hub.commands.member.changeRole(owner, { id: theirs!.id, role: 'VIEWER' })).rejects.toBeInstanceOf(
      NotFoundError,
    )
    await expect(hub.commands.member.remove(owner, { id: theirs!.id })).rejects.toBeInstanceOf(NotFoundError)
  })
})
