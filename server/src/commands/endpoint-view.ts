import type { Tx } from '@patchbay/prisma/database.ts'
import type { Endpoint } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ForbiddenError, NotFoundError } from '@patchbay/schema/errors.ts'
import { roleScopes } from '@patchbay/schema/scopes.ts'
import type { CheckedEndpoint } from './endpoint-input.ts'
import { need, type Rights } from './rights.ts'
import { checkId } from './transact.ts'

/** The endpoint, locked until the transaction ends; its lane first, as the dispatcher does. A deleted one is not found. */
export async function lockEndpoint(tx: Tx, actor: Actor, id: string): Promise<Endpoint> {
  const checked = checkEndpointId(actor, id)
  await tx.$queryRaw`select 1 from "EndpointLane" where "endpointId" = ${checked}::uuid for no key update`
  await tx.$queryRaw`select 1 from "Endpoint" where "id" = ${checked}::uuid for no key update`
  return readEndpoint(tx, checked)
}

/** @throws NotFoundError for one that is not there any more */
export async function readEndpoint(tx: Pick<Tx, 'endpoint'>, id: string): Promise<Endpoint> {
  const endpoint = await tx.endpoint.findUnique({ where: { id } })
  if (endpoint === null || endpoint.deletedAt !== null) throw new NotFoundError('endpoint', id)
  return endpoint
}

/** Endpoints get events of every connection, so an API key narrowed to some of them has no say. */
export function checkEndpointId(actor: Actor, id: string): string {
  needEverything(actor)
  return checkId('endpoint', id)
}

export function needEverything(actor: Actor): void {
  if (actor.connectionIds.length > 0) throw new ForbiddenError('endpoint:write for all connections')
}

/** A GraphQL payload reads as a viewer: whoever writes one could have anything sent that a viewer sees. */
export function needSight(rights: Rights): void {
  for (const scope of roleScopes.VIEWER) need(rights, scope)
}

/** An endpoint in an audit entry. What stands behind "?" may be a secret of the consumer's. */
export function auditView(endpoint: CheckedEndpoint): Record<string, unknown> {
  const { url, description, eventTypes, enabled, ratePerSecond, schedule, strictOrder, payload, payloadText } = endpoint
  const shown = { url: shortUrl(url), description, eventTypes, enabled, ratePerSecond, schedule, strictOrder }
  return { ...shown, payload, payloadText }
}

function shortUrl(text: string): string {
  const { origin, pathname, search } = new URL(text)
  return `${origin}${pathname}${search === '' ? '' : '?…'}`
}
