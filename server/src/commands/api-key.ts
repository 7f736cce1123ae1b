import type { Tx } from '@patchbay/prisma/database.ts'
import type { ApiKey } from '@patchbay/prisma/generated/client.ts'
import type { ApiKeyCommands, ApiKeyFields } from '@patchbay/schema/commands/api-key.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, ForbiddenError, InvalidInputError } from '@patchbay/schema/errors.ts'
import { hashApiKey, newApiKey, prefixOf } from '../engine/people/key-form.ts'
import { dueKey } from '../engine/people/key-rotation.ts'
import { dueAt, ringKeys, succeed } from '../engine/people/succession.ts'
import { checkConnections, lockApiKey, refuseMore } from './api-key-grant.ts'
import { checkApiKey, type CheckedApiKey } from './api-key-input.ts'
import { createFetchSuccessor } from './api-key-successor.ts'
import type { Collaborators } from './collaborators.ts'
import { difference } from './connection-view.ts'
import { digest, once } from './once.ts'
import { isSuperAdmin, rightsOf } from './rights.ts'
import { lockSet, transact } from './transact.ts'

/** Live keys of an organization at most: every one of them is a door. */
const mostKeys = 1_000
const defaultOverlap = 86_400
const longestOverlap = 30 * 86_400
const longestReason = 500

