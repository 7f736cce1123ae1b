import { createHash } from 'node:crypto'
import type { Tx } from '@patchbay/prisma/database.ts'
import type { Invitation, Member } from '@patchbay/prisma/generated/client.ts'
import type { MemberCommands } from '@patchbay/schema/commands/member.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  type FieldFault,
} from '@patchbay/schema/errors.ts'
import type { Role } from '@patchbay/schema/scopes.ts'
import type { Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { isAbove, isSuperAdmin, rightsOf } from './rights.ts'
import { checkId, lockSet, transact } from './transact.ts'

/** An invitation is good for seven days. */
const invitationMs = 7 * 86_400_000

/** Only the hash of an invitation's token is stored. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Rules of membership. All of an organization's changes run one after the other, so that one owner always stays. */
export function createMemberCommands(hub: Collaborators): MemberCommands {
  const { database, audit, people, now } = hub

  return {
    async invite(actor, { idempotencyKey, ...input }) {
      const email = checkEmail(input.email)
      const superAdmin = await isSuperAdmin(database, actor)
      const token = hub.newToken()
      const at = now()
      const request = {
        operation: 'member.invite',
        key: idempotencyKey,
        hash: digest(hub.requestKey, { email, role: input.role }),
      }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          await lockSet(tx, actor, 'members')
          await refuseAbove(tx, actor, superAdmin, input.role)
          if ((await tx.member.count({ where: { user: { email } } })) > 0)
            throw new ConflictError(`${email} is already a member. Change the role instead.`)
          // A new invitation replaces the one before: two links of different roles would be a surprise.
          await tx.invitation.deleteMany({ where: { email, acceptedAt: null } })
          const id = hub.newId()
          const { organizationId } = actor
          const expiresAt = new Date(at.getTime() + invitationMs)
          await tx.invitation.create({
            data: {
              id,
              organizationId,
              email,
              role: input.role,
              tokenHash: hashToken(token),
              expiresAt,
              invitedById: actor.id,
              createdAt: at,
            },
          })
          await audit.append(tx, actor, {
            action: 'member.invited',
            subjectType: 'Invitation',
            subjectId: id,
            after: { email, role: input.role, expiresAt: expiresAt.toISOString() },
          })
          return id
        }),
      )
      return { id: done.id, token: done.repeated ? null : token }
    },

    async revokeInvitation(actor, input) {
      const id = checkId('invitation', input.id)
      return transact(database, actor, async (tx) => {
        const invitation = await lockInvitation(tx, id)
        if (invitation === null || invitation.acceptedAt !== null) throw new NotFoundError('open invitation', input.id)
        await tx.invitation.delete({ where: { id } })
        const { email, role } = invitation
        await audit.append(tx, actor, {
          action: 'member.invitationRevoked',
          subjectType: 'Invitation',
          subjectId: id,
          before: { email, role },
        })
        return { id }
      })
    },

    async accept(input) {
      const name = input.name.trim().normalize('NFC')
      const invitation = await openInvitation(input.token)
      const faults: FieldFault[] = []
      if (name === '' || [...name].length > 80)
        faults.push({ path: 'name', message: 'Give your name, up to 80 characters.' })
      if (input.password === '') faults.push({ path: 'password', message: 'Choose a password.' })
      if (faults.length > 0) throw new InvalidInputError(faults)
      const { email, organizationId, role } = invitation
      const userId = await userOf(email, name, input.password)
      const { ipAddress, correlationId } = input
      const actor: Actor = {
        kind: 'USER',
        id: userId,
        name,
        organizationId,
        ipAddress,
        correlationId,
        connectionIds: [],
      }
      const id = await transact(database, actor, async (tx) => {
        await lockSet(tx, actor, 'members')
        const current = await lockInvitation(tx, invitation.id)
        if (current === null || current.acceptedAt !== null) throw usedUp()
        await tx.invitation.update({ where: { id: current.id }, data: { acceptedAt: now() } })
        const member = await tx.member.findFirst({ where: { userId }, select: { id: true } })
        if (member !== null) return member.id
        const joined = await tx.member.create({ data: { id: hub.newId(), organizationId, userId, role } })
        await audit.append(tx, actor, {
          action: 'member.joined',
          subjectType: 'Member',
          subjectId: joined.id,
          after: { email, name, role },
        })
        return joined.id
      })
      people.forget()
      return { id }
    },

    async changeRole(actor, input) {
      const changed = await change(actor, input.id, async (tx, member, superAdmin) => {
        if (member.role === input.role) return
        await refuseAbove(tx, actor, superAdmin, input.role)
        if (member.role === 'OWNER') await refuseLastOwner(tx, member)
        await tx.member.update({ where: { id: member.id }, data: { role: input.role } })
        await audit.append(tx, actor, {
          action: 'member.roleChanged',
          subjectType: 'Member',
          subjectId: member.id,
          before: { role: member.role },
          after: { role: input.role },
        })
      })
      return changed
    },

    async remove(actor, input) {
      return change(actor, input.id, async (tx, member) => {
        if (member.role === 'OWNER') await refuseLastOwner(tx, member)
        await tx.member.delete({ where: { id: member.id } })
        await audit.append(tx, actor, {
          action: 'member.removed',
          subjectType: 'Member',
          subjectId: member.id,
          before: { userId: member.userId, role: member.role },
        })
      })
    },
  } satisfies MemberCommands

  async function change(
    actor: Actor,
    given: string,
    work: (tx: Tx, member: Member, superAdmin: boolean) => Promise<void>,
  ): Promise<{ id: string }> {
    const id = checkId('member', given)
    const superAdmin = await isSuperAdmin(database, actor)
    await transact(database, actor, async (tx) => {
      await lockSet(tx, actor, 'members')
      const member = await tx.member.findUnique({ where: { id } })
      if (member === null) throw new NotFoundError('member', given)
      await refuseAbove(tx, actor, superAdmin, member.role)
      await work(tx, member, superAdmin)
    })
    people.forget()
    return { id }
  }

  /** The invitation of a token, still open. One answer for unknown, used and expired: a guesser learns nothing. */
  async function openInvitation(token: string): Promise<Invitation> {
    const invitation = await database.system.prisma.invitation.findUnique({ where: { tokenHash: hashToken(token) } })
    if (invitation === null || invitation.acceptedAt !== null || invitation.expiresAt <= now()) throw usedUp()
    return invitation
  }

  /** The person behind the address: known and proven by the right password, or new. */
  async function userOf(email: string, name: string, password: string): Promise<string> {
    const known = await database.system.prisma.user.findUnique({ where: { email }, select: { id: true } })
    if (known === null) return (await people.createUser({ email, name, password })).id
    const proven = await people.checkPassword(email, password)
    if (proven !== null) return proven.id
    throw new InvalidInputError([
      { path: 'password', message: `${email} already has an account here. Give its password to join.` },
    ])
  }
}

function usedUp(): ConflictError {
  return new ConflictError('This invitation is not valid any more. Ask for a new one.')
}

async function lockInvitation(tx: Tx, id: string): Promise<Invitation | null> {
  await tx.$queryRaw`select 1 from "Invitation" where "id" = ${id}::uuid for no key update`
  return tx.invitation.findUnique({ where: { id } })
}

/** Nobody grants, changes or removes a role above their own. */
async function refuseAbove(tx: Tx, actor: Actor, superAdmin: boolean, role: Role): Promise<void> {
  const { role: own } = await rightsOf(tx, actor, superAdmin)
  if (isAbove(role, own)) throw new ForbiddenError(`the role ${role}`)
}

async function refuseLastOwner(tx: Tx, member: Member): Promise<void> {
  const others = await tx.member.count({ where: { role: 'OWNER', id: { not: member.id } } })
  if (others === 0) throw new ConflictError('This is the last owner. Make somebody else an owner first.')
}

function checkEmail(given: string): string {
  const email = given.trim().toLowerCase()
  if (email.length <= 254 && /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/.test(email)) return email
  throw new InvalidInputError([{ path: 'email', message: 'This is not an email address.' }])
}
