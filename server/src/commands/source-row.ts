import type { Tx } from '@patchbay/prisma/database.ts'
import type { Connection, Source } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, NotFoundError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../providers/provider.ts'
import type { WebhookSpec } from '../providers/webhook.ts'
import { providerOf, type Collaborators } from './collaborators.ts'
import { checkId } from './transact.ts'

export type SourceRow = Source & { readonly connection: Connection }

/** The source, if the actor may touch its connection. */
export async function findSource(tx: Pick<Tx, 'source'>, actor: Actor, id: string): Promise<SourceRow> {
  const checked = checkId('source', id)
  const source = await tx.source.findUnique({ where: { id: checked }, include: { connection: true } })
  const { connectionIds } = actor
  if (source === null || (connectionIds.length > 0 && !connectionIds.includes(source.connectionId)))
    throw new NotFoundError('source', id)
  return source
}

/** As findSource, its row locked until the transaction ends. */
export async function lockSource(tx: Tx, actor: Actor, id: string): Promise<SourceRow> {
  const checked = checkId('source', id)
  await tx.$queryRaw`select 1 from "Source" where "id" = ${checked}::uuid for no key update`
  return findSource(tx, actor, checked)
}

/** How the provider of a connection sends webhooks. @throws ConflictError when it sends none */
export function webhooksOf(
  hub: Pick<Collaborators, 'provider'>,
  connection: { readonly provider: string },
): { readonly provider: Provider; readonly spec: WebhookSpec } {
  const provider = providerOf(hub, connection)
  if (provider.webhooks === undefined) throw new ConflictError(`${provider.entry.name} sends no webhooks to a hub.`)
  return { provider, spec: provider.webhooks }
}

/** Path of a token's address; the token is all that is secret in it. */
export const hookPath = (token: string): string => `/hooks/${token}`