/** Rules of API keys. */
export function createApiKeyCommands(hub: Collaborators): ApiKeyCommands {
  const { database, audit, now, people } = hub

  return {
    async create(actor, { idempotencyKey, environment = 'PRODUCTION', temporary = false, ...input }) {
      const at = now()
      const fields = checkApiKey(input, { at, madeAt: at, temporary })
      const superAdmin = await isSuperAdmin(database, actor)
      const secret = newApiKey(environment)
      const hash = digest(hub.requestKey, { ...input, environment, temporary })
      const request = { operation: 'apiKey.create', key: idempotencyKey, hash }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          await refuseMore(tx, actor, superAdmin, { ...fields, environment })
          await checkConnections(tx, { ...fields, environment })
          await lockSet(tx, actor, 'api-keys')
          await refuseTooMany(tx, at)
          const { organizationId } = actor
          const row = await tx.apiKey.create({
            data: {
              id: hub.newId(),
              organizationId,
              ...fields,
              environment,
              temporary,
              prefix: prefixOf(secret),
              hash: hashApiKey(secret),
              rotateAt: dueAt({ ...fields, temporary }, at),
              createdById: actor.id,
              createdAt: at,
            },
          })
          await audit.append(tx, actor, {
            action: 'api-key.created',
            subjectType: 'ApiKey',
            subjectId: row.id,
            after: { ...auditView(fields), environment, temporary, prefix: row.prefix },
          })
          return row.id
        }),
      )
      if (done.repeated) throw shownBefore()
      return { id: done.id, secret }
    },

    async update(actor, { id, version, ...change }) {
      const superAdmin = await isSuperAdmin(database, actor)
      const changed = await transact(database, actor, async (tx) => {
        const key = await lockApiKey(tx, actor, id)
        if (version !== null && version !== undefined && version !== key.version)
          throw new ConflictError(`${key.name} was changed meanwhile. Look at the newest version and change it again.`)
        refuseEnded(key, now())
        const birth = { at: now(), madeAt: key.createdAt, temporary: key.temporary }
        const next = checkApiKey(overlay(key, change), birth, key)
        const { before, after } = difference(auditView(checkedOf(key)), auditView(next))
        if (Object.keys(after).length === 0) return { id: key.id }
        // Whoever may change a key could read with it, so it must hold nothing they do not, before and after.
        await refuseMore(tx, actor, superAdmin, key)
        await refuseMore(tx, actor, superAdmin, { ...next, environment: key.environment })
        await checkConnections(tx, { ...next, environment: key.environment }, key.connectionIds)
        const due =
          next.rotationDays === key.rotationDays
            ? {}
            : { rotateAt: dueAt({ ...next, temporary: key.temporary }, key.createdAt), remindedAt: null }
        await tx.apiKey.update({ where: { id: key.id }, data: { ...next, ...due, version: { increment: 1 } } })
        await ringKeys(tx)
        await audit.append(tx, actor, {
          action: 'api-key.updated',
          subjectType: 'ApiKey',
          subjectId: key.id,
          before,
          after,
        })
        return { id: key.id }
      })
      people.forget()
      return changed
    },

    async rotate(actor, { idempotencyKey, id: given, overlapSeconds }) {
      const overlap = overlapSeconds ?? defaultOverlap
      if (!Number.isInteger(overlap) || overlap < 0 || overlap > longestOverlap)
        throw new InvalidInputError([
          { path: 'overlapSeconds', message: 'Use 0 to 2,592,000 whole seconds, which is 30 days.' },
        ])
      const superAdmin = await isSuperAdmin(database, actor)
      const request = {
        operation: 'apiKey.rotate',
        key: idempotencyKey,
        hash: digest(hub.requestKey, { given, overlap }),
      }
      let secret = ''
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const key = await lockApiKey(tx, actor, given)
          const at = now()
          refuseEnded(key, at)
          // The answer holds a key with the same rights.
          await refuseMore(tx, actor, superAdmin, key)
          await refuseReplaced(tx, key, at)
          await lockSet(tx, actor, 'api-keys')
          await refuseTooMany(tx, at)
          const id = hub.newId()
          const oldEndsAt = new Date(at.getTime() + overlap * 1000)
          secret = newApiKey(key.environment)
          await succeed(tx, key, secret, { id, at, oldEndsAt, createdById: actor.id })
          await ringKeys(tx)
          await hub.alerts.settle(tx, actor.organizationId, [dueKey(key.id)], `Rotated by ${actor.name}.`)
          await audit.append(tx, actor, {
            action: 'api-key.rotated',
            subjectType: 'ApiKey',
            subjectId: key.id,
            after: { successorId: id, overlapSeconds: overlap },
          })
          return id
        }),
      )
      people.forget()
      if (done.repeated) throw shownBefore()
      return { id: done.id, secret }
    },

    async revoke(actor, input) {
      const reason = checkReason(input.reason)
      const revoked = await transact(database, actor, async (tx) => {
        const key = await lockApiKey(tx, actor, input.id)
        if (key.revokedAt !== null) return { id: key.id }
        await end(tx, actor, [key], reason)
        return { id: key.id }
      })
      people.forget()
      return revoked
    },

    async revokeAll(actor, { organizationName, reason: given, keepOwn = false }) {
      if (actor.connectionIds.length > 0) throw new ForbiddenError('key:write for all connections')
      const reason = checkReason(given)
      const superAdmin = await isSuperAdmin(database, actor)
      const revoked = await transact(database, actor, async (tx) => {
        // Still a member, or a key that holds.
        await rightsOf(tx, actor, superAdmin)
        const organization = await tx.organization.findUniqueOrThrow({ where: { id: actor.organizationId } })
        if (organizationName.trim() !== organization.name)
          throw new InvalidInputError([
            { path: 'confirm', message: 'Type the organization\u2019s name exactly to end every key.' },
          ])
        await lockSet(tx, actor, 'api-keys')
        await tx.$queryRaw`select 1 from "ApiKey" where "revokedAt" is null order by "id" for no key update`
        const keys = await tx.apiKey.findMany({ where: { revokedAt: null }, orderBy: { id: 'asc' } })
        const ending = keys.filter((key) => !(keepOwn && actor.kind === 'API_KEY' && key.id === actor.id))
        await end(tx, actor, ending, reason)
        return { revoked: ending.length }
      })
      people.forget()
      return revoked
    },

    fetchSuccessor: createFetchSuccessor(hub),
  } satisfies ApiKeyCommands

  /** Ends keys at once. A successor nobody fetched yet can no longer be, and is worth nothing to anybody. */
  async function end(tx: Tx, actor: Actor, keys: readonly ApiKey[], reason: string): Promise<void> {
    const ids = keys.map((key) => key.id)
    const waiting = await tx.apiKeySuccessor.findMany({
      where: { apiKeyId: { in: ids } },
      select: { successorId: true },
    })
    const all = [...new Set([...ids, ...waiting.map((one) => one.successorId)])]
    await tx.apiKey.updateMany({
      where: { id: { in: all }, revokedAt: null },
      data: {
        revokedAt: now(),
        revokedById: actor.id,
        revokedReason: reason,
        rotateAt: null,
        version: { increment: 1 },
      },
    })
    await tx.apiKeySuccessor.deleteMany({ where: { OR: [{ apiKeyId: { in: all } }, { successorId: { in: all } }] } })
    await ringKeys(tx)
    await hub.alerts.settle(tx, actor.organizationId, all.map(dueKey), `Revoked by ${actor.name}.`)
    for (const { id, name, prefix } of keys)
      await audit.append(tx, actor, {
        action: 'api-key.revoked',
        subjectType: 'ApiKey',
        subjectId: id,
        before: { name, prefix },
        after: { reason },
      })
  }

  async function refuseTooMany(tx: Tx, at: Date): Promise<void> {
    const good = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] }
    if ((await tx.apiKey.count({ where: good })) >= mostKeys)
      throw new ConflictError(`An organization has at most ${mostKeys} keys that hold. Revoke one first.`)
  }

  /** A key is replaced once; a successor that waits to be fetched gives way to the one made by hand. */
  async function refuseReplaced(tx: Tx, key: ApiKey, at: Date): Promise<void> {
    const waiting = await tx.apiKeySuccessor.findUnique({ where: { apiKeyId: key.id } })
    if (waiting !== null) {
      await tx.apiKeySuccessor.delete({ where: { id: waiting.id } })
      await tx.apiKey.update({
        where: { id: waiting.successorId },
        data: { revokedAt: at, revokedReason: 'Replaced by hand before it was fetched.', rotateAt: null },
      })
      return
    }
    const successor = await tx.apiKey.findFirst({ where: { replacesId: key.id, revokedAt: null } })
    if (successor !== null)
      throw new ConflictError(`${key.name} was replaced already, by ${successor.prefix}…. Rotate that one.`)
  }
}

