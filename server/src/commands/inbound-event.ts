import type { InboundEventCommands } from '@patchbay/schema/commands/inbound-event.ts'
import { ConflictError, InvalidInputError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { createAssign } from './inbound-assign.ts'
import { changeInbound, checkMove, findInbound, lockInbound } from './inbound-row.ts'
import { createVerifyAgain } from './inbound-verify.ts'
import { digest, once } from './once.ts'
import { checkId, transact } from './transact.ts'

/** Events one request discards at most. */
const mostDiscarded = 500

/** Rules of inbound events: what a person may do with one. */
export function createInboundEventCommands(hub: Collaborators): InboundEventCommands {
  const { database, audit, now } = hub

  return {
    assign: createAssign(hub),
    verify: createVerifyAgain(hub),

    async replay(actor, { id, idempotencyKey }) {
      const request = { operation: 'inboundEvent.replay', key: idempotencyKey, hash: digest(hub.requestKey, { id }) }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const event = await lockInbound(tx, actor, id)
          checkMove(event, 'RECEIVED', ['ROUTED', 'IGNORED', 'UNMATCHED', 'FAILED'])
          if (event.verdict !== 'VERIFIED') throw new ConflictError('Only a verified event is routed. Verify it first.')
          const run = event.run + 1
          await changeInbound(hub, tx, event, {
            state: 'RECEIVED',
            run,
            attempts: 0,
            events: 0,
            error: null,
            routedAt: null,
            nextAttemptAt: now(),
          })
          await audit.append(tx, actor, {
            action: 'inboundEvent.replayed',
            subjectType: 'InboundEvent',
            subjectId: event.id,
            after: { run },
          })
          return event.id
        }),
      )
      return { id: done.id }
    },

    async discard(actor, { ids: given, idempotencyKey }) {
      // In one order, so that two requests for the same events wait for each other only one way.
      const ids = [...new Set(given.map((id) => checkId('inbound event', id)))].sort()
      if (ids.length === 0 || ids.length > mostDiscarded)
        throw new InvalidInputError([{ path: 'ids', message: `Name 1 to ${mostDiscarded} events.` }])
      const request = { operation: 'inboundEvent.discard', key: idempotencyKey, hash: digest(hub.requestKey, { ids }) }
      await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const events = []
          for (const id of ids) {
            const event = await lockInbound(tx, actor, id)
            checkMove(event, 'DISCARDED', ['UNMATCHED', 'FAILED', 'QUARANTINED'])
            events.push(event)
          }
          for (const event of events) await changeInbound(hub, tx, event, { state: 'DISCARDED', nextAttemptAt: null })
          await audit.append(tx, actor, {
            action: 'inboundEvent.discarded',
            subjectType: 'InboundEvent',
            subjectId: ids.length === 1 ? (ids[0] ?? null) : null,
            after: { ids },
          })
          return ids[0] ?? ''
        }),
      )
      return { ids }
    },

    async readRaw(actor, id) {
      const event = await findInbound(database.tenant(actor.organizationId).prisma, actor, id)
      audit.note(actor, { action: 'inboundEvent.rawRead', subjectType: 'InboundEvent', subjectId: event.id })
      return event.body
    },
  } satisfies InboundEventCommands
}
