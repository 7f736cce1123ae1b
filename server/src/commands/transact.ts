import { Prisma } from '@patchbay/prisma/generated/client.ts'
import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { NotFoundError } from '@patchbay/schema/errors.ts'

// The embedded database runs one transaction at a time: under a burst the last one waits for all before it.
const patience = { maxWait: 30_000, timeout: 30_000 }
const attempts = 3

/**
 * Runs a rule in one transaction as the actor's organization, under row level security. Deadlocks are run again; `work`
 * must therefore have no effect outside of `tx`.
 */
export async function transact<T>(database: Database, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.tenant(actor.organizationId).prisma.$transaction(work, patience)
    } catch (error) {
      const deadlock = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034'
      if (!deadlock || attempt === attempts) throw error
    }
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id, if it can be one and the actor may touch what it names; NotFoundError otherwise, as for a foreign id. */
export function checkId(noun: string, id: string): string {
  if (!uuid.test(id)) throw new NotFoundError(noun, id)
  return id.toLowerCase()
}

/** As checkId, for a connection: an API key narrowed to some connections does not see the others. */
export function checkConnectionId(actor: Actor, id: string): string {
  const checked = checkId('connection', id)
  if (actor.connectionIds.length > 0 && !actor.connectionIds.includes(checked))
    throw new NotFoundError('connection', id)
  return checked
}

/** The connection, its row locked until the transaction ends. */
export async function lockConnection(tx: Tx, actor: Actor, id: string): Promise<Connection> {
  const checked = checkConnectionId(actor, id)
  await tx.$queryRaw`select 1 from "Connection" where "id" = ${checked}::uuid for update`
  const connection = await tx.connection.findUnique({ where: { id: checked } })
  if (connection === null) throw new NotFoundError('connection', id)
  return connection
}

/** Serialises rules that speak of a whole set ("one owner stays", "no two of one name") for one organization. */
export async function lockSet(tx: Tx, actor: Actor, set: string): Promise<void> {
  await tx.$queryRaw`select 1 from (select pg_advisory_xact_lock(hashtextextended(${`hub.${set}.${actor.organizationId}`}, 0))) as locked`
}
