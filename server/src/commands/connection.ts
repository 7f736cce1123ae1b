import type { Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { ConnectionCommands } from '@patchbay/schema/commands/connection.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { ringSources } from '../engine/inbound/secrets.ts'
import type { Fields, Provider } from '../providers/provider.ts'
import { createSetCredentials } from './connection-credentials.ts'
import { completeness, merge } from './connection-fields.ts'
import { checkConnectionChange, checkNewConnection, type ConnectionChange } from './connection-input.ts'
import { createStartOAuth } from './connection-oauth.ts'
import { completenessOf, sealSecrets, storeSecrets } from './connection-secrets.ts'
import { createConnectionTest } from './connection-test.ts'
import { auditView, difference, statusOf } from './connection-view.ts'
import { askForProbe, entryFor, ringCredentials, providerOf, type Collaborators } from './collaborators.ts'
import { Joiner } from './joiner.ts'
import { claim, digest, fulfil, once, release } from './once.ts'
import { isSuperAdmin, need, rightsOf } from './rights.ts'
import { removeAtVendor } from './source-removal.ts'
import { checkConnectionId, lockConnection, lockSet, transact } from './transact.ts'

/** Rules of connections. */
export function createConnectionCommands(hub: Collaborators): ConnectionCommands {
  const { database, audit, health, now } = hub
  const probes = new Joiner<{ id: string }>()

  return {
    async create(actor, { idempotencyKey, ...input }) {
      if (actor.connectionIds.length > 0) throw new ForbiddenError('connection:write for all connections')
      const fresh = checkNewConnection(input, {
        provider: hub.provider,
        providerSlugs: hub.providerSlugs,
        spoken: (provider) => entryFor(hub, provider, actor),
        labOn: hub.lab !== null,
        probeIntervalSeconds: hub.probeIntervalSeconds ?? 300,
      })
      const { organizationId } = actor
      const { entry } = fresh.provider
      const id = hub.newId()
      const secretFields = Object.keys(fresh.secrets)
      const superAdmin = await isSuperAdmin(database, actor)
      const row = { id: hub.newId(), organizationId, version: 1 }
      const secrets = secretFields.length > 0 ? await sealSecrets(hub.vault, entry, fresh.secrets, row) : null
      const state = completeness(fresh.provider, { ...fresh.settings, ...fresh.secrets }, false)
      const at = now()
      const request = { operation: 'connection.create', key: idempotencyKey, hash: digest(hub.requestKey, input) }
      const result = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          if (secretFields.length > 0) need(await rightsOf(tx, actor, superAdmin), 'credential:write')
          await lockSet(tx, actor, 'connection-names')
          await refuseTakenName(tx, fresh.name, null)
          const connection = await tx.connection.create({
            data: {
              id,
              organizationId,
              provider: entry.slug,
              category: entry.category,
              name: fresh.name,
              environment: fresh.environment,
              status: state.complete ? 'ACTIVE' : 'NOT_CONFIGURED',
              statusReason: state.reason,
              simulated: fresh.simulated,
              baseUrl: fresh.baseUrl,
              settings: { ...fresh.settings },
              probeIntervalSeconds: fresh.probeIntervalSeconds,
              nextProbeAt: state.complete ? at : null,
              createdAt: at,
            },
          })
          if (secrets !== null) await storeSecrets(tx, actor, id, secrets, at)
          if (state.complete) {
            await askForProbe(hub, tx, actor, id)
            await health.setAside(tx, actor, connection, { state: 'UNKNOWN', reason: null })
          }
          await audit.append(tx, actor, {
            action: 'connection.created',
            subjectType: 'Connection',
            subjectId: id,
            after: { ...auditView(connection), secretFields },
          })
          return id
        }),
      )
      return { id: result.id }
    },

    async update(actor, input) {
      const superAdmin = await isSuperAdmin(database, actor)
      const done = await transact(database, actor, async (tx) => {
        if (input.name !== undefined) await lockSet(tx, actor, 'connection-names')
        const connection = await lockConnection(tx, actor, input.id)
        const provider = providerOf(hub, connection)
        const change = checkConnectionChange({ entry: provider.entry, spoken: entryFor(hub, provider, actor) }, input)
        if (input.version !== null && input.version !== undefined && input.version !== connection.version)
          throw new ConflictError(
            `${connection.name} was changed meanwhile. Look at the newest version and change it again.`,
          )
        const next = changed(connection, change)
        const { before, after } = difference(auditView(connection), auditView(next))
        if (Object.keys(after).length === 0) return { id: connection.id, anew: false }
        if (change.name !== undefined) await refuseTakenName(tx, change.name, connection.id)
        const moved = targetMoved(provider, connection, next)
        // Whoever may point a connection elsewhere could have its secrets sent there: that takes the right to set them.
        if (moved && (await tx.credential.count({ where: { connectionId: connection.id } })) > 0)
          need(await rightsOf(tx, actor, superAdmin), 'credential:write')
        const anew = moved || 'settings' in after
        await applyChange(tx, actor, connection, next, provider, anew)
        if (anew) await ringCredentials(tx, connection.id)
        await audit.append(tx, actor, {
          action: 'connection.updated',
          subjectType: 'Connection',
          subjectId: connection.id,
          before,
          after,
        })
        return { id: connection.id, anew }
      })
      hub.connections.forget(done.id)
      if (done.anew) hub.credentials.forget(done.id)
      return { id: done.id }
    },

    setCredentials: createSetCredentials(hub),
    test: createConnectionTest(hub),
    startOAuth: createStartOAuth(hub),

    async probe(actor, { id: given, idempotencyKey }) {
      const id = checkConnectionId(actor, given)
      const joint = typeof idempotencyKey === 'string' ? `${actor.organizationId}:${id}:${idempotencyKey}` : null
      return probes.run(joint, async () => {
        const request = { operation: 'connection.probe', key: idempotencyKey, hash: digest(hub.requestKey, { id }) }
        const claimed = await transact(database, actor, (tx) =>
          claim(tx, actor, request, async (again) => {
            const connection = await lockConnection(tx, actor, id)
            if (connection.status === 'DISABLED')
              throw new ConflictError(`${connection.name} is paused. Resume it, then probe it.`)
            if (connection.status === 'NOT_CONFIGURED')
              throw new ConflictError(`${connection.name} is not set up yet. ${connection.statusReason ?? ''}`.trim())
            if (!again)
              await audit.append(tx, actor, {
                action: 'connection.probed',
                subjectType: 'Connection',
                subjectId: connection.id,
              })
            return connection.id
          }),
        )
        if (claimed.repeated) return { id: claimed.id }
        await health.probe(actor.organizationId, claimed.id, actor)
        const settle = actor.signal?.aborted === true ? release : fulfil
        await transact(database, actor, (tx) => settle(tx, actor, request, claimed.id))
        return { id: claimed.id }
      })
    },

    async pause(actor, input) {
      const changed = await transact(database, actor, async (tx) => {
        const connection = await lockConnection(tx, actor, input.id)
        if (connection.status === 'DISABLED') return { id: connection.id }
        const reason = `Paused by ${actor.name}.`
        const next = await tx.connection.update({
          where: { id: connection.id },
          data: { status: 'DISABLED', statusReason: reason, nextProbeAt: null, version: { increment: 1 } },
        })
        await health.setAside(tx, actor, connection, {
          state: 'UNKNOWN',
          reason,
          closeIncidents: `Closed without recovery: ${reason}`,
        })
        await auditStatus(tx, actor, 'connection.paused', connection, next)
        return { id: connection.id }
      })
      hub.connections.forget(changed.id)
      return changed
    },

    async resume(actor, input) {
      const changed = await transact(database, actor, async (tx) => {
        const connection = await lockConnection(tx, actor, input.id)
        if (connection.status !== 'DISABLED') return { id: connection.id }
        const state = await completenessOf(tx, providerOf(hub, connection), connection)
        const next = await tx.connection.update({
          where: { id: connection.id },
          data: { ...statusOf(state), nextProbeAt: state.complete ? now() : null, version: { increment: 1 } },
        })
        const reason = state.complete ? null : state.reason
        if (state.complete) await askForProbe(hub, tx, actor, connection.id)
        await health.setAside(tx, actor, connection, { state: state.complete ? 'UNKNOWN' : 'NOT_CONFIGURED', reason })
        await auditStatus(tx, actor, 'connection.resumed', connection, next)
        return { id: connection.id }
      })
      hub.connections.forget(changed.id)
      return changed
    },

    async delete(actor, input) {
      const atVendor = await stopSending(actor, input)
      const id = await transact(database, actor, async (tx) => {
        const connection = await lockConnection(tx, actor, input.id)
        checkName(connection, input.name)
        await health.setAside(tx, actor, connection, {
          state: 'UNKNOWN',
          reason: null,
          closeIncidents: `Closed: ${actor.name} deleted the connection.`,
        })
        // Credentials, grant, probes and incidents go with the row; logged calls and audit entries stay.
        await tx.connection.delete({ where: { id: connection.id } })
        await ringCredentials(tx, connection.id)
        await ringSources(tx, connection.id)
        await audit.append(tx, actor, {
          action: 'connection.deleted',
          subjectType: 'Connection',
          subjectId: connection.id,
          before: auditView(connection),
          ...(atVendor === null ? {} : { after: { webhooksAtVendor: atVendor } }),
        })
        return connection.id
      })
      hub.connections.forget(id)
      hub.credentials.forget(id)
      hub.inbound.forget(id)
      return { id }
    },
  } satisfies ConnectionCommands

  /** Webhooks of the connection, removed at the vendor while there are credentials to ask with; null without a source. */
  async function stopSending(actor: Actor, input: { id: string; name: string }): Promise<string | null> {
    const connection = await database
      .tenant(actor.organizationId)
      .prisma.connection.findUnique({ where: { id: checkConnectionId(actor, input.id) }, include: { source: true } })
    if (connection === null) throw new NotFoundError('connection', input.id)
    checkName(connection, input.name)
    const { source, ...row } = connection
    return source === null ? null : removeAtVendor(hub, row, source.registrationIds, actor)
  }

  async function auditStatus(
    tx: Tx,
    actor: Actor,
    action: string,
    before: Connection,
    after: Connection,
  ): Promise<void> {
    const view = ({ status, statusReason }: Connection) => ({ status, statusReason })
    await ringSources(tx, before.id)
    await audit.append(tx, actor, {
      action,
      subjectType: 'Connection',
      subjectId: before.id,
      before: view(before),
      after: view(after),
    })
  }

  /** Stores an update. New settings may complete the form or leave a gap, and what was known of health was of the old ones. */
  async function applyChange(
    tx: Tx,
    actor: Actor,
    connection: Connection,
    next: Connection,
    provider: Provider,
    anew: boolean,
  ): Promise<void> {
    const { name, baseUrl, probeIntervalSeconds } = next
    const state = anew ? await completenessOf(tx, provider, next) : null
    const paused = connection.status === 'DISABLED'
    await tx.connection.update({
      where: { id: connection.id },
      data: {
        name,
        baseUrl,
        probeIntervalSeconds,
        settings: { ...(next.settings as Fields) },
        version: { increment: 1 },
        ...(state === null || paused ? {} : { ...statusOf(state), nextProbeAt: state.complete ? now() : null }),
        ...(state === null && connection.nextProbeAt !== null ? { nextProbeAt: now() } : {}),
      },
    })
    if (state === null || paused) return
    if (state.complete) {
      await askForProbe(hub, tx, actor, connection.id)
      await health.setAside(tx, actor, connection, { state: 'UNKNOWN', reason: null })
    } else
      await health.setAside(tx, actor, connection, {
        state: 'NOT_CONFIGURED',
        reason: state.reason,
        closeIncidents: 'Closed: the connection is no longer set up.',
      })
  }
}

