import type { Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { ConnectionCommands } from '@patchbay/schema/commands/connection.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import type { Fields } from '../providers/provider.ts'
import { askForProbe, entryFor, ringCredentials, providerOf, type Collaborators } from './collaborators.ts'
import { checkFields, merge, type SplitFields } from './connection-fields.ts'
import {
  completenessOf,
  dropOutdatedGrant,
  openSecrets,
  sealSecrets,
  storeSecrets,
  type CurrentSecrets,
  type SealedSecrets,
} from './connection-secrets.ts'
import { difference, statusOf } from './connection-view.ts'
import { digest, once } from './once.ts'
import { checkConnectionId, lockConnection, transact } from './transact.ts'

/** Somebody else stored a version while this one was being sealed. */
class StaleSecrets extends Error {}

/** Changes under way at once on one connection are rare; five rounds of them are a loop of somebody's making. */
const rounds = 5

/**
 * Replaces credentials. Opening and sealing may ask a key service, so they happen before the transaction; the
 * transaction then makes sure that what was merged over is still current, or the whole is done again.
 */
export function createSetCredentials(hub: Collaborators): ConnectionCommands['setCredentials'] {
  const { database, audit, health, vault, now } = hub

  return async (actor, { idempotencyKey, ...given }) => {
    const input = { ...given, id: checkConnectionId(actor, given.id) }
    const request = { operation: 'connection.setCredentials', key: idempotencyKey, hash: digest(hub.requestKey, input) }
    for (let round = 1; ; round += 1) {
      try {
        const connection = await read(actor, input.id)
        const provider = providerOf(hub, connection)
        const { split, faults } = checkFields(provider.entry, input.fields, {
          at: 'fields',
          spoken: entryFor(hub, provider, actor),
        })
        if (faults.length > 0) throw new InvalidInputError(faults)
        const current = await openSecrets(database, vault, connection)
        const sealed = await seal(connection, current, split)
        const result = await transact(database, actor, (tx) =>
          once(tx, actor, request, () => store(tx, actor, connection.id, { split, current, sealed })),
        )
        if (!result.repeated) hub.credentials.forget(result.id)
        return { id: result.id }
      } catch (error) {
        if (!(error instanceof StaleSecrets)) throw error
        if (round === rounds)
          throw new ConflictError('The credentials are being changed by somebody else right now. Try again.', {
            cause: error,
          })
      }
    }
  }

  async function read(actor: Actor, id: string): Promise<Connection> {
    const checked = checkConnectionId(actor, id)
    const connection = await database
      .tenant(actor.organizationId)
      .prisma.connection.findUnique({ where: { id: checked } })
    if (connection === null) throw new NotFoundError('connection', id)
    return connection
  }

  /** The next version, or null when no secret is given: plain settings alone make none. */
  async function seal(
    connection: Connection,
    current: CurrentSecrets,
    split: SplitFields,
  ): Promise<SealedSecrets | null> {
    if (Object.keys(split.secret).length === 0) return null
    const values = merge(current.values, split.secret)
    const { entry } = providerOf(hub, connection)
    return sealSecrets(vault, entry, values, {
      id: hub.newId(),
      organizationId: connection.organizationId,
      version: current.version + 1,
    })
  }

  async function store(
    tx: Tx,
    actor: Actor,
    id: string,
    change: { split: SplitFields; current: CurrentSecrets; sealed: SealedSecrets | null },
  ): Promise<string> {
    const connection = await lockConnection(tx, actor, id)
    const provider = providerOf(hub, connection)
    const { split, current, sealed } = change
    const newest = await tx.credential.findFirst({
      where: { connectionId: id, kind: 'FIELDS' },
      orderBy: { version: 'desc' },
      select: { version: true },
    })
    if ((newest?.version ?? 0) !== current.version) throw new StaleSecrets()
    const at = now()
    const before = connection.settings as Fields
    const settings = merge(before, split.plain)
    const changedSecrets = Object.keys(split.secret).filter(
      (name) => (current.values[name] ?? '') !== split.secret[name],
    )
    const changedPlain = Object.keys(split.plain).filter((name) => (before[name] ?? '') !== split.plain[name])
    await ringCredentials(tx, id)
    if (sealed !== null) await storeSecrets(tx, actor, id, sealed, at)
    await dropOutdatedGrant(tx, provider, id, [...changedSecrets, ...changedPlain])
    const state = await completenessOf(tx, provider, { ...connection, settings })
    const paused = connection.status === 'DISABLED'
    await tx.connection.update({
      where: { id },
      data: {
        settings,
        version: { increment: 1 },
        ...(paused ? {} : { ...statusOf(state), nextProbeAt: state.complete ? at : null }),
      },
    })
    if (!paused && state.complete) {
      await askForProbe(hub, tx, actor, id)
      await health.setAside(tx, actor, connection, { state: 'UNKNOWN', reason: null })
    }
    if (!paused && !state.complete)
      await health.setAside(tx, actor, connection, {
        state: 'NOT_CONFIGURED',
        reason: state.reason,
        closeIncidents: 'Closed: the connection is no longer set up.',
      })
    const plain = difference({ settings: before }, { settings })
    await audit.append(tx, actor, {
      action: 'credential.replaced',
      subjectType: 'Connection',
      subjectId: id,
      before: { ...plain.before, version: current.version },
      after: { ...plain.after, version: sealed?.version ?? current.version, secretFields: changedSecrets },
    })
    return id
  }
}
