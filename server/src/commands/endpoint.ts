import type { Tx } from '@patchbay/prisma/database.ts'
import type { Endpoint } from '@patchbay/prisma/generated/client.ts'
import type { EndpointCommands, EndpointFields } from '@patchbay/schema/commands/endpoint.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError } from '@patchbay/schema/errors.ts'
import { deadKey, downKey, goneKey } from '../engine/delivery/alarms.ts'
import { ringDispatchers, ringEndpoint } from '../engine/delivery/ring.ts'
import { difference } from './connection-view.ts'
import type { Collaborators } from './collaborators.ts'
import { checkEndpoint, type CheckedEndpoint } from './endpoint-input.ts'
import { createKeyCommands, shownBefore } from './endpoint-keys.ts'
import { createResetBreaker, endRest } from './endpoint-lane.ts'
import { createTrialCommands } from './endpoint-trial.ts'
import { auditView, checkEndpointId, lockEndpoint, needEverything, needSight, readEndpoint } from './endpoint-view.ts'
import { digest, once } from './once.ts'
import { isSuperAdmin, rightsOf } from './rights.ts'
import { lockSet, transact } from './transact.ts'

/** Every event is matched against every endpoint of its organization. */
const mostEndpoints = 500

/** Rules of endpoints. */
export function createEndpointCommands(hub: Collaborators): EndpointCommands {
  const { database, audit, now } = hub

  return {
    async create(actor, { idempotencyKey, algorithm = 'HMAC', ...input }) {
      needEverything(actor)
      const { organizationId } = actor
      const fields = await checkEndpoint(input, hub)
      const superAdmin = await isSuperAdmin(database, actor)
      const endpointId = hub.newId()
      const key = await hub.endpointKeys.create({ organizationId, endpointId, algorithm, createdById: actor.id })
      const request = {
        operation: 'endpoint.create',
        key: idempotencyKey,
        hash: digest(hub.requestKey, { ...input, algorithm }),
      }
      const at = now()
      return transact(database, actor, async (tx) => {
        const done = await once(tx, actor, request, async () => {
          if (fields.payload === 'GRAPHQL') needSight(await rightsOf(tx, actor, superAdmin))
          await lockSet(tx, actor, 'endpoints')
          if ((await tx.endpoint.count({ where: { deletedAt: null } })) >= mostEndpoints)
            throw new ConflictError(`An organization has at most ${mostEndpoints} endpoints. Delete one first.`)
          const off = offFields(fields.enabled, actor, at)
          const stamps = { typesChangedAt: at, createdAt: at, createdById: actor.id }
          await tx.endpoint.create({ data: { id: endpointId, organizationId, ...fields, ...off, ...stamps } })
          await tx.endpointLane.create({ data: { endpointId, organizationId, breakerSince: at } })
          await key.store(tx)
          await audit.append(tx, actor, {
            action: 'endpoint.created',
            subjectType: 'Endpoint',
            subjectId: endpointId,
            after: { ...auditView(fields), algorithm, keyId: key.id },
          })
          return key.id
        })
        return done.repeated ? shownBefore(tx, done.id) : { endpointId, keyId: key.id, secret: key.secret }
      })
    },

    async update(actor, { id: given, version, ...change }) {
      const id = checkEndpointId(actor, given)
      const known = await readEndpoint(database.tenant(actor.organizationId).prisma, id)
      const next = await checkEndpoint(overlay(known, change), hub, checkedOf(known))
      const superAdmin = await isSuperAdmin(database, actor)
      return transact(database, actor, async (tx) => {
        const endpoint = await lockEndpoint(tx, actor, id)
        if (endpoint.version !== (version ?? known.version))
          throw new ConflictError('The endpoint was changed meanwhile. Look at the newest version and change it again.')
        const { before, after } = difference(auditView(checkedOf(endpoint)), auditView(next))
        if (Object.keys(after).length === 0 && endpoint.url === next.url) return { id }
        if (next.payload === 'GRAPHQL' && 'payloadText' in after) needSight(await rightsOf(tx, actor, superAdmin))
        await store(tx, actor, endpoint, next)
        await audit.append(tx, actor, {
          action: 'endpoint.updated',
          subjectType: 'Endpoint',
          subjectId: id,
          before,
          after,
        })
        return { id }
      })
    },

    async delete(actor, input) {
      const id = await transact(database, actor, async (tx) => {
        const endpoint = await lockEndpoint(tx, actor, input.id)
        if ((URL.parse(input.url)?.href ?? input.url) !== endpoint.url)
          throw new InvalidInputError([{ path: 'url', message: 'Type the endpoint\u2019s URL exactly to delete it.' }])
        const at = now()
        const disabledReason = `Deleted by ${actor.name}.`
        await tx.endpoint.update({
          where: { id: endpoint.id },
          data: { enabled: false, disabledReason, disabledAt: at, deletedAt: at, version: { increment: 1 } },
        })
        // Nothing is signed for it any more.
        await tx.endpointKey.deleteMany({ where: { endpointId: endpoint.id } })
        await ringBoth(tx, endpoint.id)
        const keys = [downKey(endpoint.id), goneKey(endpoint.id), deadKey(endpoint.id)]
        await hub.alerts.settle(tx, actor.organizationId, keys, `${actor.name} deleted the endpoint.`)
        await audit.append(tx, actor, {
          action: 'endpoint.deleted',
          subjectType: 'Endpoint',
          subjectId: endpoint.id,
          before: auditView(checkedOf(endpoint)),
        })
        return endpoint.id
      })
      hub.endpointKeys.forget(id)
      return { id }
    },

    ...createKeyCommands(hub),
    ...createTrialCommands(hub),
    resetBreaker: createResetBreaker(hub),
  } satisfies EndpointCommands

  async function store(tx: Tx, actor: Actor, endpoint: Endpoint, next: CheckedEndpoint): Promise<void> {
    const at = now()
    const typesChanged = next.eventTypes.join() !== endpoint.eventTypes.join()
    await tx.endpoint.update({
      where: { id: endpoint.id },
      data: {
        ...next,
        ...(next.enabled === endpoint.enabled ? {} : offFields(next.enabled, actor, at)),
        ...(typesChanged ? { typesChangedAt: at } : {}),
        version: { increment: 1 },
      },
    })
    // Whoever points it elsewhere, or switches it on again, means that it works now.
    const isRenewed = next.url !== endpoint.url || (next.enabled && !endpoint.enabled)
    if (isRenewed) await endRest(tx, endpoint.id, at)
    await ringBoth(tx, endpoint.id)
    if (!isRenewed) return
    const keys = [downKey(endpoint.id), goneKey(endpoint.id)]
    await hub.alerts.settle(tx, actor.organizationId, keys, `${actor.name} changed the endpoint.`)
  }
}