function changed(connection: Connection, change: ConnectionChange): Connection {
  return {
    ...connection,
    name: change.name ?? connection.name,
    baseUrl: change.baseUrl === undefined ? connection.baseUrl : change.baseUrl,
    settings: merge(connection.settings as Fields, change.settings ?? {}),
    probeIntervalSeconds: change.probeIntervalSeconds ?? connection.probeIntervalSeconds,
  }
}

/** Do requests go to other hosts after the change? */
function targetMoved(provider: Provider, before: Connection, after: Connection): boolean {
  if (before.baseUrl !== after.baseUrl) return true
  const origins = ({ id, environment, settings, baseUrl }: Connection) =>
    Object.values(provider.hosts({ id, environment, settings: settings as Fields, baseUrl }))
      .map((host) => URL.parse(host)?.origin ?? host)
      .join()
  return origins(before) !== origins(after)
}

/** What is deleted is named. */
function checkName({ name }: Connection, given: string): void {
  if (given.trim() !== name)
    throw new InvalidInputError([{ path: 'name', message: 'Type the connection\u2019s name exactly to delete it.' }])
}

/** Two connections of one name cannot be told apart on a dashboard, and deleting asks for the name. */
async function refuseTakenName(tx: Tx, name: string, except: string | null): Promise<void> {
  // Not Prisma's insensitive mode: that is ILIKE, to which the names "100%" and "a_b" are patterns.
  const taken = await tx.$queryRaw<{ id: string }[]>`
    select "id" from "Connection" where lower("name") = lower(${name}) and "id" is distinct from ${except}::uuid limit 1`
  if (taken.length > 0)
    throw new InvalidInputError([
      { path: 'name', message: `Another connection is called ${name}. Choose a different name.` },
    ])
}
