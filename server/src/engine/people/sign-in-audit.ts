import type { Database } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { createAuthMiddleware } from 'better-auth/api'
import type { Audit } from '../audit/contract.ts'
import { addressHeader } from './sign-in.ts'

export interface SignInHooks {
  readonly after: ReturnType<typeof createAuthMiddleware>
}

export interface SignInAuditOptions {
  readonly database: Database
  readonly audit: Audit
  readonly newId: () => string
  /** Called after anything that changes who is signed in. */
  readonly onChange: () => void
}

interface Person {
  readonly id: string
  readonly name: string
}

/** Paths that change something about a person, and what the audit calls it. */
const changes: Readonly<Record<string, string>> = {
  '/change-password': 'user.password-changed',
  '/two-factor/enable': 'user.totp-prepared',
  '/two-factor/disable': 'user.totp-disabled',
  '/two-factor/generate-backup-codes': 'user.backup-codes-replaced',
  '/update-user': 'user.updated',
  '/revoke-session': 'session.revoked',
  '/revoke-sessions': 'session.revoked-all',
  '/revoke-other-sessions': 'session.revoked-others',
}
const secondFactor = new Set(['/two-factor/verify-totp', '/two-factor/verify-backup-code'])
/** Other organizations of one person that also get the entry; beyond that the first ones speak for it. */
const organizationsAtMost = 20

/** Writes sign-ins, refused ones included, and changes of passwords and second factors to the audit of every organization the person belongs to. */
export function signInAudit({ database, audit, newId, onChange }: SignInAuditOptions): SignInHooks {
  const { prisma } = database.system

  async function write(person: Person, action: string, address: string | null): Promise<void> {
    const members = await prisma.member.findMany({
      where: { userId: person.id },
      select: { organizationId: true },
      orderBy: { createdAt: 'asc' },
      take: organizationsAtMost,
    })
    for (const { organizationId } of members) {
      const actor: Actor = {
        kind: 'USER',
        id: person.id,
        name: person.name,
        organizationId,
        ipAddress: address,
        correlationId: newId(),
        connectionIds: [],
      }
      await prisma.$transaction((tx) => audit.append(tx, actor, { action, subjectType: 'User', subjectId: person.id }))
    }
  }

  const after = createAuthMiddleware(async (ctx) => {
    const address = ctx.headers?.get(addressHeader) ?? null
    const entered = ctx.context.newSession
    // A redirect is thrown too: the way back from an issuer is a success when a session came of it.
    const failed = ctx.context.returned instanceof Error && !entered
    const current = ctx.context.session
    if (ctx.path === '/sign-in/email' && failed) {
      const email = emailOf(ctx.body)
      const person =
        email === null ? null : await prisma.user.findUnique({ where: { email }, select: { id: true, name: true } })
      // An address nobody has belongs to no organization: the request log keeps it.
      if (person) await write(person, 'user.sign-in-refused', address)
      return
    }
    if (secondFactor.has(ctx.path) && failed && current)
      return write(current.user, 'user.second-factor-refused', address)
    if (failed) return
    onChange()
    if (secondFactor.has(ctx.path) && current) await write(current.user, 'user.totp-enabled', address)
    else if (
      entered &&
      (ctx.path.startsWith('/sign-in') ||
        ctx.path.startsWith('/two-factor/verify') ||
        ctx.path.startsWith('/callback') ||
        ctx.path.startsWith('/oauth2/callback'))
    )
      await write(entered.user, 'user.signed-in', address)
    const change = changes[ctx.path]
    const person = current?.user ?? entered?.user
    if (change === undefined || person === undefined) return
    if (ctx.path === '/change-password')
      await prisma.user.update({ where: { id: person.id }, data: { mustChangePassword: false } })
    await write(person, change, address)
  })
  return { after }
}

function emailOf(body: unknown): string | null {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : null
  return typeof email === 'string' ? email.toLowerCase() : null
}
