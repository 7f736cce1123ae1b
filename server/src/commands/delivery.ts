import { instantOf } from '@patchbay/prisma/instant-of.ts'
import type { DeliveryCommands } from '@patchbay/schema/commands/delivery.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { previewReplay } from '../engine/delivery/replay.ts'
import type { Collaborators } from './collaborators.ts'
import { checkFilter, mostIds } from './delivery-filter.ts'
import { digest, once } from './once.ts'
import { checkId, transact } from './transact.ts'

/** Rules of deliveries: sending again, and giving up. */
export function createDeliveryCommands(hub: Collaborators): DeliveryCommands {
  const { database, audit, live, now } = hub

  return {
    async replay(actor, { filter: given, idempotencyKey }) {
      const { organizationId } = actor
      const tenant = database.tenant(organizationId)
      const filter = await checkFilter(tenant.prisma, actor, given)
      const createdAt = now()
      // Counted before the transaction: over a long time range it takes seconds, and nothing depends on the last row.
      const { total } = await previewReplay(tenant.sql, filter, { organizationId, before: createdAt })
      const hash = digest(hub.requestKey, {
        ...given,
        since: given.since?.toISOString(),
        until: given.until?.toISOString(),
      })
      const request = { operation: 'delivery.replay', key: idempotencyKey, hash }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const id = hub.newId()
          await hub.jobs.send('delivery.replay', { organizationId, replayId: id }, { singletonKey: id, sql: tx })
          await live.append(tx, 'replays')
          await tx.replay.create({
            data: {
              id,
              organizationId,
              createdAt,
              createdById: actor.id,
              createdByName: actor.name,
              state: 'RUNNING',
              filter: { ...filter, ...listsOf(filter) },
              total,
            },
          })
          await audit.append(tx, actor, {
            action: 'delivery.replayed',
            subjectType: 'Replay',
            subjectId: id,
            after: { filter: { ...filter, ids: filter.ids?.length }, total },
          })
          return id
        }),
      )
      return { id: done.id }
    },

    async previewReplay(actor, given) {
      const { organizationId } = actor
      const tenant = database.tenant(organizationId)
      const filter = await checkFilter(tenant.prisma, actor, given)
      return previewReplay(tenant.sql, filter, { organizationId, before: now() })
    },

    async cancelReplay(actor, input) {
      const id = checkId('replay', input.id)
      return transact(database, actor, async (tx) => {
        const rows = await tx.$queryRaw<{ state: string }[]>`
          select "state"::text as "state" from "Replay" where "id" = ${id}::uuid for no key update`
        const [replay] = rows
        if (replay === undefined) throw new NotFoundError('replay', input.id)
        if (replay.state === 'DONE')
          throw new ConflictError('The replay is done already: everything it found is queued.')
        if (replay.state === 'CANCELLED') return { id }
        await live.append(tx, 'replays')
        await tx.$executeRaw`
          update "Replay" set "state" = 'CANCELLED', "finishedAt" = ${now()}, "seq" = nextval('hub_replays_seq')
          where "id" = ${id}::uuid`
        await audit.append(tx, actor, { action: 'delivery.replayCancelled', subjectType: 'Replay', subjectId: id })
        return { id }
      })
    },

    async cancel(actor, input) {
      const ids = [...new Set(input.ids.map((id) => checkId('delivery', id)))]
      if (ids.length === 0 || ids.length > mostIds)
        throw new InvalidInputError([{ path: 'ids', message: `Name 1 to ${mostIds} deliveries.` }])
      const instants = ids.map((id) => instantOf(id).toISOString())
      const connections = actor.connectionIds.length === 0 ? null : [...actor.connectionIds]
      const reason = `Given up by ${actor.name}.`
      return transact(database, actor, async (tx) => {
        // Lanes first, in the order everybody takes them: who holds them is the only one to change their deliveries.
        const known = await tx.$queryRawUnsafe<{ id: string; endpointId: string }[]>(
          knownText,
          ids,
          instants,
          connections,
        )
        const missing = ids.find((id) => !known.some((row) => row.id === id))
        if (missing !== undefined) throw new NotFoundError('delivery', missing)
        await tx.$queryRawUnsafe(lanesText, [...new Set(known.map((row) => row.endpointId))])
        await live.append(tx, 'deliveries')
        const rows = await tx.$queryRawUnsafe<{ id: string }[]>(giveUpText, ids, instants, reason)
        const given = rows.map((row) => row.id)
        if (given.length > 0)
          await audit.append(tx, actor, {
            action: 'delivery.cancelled',
            subjectType: 'Delivery',
            subjectId: given.length === 1 ? (given[0] ?? null) : null,
            after: { ids: given },
          })
        return { ids: given }
      })
    },
  } satisfies DeliveryCommands
}

/** JSON columns take plain arrays. */
function listsOf({ ids, eventTypes, states, connectionIds }: Awaited<ReturnType<typeof checkFilter>>) {
  const lists = { ids, eventTypes, states, connectionIds }
  return Object.fromEntries(Object.entries(lists).flatMap(([name, list]) => (list ? [[name, [...list]]] : [])))
}

const named = `"at" = given."at" and delivery."id" = given."id"`
const knownText = `
select delivery."id", delivery."endpointId" from "Delivery" delivery
join unnest($1::uuid[], $2::timestamptz[]) as given("id", "at") on delivery.${named}
where $3::uuid[] is null or delivery."connectionId" = any($3::uuid[])`
const lanesText = `
select 1 as "held" from "EndpointLane" where "endpointId" = any($1::uuid[]) order by "endpointId" for no key update`
const giveUpText = `
update "Delivery" delivery
set "state" = 'DEAD', "reason" = $3, "nextAttemptAt" = null, "seq" = nextval('hub_deliveries_seq')
from unnest($1::uuid[], $2::timestamptz[]) as given("id", "at")
where delivery.${named} and delivery."state" in ('QUEUED', 'WAITING')
returning delivery."id"`
