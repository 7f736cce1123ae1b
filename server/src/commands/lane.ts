import type { Tx } from '@patchbay/prisma/database.ts'
import type { CallLimit, Connection } from '@patchbay/prisma/generated/client.ts'
import type { LaneCommands } from '@patchbay/schema/commands/lane.ts'
import { ConflictError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { checkCaching, checkLimits } from './lane-input.ts'
import { lockConnection, transact } from './transact.ts'

/** Rules of connections' ways out: limits, cache, breaker. */
export function createLaneCommands(hub: Collaborators): LaneCommands {
  const { database, audit, lanes, alerts, now, newId } = hub

  return {
    async setLimits(actor, input) {
      const wanted = checkLimits(input.limits)
      return transact(database, actor, async (tx) => {
        const connection = await lockConnection(tx, actor, input.id)
        requireVersion(connection, input.version)
        const { id: connectionId, organizationId } = connection
        const before = await tx.callLimit.findMany({ where: { connectionId } })
        if (isSame(view(before), view(wanted))) return { id: connectionId }
        await tx.callLimit.deleteMany({ where: { connectionId } })
        const createdAt = now()
        await tx.callLimit.createMany({
          data: wanted.map((limit) => ({ ...limit, id: newId(), organizationId, connectionId, createdAt })),
        })
        await raiseVersion(tx, connection)
        await lanes.change(tx, connection, {})
        await audit.append(tx, actor, {
          action: 'connection.limitsSet',
          subjectType: 'Connection',
          subjectId: connectionId,
          before: { limits: view(before) },
          after: { limits: view(wanted) },
        })
        return { id: connectionId }
      })
    },

    async setCaching(actor, input) {
      const wanted = checkCaching(input)
      return transact(database, actor, async (tx) => {
        const connection = await lockConnection(tx, actor, input.id)
        requireVersion(connection, input.version)
        const { cacheTtlSeconds, cacheStaleSeconds } = connection
        const before = { cacheTtlSeconds, cacheStaleSeconds }
        const after = { ...before, ...wanted }
        if (isSame(before, after)) return { id: connection.id }
        await tx.connection.update({ where: { id: connection.id }, data: after })
        await raiseVersion(tx, connection)
        await lanes.change(tx, connection, {})
        await audit.append(tx, actor, {
          action: 'connection.cachingSet',
          subjectType: 'Connection',
          subjectId: connection.id,
          before,
          after,
        })
        return { id: connection.id }
      })
    },

    async purgeCache(actor, input) {
      const done = await transact(database, actor, async (tx) => {
        const connection = await lockConnection(tx, actor, input.id)
        await lanes.change(tx, connection, { purged: true })
        await audit.append(tx, actor, {
          action: 'connection.cachePurged',
          subjectType: 'Connection',
          subjectId: connection.id,
        })
        return { id: connection.id }
      })
      await lanes.refresh(done.id)
      return done
    },

    async resetBreaker(actor, input) {
      const done = await transact(database, actor, async (tx) => {
        const connection = await lockConnection(tx, actor, input.id)
        const reason = `Closed by ${actor.name}.`
        await lanes.change(tx, connection, { closed: { reason }, quietUntil: null })
        await alerts.settle(tx, connection.organizationId, [`breaker.open:${connection.id}`], reason)
        await audit.append(tx, actor, {
          action: 'connection.breakerReset',
          subjectType: 'Connection',
          subjectId: connection.id,
        })
        return { id: connection.id }
      })
      await lanes.refresh(done.id)
      return done
    },
  } satisfies LaneCommands
}

const raiseVersion = (tx: Tx, { id }: Connection) =>
  tx.connection.update({ where: { id }, data: { version: { increment: 1 } } })

function requireVersion({ name, version }: Connection, wanted: number | null | undefined): void {
  if (wanted === null || wanted === undefined || wanted === version) return
  throw new ConflictError(`${name} was changed meanwhile. Look at the newest version and change it again.`)
}

/** Limits as audit entries keep them, in one order. */
const view = (limits: readonly Pick<CallLimit, 'window' | 'calls' | 'replacesVendor'>[]) =>
  limits
    .map(({ window, calls, replacesVendor }) => ({ window, calls, replacesVendor }))
    .sort((a, b) => a.window.localeCompare(b.window))

const isSame = (before: unknown, after: unknown): boolean => JSON.stringify(before) === JSON.stringify(after)
