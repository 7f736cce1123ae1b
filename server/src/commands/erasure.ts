import type { ErasureCommands } from '@patchbay/schema/commands/erasure.ts'
import { InvalidInputError, type FieldFault } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { lockSet, transact } from './transact.ts'

const shortest = 6
const longest = 200

/** Rules of erasures: whose data may be taken out, and that it is asked for twice. */
export function createErasureCommands(hub: Collaborators): ErasureCommands {
  const { database, audit, erasures, jobs, now } = hub

  return {
    async erase(actor, { subject: given, confirm, idempotencyKey }) {
      const { organizationId } = actor
      const subject = given.normalize('NFC').trim()
      const faults = faultsOf(subject)
      if (confirm.normalize('NFC').trim() !== subject)
        faults.push({ path: 'confirm', message: 'Type the same text again to erase it.' })
      if (faults.length > 0) throw new InvalidInputError(faults)
      const draft = await erasures.draft(organizationId, subject)
      const { id, subjectHash, keyId, wrappedKey, ciphertext } = draft
      const request = { operation: 'erasure.erase', key: idempotencyKey, hash: digest(hub.requestKey, { subject }) }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          await lockSet(tx, actor, 'erasures')
          const underWay = await tx.erasure.findFirst({
            where: { organizationId, subjectHash, state: 'RUNNING' },
            select: { id: true },
          })
          if (underWay !== null) return underWay.id
          const created = { createdById: actor.id, createdByName: actor.name, createdAt: now() }
          await tx.erasure.create({
            data: { id, organizationId, subjectHash, keyId, wrappedKey, ciphertext, ...created },
          })
          await jobs.send('erasure.run', { organizationId, erasureId: id }, { singletonKey: id, sql: tx })
          // Whom it is about must not stand in a log that is kept for years.
          await audit.append(tx, actor, {
            action: 'erasure.requested',
            subjectType: 'Erasure',
            subjectId: id,
            after: { subjectHash },
          })
          return id
        }),
      )
      return { id: done.id }
    },

    async preview(actor, given) {
      const { organizationId, signal } = actor
      const subject = given.normalize('NFC').trim()
      const faults = faultsOf(subject)
      if (faults.length > 0) throw new InvalidInputError(faults)
      const tables = await erasures.preview(organizationId, subject, signal)
      const before = await database.tenant(organizationId).prisma.erasure.findFirst({
        where: { organizationId, subjectHash: erasures.hashOf(subject) },
        orderBy: { createdAt: 'desc' },
        select: { id: true },
      })
      return { tables, askedBefore: before?.id ?? null }
    },
  } satisfies ErasureCommands
}

function faultsOf(subject: string): FieldFault[] {
  if (subject.length < shortest || subject.length > longest)
    return [{ path: 'subject', message: `Name it in ${shortest} to ${longest} characters.` }]
  // Text of signs alone would stand nearly everywhere.
  if (!/[\p{L}\p{N}].*[\p{L}\p{N}].*[\p{L}\p{N}]/su.test(subject))
    return [{ path: 'subject', message: 'Name it by at least three letters or digits.' }]
  return []
}
