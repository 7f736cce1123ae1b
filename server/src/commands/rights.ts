import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ForbiddenError } from '@patchbay/schema/errors.ts'
import { allows, type Role, type Scope } from '@patchbay/schema/scopes.ts'

/** What an actor holds in the organization, as the database says now. */
export interface Rights {
  readonly role: Role
  readonly scopes: readonly string[]
}

const everything: Rights = { role: 'OWNER', scopes: ['*'] }

/** Whether a person administers the whole hub. Reads as the owner: ask before the transaction, not inside. */
export async function isSuperAdmin(database: Database, actor: Actor): Promise<boolean> {
  if (actor.kind !== 'USER' || actor.id === null) return false
  const user = await database.system.prisma.user.findUnique({ where: { id: actor.id }, select: { superAdmin: true } })
  return user?.superAdmin === true
}

/** Reads the actor's rights inside the transaction whose rule needs them. @throws ForbiddenError when there are none left */
export async function rightsOf(tx: Tx, actor: Actor, superAdmin: boolean): Promise<Rights> {
  if (actor.kind === 'SYSTEM' || superAdmin) return everything
  if (actor.id === null) throw new ForbiddenError('a member of the organization')
  if (actor.kind === 'API_KEY') {
    const key = await tx.apiKey.findUnique({
      where: { id: actor.id },
      select: { role: true, scopes: true, revokedAt: true },
    })
    if (key === null || key.revokedAt !== null) throw new ForbiddenError('a valid API key')
    return { role: key.role, scopes: key.scopes }
  }
  const member = await tx.member.findFirst({ where: { userId: actor.id }, select: { role: true } })
  if (member === null) throw new ForbiddenError('a member of the organization')
  return { role: member.role, scopes: ['*'] }
}

/** @throws ForbiddenError when the rights do not reach the scope */
export function need(rights: Rights, scope: Scope): void {
  if (!allows(rights.role, rights.scopes, scope)) throw new ForbiddenError(scope)
}

const ranks: Readonly<Record<Role, number>> = { VIEWER: 0, OPERATOR: 1, ADMIN: 2, OWNER: 3 }

/** Whether `role` stands above `other`. */
export function isAbove(role: Role, other: Role): boolean {
  return ranks[role] > ranks[other]
}