function refuseEnded(key: ApiKey, at: Date): void {
  if (key.revokedAt !== null) throw new ConflictError(`${key.name} was revoked. Create a new key.`)
  if (key.expiresAt !== null && key.expiresAt <= at) throw new ConflictError(`${key.name} has ended. Create a new key.`)
}

function checkReason(given: string): string {
  const reason = given.trim()
  if (reason !== '' && [...reason].length <= longestReason) return reason
  throw new InvalidInputError([{ path: 'reason', message: `Say why, in up to ${longestReason} characters.` }])
}

/** The secret was shown in the first answer and is not kept. */
function shownBefore(): ConflictError {
  return new ConflictError(
    'This request was carried out before, and its key was shown in the answer then. If that answer got lost, revoke the key and create another, or rotate it: the new key is shown once.',
  )
}

function checkedOf(key: ApiKey): CheckedApiKey {
  const { name, description, role, scopes, connectionIds, allowedNetworks, ratePerMinute, expiresAt } = key
  const { rotationDays, autoRotate } = key
  const limits = { allowedNetworks, ratePerMinute, expiresAt, rotationDays, autoRotate }
  return { name, description, role, scopes, connectionIds, ...limits }
}

/** A key in an audit entry. */
const auditView = ({ expiresAt, ...key }: CheckedApiKey): Record<string, unknown> => ({
  ...key,
  expiresAt: expiresAt?.toISOString() ?? null,
})

/** What is stored, and over it what is given. Other scopes do not inherit a role that was found for those before. */
function overlay(key: ApiKey, change: Partial<ApiKeyFields>): ApiKeyFields {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const role = change.scopes !== undefined && change.role == null && !change.scopes.includes('*') ? null : key.role
  return { ...checkedOf(key), role, ...given }
}
