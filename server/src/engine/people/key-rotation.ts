import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { ApiKey } from '@patchbay/prisma/generated/client.ts'
import { transact } from '@patchbay/prisma/transact.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { AlertInput, Alerts } from '../alerts/contract.ts'
import type { Audit } from '../audit/contract.ts'
import type { Vault } from '../vault/contract.ts'
import { newApiKey } from './key-form.ts'
import { ringKeys, succeed } from './succession.ts'

export interface KeyRotationOptions {
  readonly database: Database
  readonly vault: Pick<Vault, 'seal'>
  readonly alerts: Alerts
  readonly audit: Pick<Audit, 'append'>
  readonly now: () => Date
  readonly newId: () => string
}

const dayMs = 86_400_000
/** People are reminded this long before a key is due. */
export const reminderDays = 14
/** The old key lives on this long after its successor was made by itself. */
export const handoverDays = 7
/** And this long before it ends without the successor in use, somebody is told. */
const lastCallMs = dayMs
const keysAtOnce = 200

interface Named extends Record<string, unknown> {
  readonly id: string
  readonly organizationId: string
}

/**
 * Carries the rotation policy out: reminds, makes successors, ends what nobody fetched. Each key is one transaction in
 * which the state of the key is looked at again, so that it may be killed at any step and run any number of times.
 */
export async function rotateKeys(options: KeyRotationOptions, signal?: AbortSignal): Promise<void> {
  const at = options.now()
  for (const [condition, work] of steps(options, at))
    for (const { id, organizationId } of await found(options, condition, at)) {
      if (signal?.aborted === true) return
      await work(organizationId, id)
    }
}

type Step = readonly [condition: string, work: (organizationId: string, id: string) => Promise<void>]

const instant = '$1::timestamptz'
const holds = `("expiresAt" is null or "expiresAt" > ${instant})`

/** Which keys, and what to do with each. */
const steps = (options: KeyRotationOptions, at: Date): readonly Step[] => [
  [
    `"autoRotate" and "rotateAt" <= ${instant} and ${holds}`,
    (organization, id) => handOver(options, organization, id, at),
  ],
  [
    `"rotateAt" <= ${instant} + interval '${reminderDays} days' and ${holds}
     and ("remindedAt" is null or ("rotateAt" <= ${instant} and "remindedAt" < "rotateAt"))`,
    (organization, id) => remind(options, organization, id, at),
  ],
  [
    `"expiresAt" <= ${instant} + interval '1 day' and "expiresAt" > ${instant}
     and ("remindedAt" is null or "remindedAt" < "expiresAt" - interval '1 day')
     and exists (select 1 from "ApiKey" s where s."replacesId" = k."id" and s."createdById" is null
       and s."lastUsedAt" is null and s."revokedAt" is null)`,
    (organization, id) => lastCall(options, organization, id, at),
  ],
  [
    `"expiresAt" <= ${instant} and exists (select 1 from "ApiKeySuccessor" s where s."apiKeyId" = k."id")`,
    (organization, id) => giveUp(options, organization, id, at),
  ],
]

const found = (options: KeyRotationOptions, condition: string, at: Date): Promise<Named[]> =>
  options.database.system.sql.query<Named>(
    `select k."id"::text as "id", k."organizationId"::text as "organizationId" from "ApiKey" k
     where k."revokedAt" is null and ${condition}
     order by k."id" limit ${keysAtOnce}`,
    [at.toISOString()],
  )

/** The key, locked, if it still holds. */
async function lock(tx: Tx, id: string): Promise<ApiKey | null> {
  await tx.$queryRaw`select 1 from "ApiKey" where "id" = ${id}::uuid for no key update`
  const key = await tx.apiKey.findUnique({ where: { id } })
  return key === null || key.revokedAt !== null ? null : key
}

/** Makes the successor of a key that is due, sealed until its holder fetches it. */
async function handOver(options: KeyRotationOptions, organizationId: string, id: string, at: Date): Promise<void> {
  const { database, vault, audit, alerts, newId } = options
  const { prisma } = database.tenant(organizationId)
  const known = await prisma.apiKey.findUnique({ where: { id } })
  if (known === null) return
  const secret = newApiKey(known.environment)
  const rowId = newId()
  // A vault may live elsewhere: it seals before the transaction, not inside.
  const sealed = await vault.seal(secret, { organizationId, rowId, table: 'ApiKeySuccessor' })
  await transact(prisma, async (tx) => {
    const key = await lock(tx, id)
    if (key === null || !key.autoRotate || key.rotateAt === null || key.rotateAt > at) return
    if (key.expiresAt !== null && key.expiresAt <= at) return
    const oldEndsAt = new Date(at.getTime() + handoverDays * dayMs)
    const successorId = newId()
    await succeed(tx, key, secret, { id: successorId, at, oldEndsAt, createdById: null })
    await tx.apiKey.update({ where: { id }, data: { remindedAt: null } })
    await tx.apiKeySuccessor.create({
      data: { id: rowId, organizationId, apiKeyId: id, successorId, ...sealed, expiresAt: oldEndsAt, createdAt: at },
    })
    await ringKeys(tx)
    await alerts.raise(tx, [
      due(key, 'INFO', `${key.name} was rotated`, [
        `A successor of ${key.prefix}… waits: its holder fetches it once, with the old key (fetchSuccessor).`,
        `The old key ends ${day(oldEndsAt)}.`,
      ]),
    ])
    await audit.append(tx, keeper(organizationId, newId), {
      action: 'api-key.rotated',
      subjectType: 'ApiKey',
      subjectId: id,
      after: { successorId, automatic: true, oldEndsAt: oldEndsAt.toISOString() },
    })
  })
}

