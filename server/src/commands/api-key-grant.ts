import type { Tx } from '@patchbay/prisma/database.ts'
import type { ApiKey } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ForbiddenError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { allows, roleScopes } from '@patchbay/schema/scopes.ts'
import { covers, rangeOf, type Range } from '../engine/people/networks.ts'
import { isAbove, rightsOf, type Rights } from './rights.ts'
import { checkId } from './transact.ts'

/** What a key gives to whoever holds it. */
export type Grant = Pick<
  ApiKey,
  'role' | 'scopes' | 'connectionIds' | 'environment' | 'allowedNetworks' | 'ratePerMinute' | 'expiresAt'
>

/** The key, locked until the transaction ends. A key narrowed to some connections sees those that reach no further. */
export async function lockApiKey(tx: Tx, actor: Actor, id: string): Promise<ApiKey> {
  const checked = checkId('api key', id)
  await tx.$queryRaw`select 1 from "ApiKey" where "id" = ${checked}::uuid for no key update`
  const key = await tx.apiKey.findUnique({ where: { id: checked } })
  if (key === null || !reachesNoFurther(actor, key.connectionIds)) throw new NotFoundError('api key', id)
  return key
}

const reachesNoFurther = ({ connectionIds: own }: Actor, ids: readonly string[]): boolean =>
  own.length === 0 || (ids.length > 0 && ids.every((id) => own.includes(id)))

/**
 * Nobody gives more than they hold. A person holds their role; a key holds its scopes, connections, networks, rate and
 * time, and a key it makes may have none of them wider: else a grant for an afternoon could make itself one for ever.
 * @throws ForbiddenError naming what is missing
 */
export async function refuseMore(tx: Tx, actor: Actor, superAdmin: boolean, grant: Grant): Promise<void> {
  const rights = await rightsOf(tx, actor, superAdmin)
  refuseMoreRights(rights, grant)
  if (!reachesNoFurther(actor, grant.connectionIds)) throw new ForbiddenError('connections beyond your own')
  if (actor.kind !== 'API_KEY' || actor.id === null) return
  const own = await tx.apiKey.findUniqueOrThrow({ where: { id: actor.id } })
  if (own.environment === 'DEVELOPMENT' && grant.environment !== 'DEVELOPMENT')
    throw new ForbiddenError('a production key')
  if (own.expiresAt !== null && (grant.expiresAt === null || grant.expiresAt > own.expiresAt))
    throw new ForbiddenError(`a key that lasts beyond ${own.expiresAt.toISOString()}`)
  if (own.ratePerMinute !== null && (grant.ratePerMinute === null || grant.ratePerMinute > own.ratePerMinute))
    throw new ForbiddenError(`a key of more than ${own.ratePerMinute} requests a minute`)
  if (!liesWithin(own.allowedNetworks, grant.allowedNetworks)) throw new ForbiddenError('a key for other networks')
}

function refuseMoreRights(rights: Rights, { role, scopes }: Grant): void {
  if (isAbove(role, rights.role)) throw new ForbiddenError(`the role ${role}`)
  // What * stands for may grow with a later version of the hub, so only who holds * may give it.
  if (scopes.includes('*') && !rights.scopes.includes('*')) throw new ForbiddenError('*')
  for (const scope of roleScopes[role])
    if (allows(role, scopes, scope) && !allows(rights.role, rights.scopes, scope)) throw new ForbiddenError(scope)
}

function liesWithin(own: readonly string[], wanted: readonly string[]): boolean {
  if (own.length === 0) return true
  const outer = rangesOf(own)
  return wanted.length > 0 && rangesOf(wanted).every((inner) => outer.some((one) => covers(one, inner)))
}

const rangesOf = (networks: readonly string[]): Range[] => networks.map(rangeOf).filter((range) => range !== null)

/** Connections to narrow a key to must be there, and a development key's must be sandboxes. `known` ones are not doubted. */
export async function checkConnections(tx: Tx, grant: Grant, known: readonly string[] = []): Promise<void> {
  const added = grant.connectionIds.filter((id) => !known.includes(id))
  if (added.length === 0) return
  const found = await tx.connection.findMany({
    where: { id: { in: added } },
    select: { id: true, name: true, environment: true },
  })
  const missing = added.find((id) => !found.some((one) => one.id === id))
  if (missing !== undefined) throw new NotFoundError('connection', missing)
  const live = found.filter(({ environment }) => grant.environment === 'DEVELOPMENT' && environment !== 'SANDBOX')
  if (live.length > 0)
    throw new InvalidInputError(
      live.map(({ name }) => ({
        path: 'connections',
        message: `${name} is live, and a development key reaches sandboxes only.`,
      })),
    )
}
