import type { Tx } from '@patchbay/prisma/database.ts'
import type { ApiKey } from '@patchbay/prisma/generated/client.ts'
import { hashApiKey, prefixOf } from './key-form.ts'

const dayMs = 86_400_000

/** Rings on every replica when what is remembered of API keys is no longer true. */
export const keysChannel = 'hub_keys'

/** Makes every replica forget what it knows of keys; rings when the change commits. */
export async function ringKeys(tx: Pick<Tx, '$executeRaw'>): Promise<void> {
  await tx.$executeRaw`select pg_notify(${keysChannel}, '')`
}

/** When a key made at `at` is due for rotation; null for never. */
export function dueAt(key: Pick<ApiKey, 'rotationDays' | 'temporary'>, at: Date): Date | null {
  return key.rotationDays === 0 || key.temporary ? null : new Date(at.getTime() + key.rotationDays * dayMs)
}

export interface Succession {
  readonly id: string
  readonly at: Date
  /** When the old key ends; an earlier end of its own stays. */
  readonly oldEndsAt: Date
  /** Who asked for it; null for the hub itself. */
  readonly createdById: string | null
}

/** Writes `secret` as the successor of a key, with the same rights, and gives the old one its end. */
export async function succeed(tx: Tx, old: ApiKey, secret: string, succession: Succession): Promise<void> {
  const { id, at, oldEndsAt, createdById } = succession
  const { organizationId, name, description, role, scopes, connectionIds, environment, allowedNetworks } = old
  const { ratePerMinute, temporary, expiresAt, rotationDays, autoRotate } = old
  const rights = { role, scopes, connectionIds, environment, allowedNetworks, ratePerMinute, temporary, expiresAt }
  await tx.apiKey.create({
    data: {
      id,
      organizationId,
      name,
      description,
      ...rights,
      rotationDays,
      autoRotate,
      prefix: prefixOf(secret),
      hash: hashApiKey(secret),
      rotateAt: dueAt(old, at),
      replacesId: old.id,
      createdById,
      createdAt: at,
    },
  })
  await tx.apiKey.update({
    where: { id: old.id },
    data: {
      expiresAt: expiresAt !== null && expiresAt < oldEndsAt ? expiresAt : oldEndsAt,
      rotateAt: null,
      version: { increment: 1 },
    },
  })
}
