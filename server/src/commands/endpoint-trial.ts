import { instantOf } from '@patchbay/prisma/instant-of.ts'
import type { EndpointCommands, PayloadTrial } from '@patchbay/schema/commands/endpoint.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import type { EventType } from '@patchbay/schema/event-types/form.ts'
import { eventTypes as catalogue } from '@patchbay/schema/event-types/index.ts'
import type { NewEvent } from '../engine/delivery/contract.ts'
import { toEnvelope, type EnvelopeFields } from '../engine/delivery/envelope.ts'
import type { Collaborators } from './collaborators.ts'
import { didYouMean } from './connection-fields.ts'
import { lockEndpoint, needEverything, needSight } from './endpoint-view.ts'
import { digest, once } from './once.ts'
import { isSuperAdmin, rightsOf } from './rights.ts'
import { checkId, transact } from './transact.ts'

/** Says that nothing happened, so that no consumer takes it for real. */
const usualTest = 'test.ping'

/** Trying an endpoint: a test event that is really delivered, and a payload that is only shown. */
export function createTrialCommands(hub: Collaborators): Pick<EndpointCommands, 'sendTestEvent' | 'preview'> {
  const { database, audit, now } = hub

  return {
    async sendTestEvent(actor, { idempotencyKey, endpointId, eventType }) {
      const type = typeOf(eventType ?? usualTest)
      const hash = digest(hub.requestKey, { endpointId, type: type.name })
      const request = { operation: 'endpoint.sendTestEvent', key: idempotencyKey, hash }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const endpoint = await lockEndpoint(tx, actor, endpointId)
          if (!endpoint.enabled)
            throw new ConflictError(
              `The endpoint is off, so nothing is sent to it. ${endpoint.disabledReason ?? ''}`.trim(),
            )
          const event = testEvent(type, actor, now(), hub.newId)
          await hub.fanOut.record(tx, [event], { only: endpoint.id })
          await audit.append(tx, actor, {
            action: 'endpoint.tested',
            subjectType: 'Endpoint',
            subjectId: endpoint.id,
            after: { eventId: event.id, eventType: type.name },
          })
          return event.id
        }),
      )
      return { id: done.id }
    },

    async preview(actor, trial) {
      needEverything(actor)
      const { payload, payloadText } = trial
      if (payload === 'GRAPHQL') {
        const superAdmin = await isSuperAdmin(database, actor)
        await transact(database, actor, async (tx) => needSight(await rightsOf(tx, actor, superAdmin)))
      }
      const event = await eventOf(actor, trial)
      const headers = shapeOf(event.id, now())
      const fault = await hub.payloads.check(payload, payloadText)
      if (fault !== null) return { ok: false, body: null, fault, headers }
      const { organizationId } = actor
      const envelope = JSON.stringify(toEnvelope(event))
      const made = await hub.payloads.make({ organizationId, eventId: event.id, envelope, payload, payloadText })
      if (made.outcome === 'FAULT') return { ok: false, body: null, fault: made.message, headers }
      return { ok: true, body: made.outcome === 'MADE' ? made.body : null, fault: null, headers }
    },
  }

  /** The event named, else for a document the latest one it could ask about, else the type's example. */
  async function eventOf(actor: Actor, { eventId, eventType, payload }: PayloadTrial): Promise<EnvelopeFields> {
    const { event } = database.tenant(actor.organizationId).prisma
    if (eventId !== null && eventId !== undefined) {
      const id = checkId('event', eventId)
      const found = await event.findUnique({ where: { at_id: { at: instantOf(id), id } } })
      if (found === null) throw new NotFoundError('event', eventId)
      return found
    }
    const type = typeOf(eventType ?? usualTest)
    const latest =
      payload === 'GRAPHQL'
        ? await event.findFirst({
            where: eventType == null ? {} : { type: type.name },
            orderBy: [{ at: 'desc' }, { id: 'desc' }],
          })
        : null
    return latest ?? testEvent(type, actor, now(), hub.newId)
  }
}

function typeOf(name: string): EventType {
  const type = catalogue.get(name)
  if (type !== undefined) return type
  const message = `There is no event type ${JSON.stringify(name)}.${didYouMean(name, [...catalogue.keys()])}`
  throw new InvalidInputError([{ path: 'eventType', message }])
}

function testEvent(type: EventType, actor: Actor, at: Date, newId: (at?: number) => string): NewEvent {
  return {
    id: newId(at.getTime()),
    at,
    organizationId: actor.organizationId,
    type: type.name,
    version: type.version,
    occurredAt: at,
    connectionId: null,
    provider: null,
    data: type.example,
    source: { kind: 'TEST', vendorType: null, vendorEventId: null, inboundEventId: null },
    inboundEventId: null,
    ordinal: 0,
    run: 1,
    orderKey: null,
    test: true,
  }
}

/** Headers as an endpoint would see them; nothing is signed for a preview. */
function shapeOf(id: string, at: Date): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': 'v1,…',
  }
}
