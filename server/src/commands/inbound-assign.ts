import type { InboundEvent } from '@patchbay/prisma/generated/client.ts'
import type { AssignInput, InboundEventCommands } from '@patchbay/schema/commands/inbound-event.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError } from '@patchbay/schema/errors.ts'
import { eventTypes } from '@patchbay/schema/event-types/index.ts'
import { normalise, RoutingFault, storedMessage } from '../engine/inbound/normalise.ts'
import type { Collaborators } from './collaborators.ts'
import { changeInbound, checkMove, findInbound, lockInbound } from './inbound-row.ts'
import { digest, once } from './once.ts'
import { transact } from './transact.ts'

/** Longest mapping, in characters. */
const longestMapping = 20_000

/** Says what an event of the inbox means, and routes it. */
export function createAssign(hub: Collaborators): InboundEventCommands['assign'] {
  const { database, audit, now } = hub
  const fault = (path: string, message: string) => new InvalidInputError([{ path, message }])

  /** Tries what was said on the event itself: a mapping that does not fit is refused now, not in the inbox again. */
  async function tryOut(actor: Actor, event: InboundEvent, type: string, mapping: string | null): Promise<void> {
    if (!eventTypes.has(type)) throw fault('eventType', `The catalogue has no type ${type.slice(0, 100)}.`)
    if (mapping !== null && mapping.length > longestMapping)
      throw fault('mapping', `Use at most ${longestMapping} characters.`)
    const unreadable = mapping === null ? null : await hub.payloads.check('JSONATA', mapping)
    if (unreadable !== null) throw fault('mapping', unreadable)
    const due = { ...event, head: event.head as Readonly<Record<string, string>> }
    const made = mapping === null ? null : await hub.payloads.map(mapping, storedMessage(due).body ?? null)
    if (made !== null && 'fault' in made) throw fault('mapping', made.fault)
    const { prisma } = database.tenant(actor.organizationId)
    const connection = (await prisma.connection.findUnique({ where: { id: event.connectionId } })) ?? undefined
    try {
      normalise(
        due,
        { connection, assigned: { type, mapping }, mapped: made?.value },
        { provider: hub.provider, eventTypes, newId: hub.newId },
      )
    } catch (error) {
      if (!(error instanceof RoutingFault)) throw error
      throw connection === undefined
        ? new ConflictError(error.message)
        : fault(mapping === null ? 'eventType' : 'mapping', error.message)
    }
  }

  function checkEvent(event: InboundEvent, { remember }: AssignInput): void {
    checkMove(event, 'RECEIVED', ['UNMATCHED', 'FAILED'])
    if (event.verdict !== 'VERIFIED') throw new ConflictError('Only a verified event is routed. Verify it first.')
    if (remember === true && event.vendorType === null)
      throw fault('remember', 'The vendor gives this event no type by which a later one would be known.')
  }

  return async (actor, { idempotencyKey, ...input }) => {
    const { eventType, mapping: given, remember = false } = input
    const mapping = given === undefined || given === null || given.trim() === '' ? null : given
    const found = await findInbound(database.tenant(actor.organizationId).prisma, actor, input.id)
    const hash = digest(hub.requestKey, { id: found.id, eventType, mapping, remember })
    const request = { operation: 'inboundEvent.assign', key: idempotencyKey, hash }
    // A repeat finds the event routed: only the key can say that it is one.
    const isOpen = found.state === 'UNMATCHED' || found.state === 'FAILED'
    if (isOpen) await tryOut(actor, found, eventType, mapping)
    const done = await transact(database, actor, (tx) =>
      once(tx, actor, request, async () => {
        const event = await lockInbound(tx, actor, found.id)
        checkEvent(event, input)
        const { organizationId, sourceId, vendorType } = event
        if (remember && vendorType !== null) {
          const source = await tx.source.findUnique({ where: { id: sourceId }, select: { id: true } })
          if (source === null)
            throw new ConflictError('The source was removed: nothing will come from it to remember this for.')
          await tx.sourceRule.upsert({
            where: { sourceId_vendorType: { sourceId, vendorType } },
            create: {
              id: hub.newId(),
              organizationId,
              sourceId,
              vendorType,
              eventType,
              mapping,
              createdById: actor.id,
              createdAt: now(),
            },
            update: { eventType, mapping, createdById: actor.id, createdAt: now() },
          })
        }
        await changeInbound(hub, tx, event, {
          state: 'RECEIVED',
          assignedType: eventType,
          assignedMap: mapping,
          attempts: 0,
          error: null,
          nextAttemptAt: now(),
        })
        await audit.append(tx, actor, {
          action: 'inboundEvent.assigned',
          subjectType: 'InboundEvent',
          subjectId: event.id,
          after: { vendorType, eventType, mapping, remember },
        })
        return event.id
      }),
    )
    return { id: done.id }
  }
}
