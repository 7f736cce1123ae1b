import type { IncidentCommands } from '@patchbay/schema/commands/incident.ts'
import { InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { checkId, transact } from './transact.ts'

/** Longest note, in characters. */
const longestNote = 4_000

/** Rules of incidents. They open and close by themselves; people add what they know. */
export function createIncidentCommands(hub: Collaborators): IncidentCommands {
  const { database, audit, live, now } = hub

  return {
    async note(actor, { idempotencyKey, ...input }) {
      const id = checkId('incident', input.id)
      const text = input.text.trim()
      if (text === '' || [...text].length > longestNote)
        throw new InvalidInputError([{ path: 'text', message: `Write 1 to ${longestNote} characters.` }])
      const request = { operation: 'incident.note', key: idempotencyKey, hash: digest(hub.requestKey, { id, text }) }
      const done = await transact(database, actor, async (tx) => {
        const incident = await tx.incident.findUnique({ where: { id }, select: { connectionId: true } })
        const hidden = actor.connectionIds.length > 0 && !actor.connectionIds.includes(incident?.connectionId ?? '')
        if (incident === null || hidden) throw new NotFoundError('incident', input.id)
        return once(tx, actor, request, async () => {
          await live.append(tx, 'incidents')
          const { organizationId, name: actorName } = actor
          await tx.incidentEntry.create({
            data: { id: hub.newId(), organizationId, incidentId: id, at: now(), kind: 'NOTE', text, actorName },
          })
          await audit.append(tx, actor, {
            action: 'incident.noted',
            subjectType: 'Incident',
            subjectId: id,
            after: { text },
          })
          return id
        })
      })
      return { id: done.id }
    },
  } satisfies IncidentCommands
}
