import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Audit } from '../audit/contract.ts'
import { hashApiKey, prefixOf } from './key-form.ts'
import { dueAt, ringKeys } from './succession.ts'
import type { People } from './contract.ts'
import { madeUpPassword } from './new-password.ts'

export interface FirstStartOptions {
  readonly database: Database
  readonly people: Pick<People, 'createUser'>
  readonly audit: Pick<Audit, 'append'>
  readonly now: () => number
  readonly newId: () => string
  /** Created when the hub has no organization yet. */
  readonly organization: {
    readonly name: string
    readonly slug: string
    readonly country: string | null
    readonly currency: string
    readonly timeZone: string
    readonly demo: boolean
  }
  readonly admin: { readonly email: string; readonly password: string | null }
  readonly bootstrapApiKey: string | null
}

export interface FirstStart {
  /** The oldest organization of the hub. */
  readonly organizationId: string
  /** Set when the administrator was created just now; the password only when it was made up here. */
  readonly admin: { readonly email: string; readonly password: string | null } | null
}

const bootstrapKeyName = 'Bootstrap key'
// The embedded database runs one transaction at a time, and another replica may be doing the same.
const patience = { maxWait: 60_000, timeout: 60_000 }

/**
 * Gives an empty hub its organization, its administrator and its bootstrap API key, in one transaction; a hub that has
 * them is left alone. Any number of replicas may start at once. Another bootstrap key than before replaces the old one.
 */
export async function firstStart(options: FirstStartOptions): Promise<FirstStart> {
  return options.database.system.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('hub.first-start', 0))`)
    const organizationId = await ensureOrganization(options, tx)
    const actor: Actor = {
      kind: 'SYSTEM',
      id: null,
      name: 'First start',
      organizationId,
      ipAddress: null,
      correlationId: options.newId(),
      connectionIds: [],
    }
    const admin = await ensureAdmin(options, tx, actor)
    if (options.bootstrapApiKey !== null) await ensureKey(options, tx, actor, options.bootstrapApiKey)
    return { organizationId, admin }
  }, patience)
}

async function ensureOrganization({ organization, newId }: FirstStartOptions, tx: Tx): Promise<string> {
  const first = await tx.organization.findFirst({
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  if (first) return first.id
  const { id } = await tx.organization.create({ data: { id: newId(), ...organization } })
  return id
}

async function ensureAdmin(options: FirstStartOptions, tx: Tx, actor: Actor): Promise<FirstStart['admin']> {
  if ((await tx.user.count()) > 0) return null
  const { email, password: chosen } = options.admin
  const password = chosen ?? madeUpPassword()
  const user = await options.people.createUser(
    { email, name: 'Administrator', password, superAdmin: true, mustChangePassword: chosen === null },
    tx,
  )
  const member = await tx.member.create({
    data: { id: options.newId(), organizationId: actor.organizationId, userId: user.id, role: 'OWNER' },
  })
  await options.audit.append(tx, actor, {
    action: 'member.created',
    subjectType: 'Member',
    subjectId: member.id,
    after: { email, role: 'OWNER', superAdmin: true },
  })
  return { email, password: chosen === null ? password : null }
}

async function ensureKey(options: FirstStartOptions, tx: Tx, actor: Actor, key: string): Promise<void> {
  const hash = hashApiKey(key)
  if (await tx.apiKey.findUnique({ where: { hash }, select: { id: true } })) return
  const replaced = await tx.apiKey.updateManyAndReturn({
    where: { name: bootstrapKeyName, createdById: null, revokedAt: null, organizationId: actor.organizationId },
    data: {
      revokedAt: new Date(options.now()),
      revokedReason: 'Another bootstrap key took its place.',
      rotateAt: null,
    },
    select: { id: true },
  })
  for (const old of replaced)
    await options.audit.append(tx, actor, { action: 'api-key.revoked', subjectType: 'ApiKey', subjectId: old.id })
  const row = await tx.apiKey.create({
    data: {
      id: options.newId(),
      organizationId: actor.organizationId,
      name: bootstrapKeyName,
      prefix: prefixOf(key),
      hash,
      role: 'OWNER',
      scopes: ['*'],
      rotateAt: dueAt({ rotationDays: 90, temporary: false }, new Date(options.now())),
    },
  })
  await ringKeys(tx)
  await options.audit.append(tx, actor, {
    action: 'api-key.created',
    subjectType: 'ApiKey',
    subjectId: row.id,
    after: { name: row.name, role: row.role },
  })
}