/** Tells that a key will be due, and again when it is. */
async function remind(options: KeyRotationOptions, organizationId: string, id: string, at: Date): Promise<void> {
  await transact(options.database.tenant(organizationId).prisma, async (tx) => {
    const key = await lock(tx, id)
    if (key === null || key.rotateAt === null || (key.expiresAt !== null && key.expiresAt <= at)) return
    const isDue = key.rotateAt <= at
    if (key.remindedAt !== null && !(isDue && key.remindedAt < key.rotateAt)) return
    await tx.apiKey.update({ where: { id }, data: { remindedAt: at } })
    const next = key.autoRotate ? 'A successor is made by itself then.' : 'Rotate it: the old key works on for a while.'
    await options.alerts.raise(tx, [
      isDue
        ? due(key, 'WARNING', `${key.name} is due for rotation`, [
            `${key.prefix}… has been in use for ${key.rotationDays} days.`,
            next,
          ])
        : due(key, 'INFO', `${key.name} will be due for rotation`, [
            `${key.prefix}… is due ${day(key.rotateAt)}.`,
            next,
          ]),
    ])
  })
}

/** The old key ends soon, and nobody uses the new one. */
async function lastCall(options: KeyRotationOptions, organizationId: string, id: string, at: Date): Promise<void> {
  await transact(options.database.tenant(organizationId).prisma, async (tx) => {
    const key = await lock(tx, id)
    if (key === null || key.expiresAt === null || key.expiresAt <= at) return
    if (key.remindedAt !== null && key.remindedAt.getTime() >= key.expiresAt.getTime() - lastCallMs) return
    await tx.apiKey.update({ where: { id }, data: { remindedAt: at } })
    const waits = (await tx.apiKeySuccessor.count({ where: { apiKeyId: id } })) > 0
    await options.alerts.raise(tx, [
      due(key, 'CRITICAL', `${key.name} ends, and its successor is not in use`, [
        waits ? 'Nobody has fetched the successor.' : 'The successor was fetched and never used.',
        `${key.prefix}… ends ${day(key.expiresAt)}: whoever holds it is locked out then.`,
      ]),
    ])
  })
}

/** The old key has ended and its successor was never fetched: nobody can have it any more. */
async function giveUp(options: KeyRotationOptions, organizationId: string, id: string, at: Date): Promise<void> {
  await transact(options.database.tenant(organizationId).prisma, async (tx) => {
    const key = await lock(tx, id)
    const waiting = await tx.apiKeySuccessor.findUnique({ where: { apiKeyId: id } })
    if (key === null || waiting === null || key.expiresAt === null || key.expiresAt > at) return
    await tx.apiKeySuccessor.delete({ where: { id: waiting.id } })
    await tx.apiKey.updateMany({
      where: { id: waiting.successorId, revokedAt: null },
      data: { revokedAt: at, revokedReason: 'Nobody fetched it in time.', rotateAt: null, version: { increment: 1 } },
    })
    await ringKeys(tx)
    await options.alerts.raise(tx, [
      due(key, 'CRITICAL', `${key.name} has ended without a successor`, [
        `Nobody fetched the successor of ${key.prefix}… in ${handoverDays} days.`,
        'Create a new key and hand it over.',
      ]),
    ])
    await options.audit.append(tx, keeper(organizationId, options.newId), {
      action: 'api-key.revoked',
      subjectType: 'ApiKey',
      subjectId: waiting.successorId,
      after: { reason: 'Nobody fetched it in time.' },
    })
  })
}

/** One alert for each key: what it says moves on with the key. */
function due(key: ApiKey, severity: AlertInput['severity'], title: string, text: readonly string[]): AlertInput {
  const { id, organizationId } = key
  const subject = { subjectType: 'ApiKey', subjectId: id }
  return { organizationId, kind: 'key.due', severity, ...subject, title, text: text.join(' '), dedupeKey: dueKey(id) }
}

/** Key of the alert that a key is due: what settles it. */
export const dueKey = (id: string): string => `key.due:${id}`

const day = (at: Date): string => `on ${at.toISOString().slice(0, 16).replace('T', ' at ')} UTC`

const keeper = (organizationId: string, newId: () => string): Actor => ({
  kind: 'SYSTEM',
  id: null,
  name: 'Key keeper',
  organizationId,
  ipAddress: null,
  correlationId: newId(),
  connectionIds: [],
})