/** What waits is sent, or closed with the reason, by the dispatcher, in bounded steps. */
async function ringBoth(tx: Tx, endpointId: string): Promise<void> {
  await ringEndpoint(tx, endpointId)
  await ringDispatchers(tx, [endpointId])
}

function offFields(enabled: boolean, actor: Actor, at: Date) {
  return enabled
    ? { disabledReason: null, disabledAt: null }
    : { disabledReason: `Switched off by ${actor.name}.`, disabledAt: at }
}

function checkedOf(endpoint: Endpoint): CheckedEndpoint {
  const { url, description, eventTypes, enabled, ratePerSecond, schedule, strictOrder, payload, payloadText } = endpoint
  return { url, description, eventTypes, enabled, ratePerSecond, schedule, strictOrder, payload, payloadText }
}

/** What is stored, and over it what is given. Another kind of payload does not inherit the text of the one before. */
function overlay(endpoint: Endpoint, change: Partial<EndpointFields>): EndpointFields {
  const { schedule, payloadText, ...stored } = checkedOf(endpoint)
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const inherits = change.payload === undefined || change.payload === endpoint.payload
  return {
    ...stored,
    schedule: schedule.length === 0 ? null : schedule,
    payloadText: inherits ? payloadText : null,
    ...given,
  }
}
