import type { Tx } from '@patchbay/prisma/database.ts'
import type { SourceCommands } from '@patchbay/schema/commands/source.ts'
import { ConflictError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { claim, digest, fulfil, once } from './once.ts'
import { findSource, lockSource, webhooksOf, type SourceRow } from './source-row.ts'
import { transact } from './transact.ts'

/** Asks for a registration at once; the job commits with the change that calls for it. */
export async function askForRegistration(hub: Collaborators, tx: Tx, source: SourceRow): Promise<void> {
  const { id, organizationId, registration } = source
  await tx.source.update({
    where: { id },
    data: {
      // What is registered still is, until the new registration replaces it.
      registration: registration === 'REGISTERED' ? 'REGISTERED' : 'PENDING',
      registerAt: hub.now(),
      registrationFailures: 0,
      registrationError: null,
    },
  })
  await hub.jobs.send('source.register', { organizationId, sourceId: id }, { singletonKey: id, sql: tx })
}

/** Registration of sources at vendors, where a vendor has an API for it. */
export function createSourceRegistration(hub: Collaborators): Pick<SourceCommands, 'register' | 'unregister'> {
  const { database, audit, inbound } = hub

  function checkAble(source: SourceRow): void {
    const { provider, spec } = webhooksOf(hub, source.connection)
    if (spec.registration === undefined)
      throw new ConflictError(
        `${provider.entry.name} has no way to register an address. Paste it into the vendor’s dashboard.`,
      )
  }

  return {
    async register(actor, { id: given, idempotencyKey }) {
      const request = { operation: 'source.register', key: idempotencyKey, hash: digest(hub.requestKey, { id: given }) }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const source = await lockSource(tx, actor, given)
          checkAble(source)
          const { name, status } = source.connection
          if (status === 'DISABLED')
            throw new ConflictError(`${name} is paused. Resume it, then register its webhooks.`)
          await askForRegistration(hub, tx, source)
          await audit.append(tx, actor, {
            action: 'source.registrationAsked',
            subjectType: 'Source',
            subjectId: source.id,
          })
          return source.id
        }),
      )
      return { id: done.id }
    },

    async unregister(actor, { id: given, idempotencyKey }) {
      const request = {
        operation: 'source.unregister',
        key: idempotencyKey,
        hash: digest(hub.requestKey, { id: given }),
      }
      const claimed = await transact(database, actor, (tx) =>
        claim(tx, actor, request, async () => (await findSource(tx, actor, given)).id),
      )
      if (claimed.repeated) return { id: claimed.id }
      const found = await findSource(database.tenant(actor.organizationId).prisma, actor, given)
      checkAble(found)
      await hub.registration.unregister(found.connection, found.registrationIds, actor)
      await transact(database, actor, async (tx) => {
        const source = await lockSource(tx, actor, found.id)
        await tx.source.update({
          where: { id: source.id },
          data: {
            registration: 'MANUAL',
            registrationIds: [],
            registeredAt: null,
            registrationExpiresAt: null,
            registerAt: null,
            registrationFailures: 0,
            registrationError: null,
          },
        })
        await fulfil(tx, actor, request, source.id)
        await audit.append(tx, actor, {
          action: 'source.unregistered',
          subjectType: 'Source',
          subjectId: source.id,
          before: { registration: source.registration, ids: source.registrationIds },
        })
      })
      inbound.forget(found.id)
      return { id: found.id }
    },
  }
}
