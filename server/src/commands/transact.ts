import type { Database, Tx } from '@patchbay/prisma/database.ts'
import { transact as transactOn } from '@patchbay/prisma/transact.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { NotFoundError } from '@patchbay/schema/errors.ts'

/** Runs a rule in one transaction as the actor's organization, under row level security. */
export function transact<T>(database: Database, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transactOn(database.tenant(actor.organizationId).prisma, work)
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

/** The connection, its row locked until the transaction ends; rows that only point at it can still be written. */
export async function lockConnection(tx: Tx, actor: Actor, id: string): Promise<Connection> {
  const checked = checkConnectionId(actor, id)
  await tx.$queryRaw`select 1 from "Connection" where "id" = ${checked}::uuid for no key update`
  const connection = await tx.connection.findUnique({ where: { id: checked } })
  if (connection === null) throw new NotFoundError('connection', id)
  return connection
}

/** Serialises rules that speak of a whole set ("one owner stays", "no two of one name") for one organization. */
export async function lockSet(tx: Tx, actor: Actor, set: string): Promise<void> {
  await tx.$queryRaw`select 1 from (select pg_advisory_xact_lock(hashtextextended(${`hub.${set}.${actor.organizationId}`}, 0))) as locked`
}
