import type { ConnectionCommands } from '@patchbay/schema/commands/connection.ts'
import type { Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError } from '@patchbay/schema/errors.ts'
import type { Fields, Provider } from '../providers/provider.ts'
import { providerOf, type Collaborators } from './collaborators.ts'
import { digest, once, release } from './once.ts'
import { checkConnectionId, lockConnection, transact } from './transact.ts'

type Begun = Promise<{ readonly id: string; readonly url: string }>

/** Authorizations remembered for repeats: an address is useless after ten minutes anyway. */
const remembered = 1_000

/**
 * Begins an authorization. The address holds a one-time state that is stored only as a hash, so a repeat gets it from
 * this process's memory; after a restart the repeat is refused rather than answered with another authorization.
 */
export function createStartOAuth(hub: Collaborators): ConnectionCommands['startOAuth'] {
  const { database } = hub
  const begun = new Map<string, Begun>()

  return async (actor, { id: given, idempotencyKey }) => {
    const id = checkConnectionId(actor, given)
    const key = idempotencyKey ?? null
    if (key === null) return begin(actor, id, null)
    const name = `${actor.organizationId}:${id}:${key}`
    const earlier = begun.get(name)
    if (earlier !== undefined) {
      await transact(database, actor, (tx) => lockConnection(tx, actor, id))
      return earlier
    }
    const started = begin(actor, id, key)
    begun.set(name, started)
    const [oldest] = begun.keys()
    if (begun.size > remembered && oldest !== undefined) begun.delete(oldest)
    started.catch(() => begun.delete(name))
    return started
  }

  async function begin(actor: Actor, id: string, key: string | null): Begun {
    const request = { operation: 'connection.startOAuth', key, hash: digest(hub.requestKey, { id: id }) }
    let connection: Connection | null = null
    const claim = await transact(database, actor, (tx) =>
      once(tx, actor, request, async () => {
        connection = await lockConnection(tx, actor, id)
        checkReady(providerOf(hub, connection), connection, await hintsOf(tx, connection.id))
        await hub.audit.append(tx, actor, {
          action: 'connection.oauthStarted',
          subjectType: 'Connection',
          subjectId: connection.id,
        })
        return connection.id
      }),
    )
    if (claim.repeated || connection === null)
      throw new ConflictError(
        'This authorization was begun before and its address is no longer known. Begin again with a new idempotency key.',
      )
    try {
      const { flowId, url } = await hub.oauth.start(connection, actor)
      return { id: flowId, url }
    } catch (error) {
      await transact(database, actor, (tx) => release(tx, actor, request))
      throw error
    }
  }
}

async function hintsOf(tx: Tx, connectionId: string): Promise<Fields> {
  const row = await tx.credential.findFirst({
    where: { connectionId, kind: 'FIELDS' },
    orderBy: { version: 'desc' },
    select: { hints: true },
  })
  return (row?.hints ?? {}) as Fields
}

/** @throws ConflictError when there is nothing to authorize, InvalidInputError when the client's fields are not filled in */
function checkReady(provider: Provider, connection: Connection, hints: Fields): void {
  const { entry, oauth } = provider
  const present: Fields = { ...(connection.settings as Fields), ...hints }
  if (oauth?.grant !== 'authorization_code' || !(oauth.applies?.(present) ?? true))
    throw new ConflictError(
      `${connection.name} does not use an authorization in the browser; set its credentials instead.`,
    )
  const needed = entry.fields.filter(
    (field) => field.required || field.name === oauth.clientIdField || field.name === oauth.clientSecretField,
  )
  const missing = needed.filter((field) => (present[field.name] ?? '') === '')
  if (missing.length === 0) return
  throw new InvalidInputError(
    missing.map((field) => ({ path: `fields.${field.name}`, message: `Fill in ${field.label} first, then connect.` })),
  )
}
