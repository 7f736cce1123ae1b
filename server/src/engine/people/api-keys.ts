import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { PrismaClient } from '@patchbay/prisma/database.ts'
import { UnauthenticatedError } from '@patchbay/schema/errors.ts'
import type { Authenticated } from './contract.ts'

/** Characters of a key that are kept to recognise it by. */
const prefixLength = 11
/** Writing a use of a key at most this often keeps a busy key from becoming a busy row. */
const useWrittenEveryMs = 60_000

/** SHA-256 in hex: what is kept of a key. Keys are long and random, so a slow hash would buy nothing. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** A new key: `pb_` and 256 random bits. */
export function newApiKey(random: (bytes: number) => Uint8Array = randomBytes): string {
  return `pb_${Buffer.from(random(32)).toString('base64url')}`
}

/** The part of a key that may be shown. */
export function prefixOf(key: string): string {
  return key.slice(0, prefixLength)
}

const refused = 'This API key is unknown, revoked or expired. Create a new one, or check that it was copied whole.'

/** Looks keys up and remembers that they were used. */
export class ApiKeys {
  readonly #prisma: PrismaClient
  readonly #now: () => number
  readonly #written = new Map<string, number>()

  constructor(prisma: PrismaClient, now: () => number) {
    this.#prisma = prisma
    this.#now = now
  }

  /** The viewer a key stands for. Throws UnauthenticatedError, with the same words whatever the reason. */
  async viewer(hash: string): Promise<Authenticated> {
    const row = await this.#prisma.apiKey.findUnique({ where: { hash } })
    const valid =
      row !== null &&
      timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash)) &&
      row.revokedAt === null &&
      (row.expiresAt === null || row.expiresAt.getTime() > this.#now())
    if (!valid) throw new UnauthenticatedError(refused)
    return {
      kind: 'API_KEY',
      id: row.id,
      name: row.name,
      organizationId: row.organizationId,
      role: row.role,
      scopes: row.scopes,
      connectionIds: row.connectionIds,
      superAdmin: false,
      sessionId: null,
    }
  }

  /** Writes the last use of a key, at most once a minute. */
  used(id: string): void {
    const now = this.#now()
    if (now - (this.#written.get(id) ?? -Infinity) < useWrittenEveryMs) return
    this.#written.set(id, now)
    const write = this.#prisma.apiKey.updateMany({ where: { id }, data: { lastUsedAt: new Date(now) } })
    // A missed write costs a timestamp; the next use tries again.
    write.catch(() => this.#written.delete(id))
  }
}
