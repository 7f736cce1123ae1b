import type { Tx } from '@patchbay/prisma/database.ts'
import type { SourceCommands } from '@patchbay/schema/commands/source.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { ringSources, sealSecret, storeSecret } from '../engine/inbound/secrets.ts'
import type { Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { createSourceRegistration } from './source-registration.ts'
import { removeAtVendor } from './source-removal.ts'
import { findSource, hookPath, lockSource, webhooksOf, type SourceRow } from './source-row.ts'
import { createSourceSecrets } from './source-secrets.ts'
import { checkId, lockConnection, transact } from './transact.ts'

/** Rules of sources: where one connection's webhooks arrive. */
export function createSourceCommands(hub: Collaborators): SourceCommands {
  const { database, audit, vault, inbound, now } = hub

  return {
    ...createSourceSecrets(hub),
    ...createSourceRegistration(hub),

    async create(actor, { idempotencyKey, connectionId }) {
      const { organizationId } = actor
      const id = hub.newId()
      // Sealed before the transaction: a key service may be asked over the network.
      const token = await sealSecret(hub, { id, organizationId }, { kind: 'TOKEN', value: hub.newToken() })
      const request = {
        operation: 'source.create',
        key: idempotencyKey,
        hash: digest(hub.requestKey, { connectionId }),
      }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const connection = await lockConnection(tx, actor, connectionId)
          webhooksOf(hub, connection)
          const existing = await tx.source.findFirst({ where: { connectionId: connection.id }, select: { id: true } })
          if (existing !== null) throw new ConflictError(`${connection.name} has an address for its webhooks already.`)
          await tx.source.create({
            // Left out, the list would be null in the database.
            data: { id, organizationId, connectionId: connection.id, registrationIds: [], createdAt: now() },
          })
          await storeSecret(tx, actor, token, now())
          await audit.append(tx, actor, {
            action: 'source.created',
            subjectType: 'Source',
            subjectId: id,
            after: { connectionId: connection.id },
          })
          return id
        }),
      )
      return { id: done.id }
    },

    async update(actor, input) {
      const id = await transact(database, actor, async (tx) => {
        const source = await lockSource(tx, actor, input.id)
        if (input.version !== null && input.version !== undefined && input.version !== source.version)
          throw new ConflictError('The source was changed meanwhile. Look at its newest version and change it again.')
        const { enabled = source.enabled } = input
        if (enabled === source.enabled) return source.id
        await tx.source.update({ where: { id: source.id }, data: { enabled, version: { increment: 1 } } })
        await ringSources(tx, source.id)
        await auditChange(tx, actor, 'source.updated', source, { enabled: source.enabled }, { enabled })
        return source.id
      })
      inbound.forget(id)
      return { id }
    },

    async delete(actor, input) {
      const found = await findSource(database.tenant(actor.organizationId).prisma, actor, input.id)
      checkName(found, input.name)
      const atVendor = await removeAtVendor(hub, found.connection, found.registrationIds, actor)
      const id = await transact(database, actor, async (tx) => {
        const source = await lockSource(tx, actor, input.id)
        checkName(source, input.name)
        // Its secrets and rules go with it; events that arrived stay.
        await tx.source.delete({ where: { id: source.id } })
        await ringSources(tx, source.id)
        const { connectionId, registration } = source
        await auditChange(tx, actor, 'source.deleted', source, { connectionId, registration }, { atVendor })
        return source.id
      })
      inbound.forget(id)
      return { id }
    },

    async removeRule(actor, { sourceId, ruleId }) {
      return transact(database, actor, async (tx) => {
        const source = await lockSource(tx, actor, sourceId)
        const rule = await tx.sourceRule.findFirst({ where: { id: checkId('rule', ruleId), sourceId: source.id } })
        if (rule === null) throw new NotFoundError('rule', ruleId)
        await tx.sourceRule.delete({ where: { id: rule.id } })
        const { vendorType, eventType, mapping } = rule
        await auditChange(tx, actor, 'source.ruleRemoved', source, { vendorType, eventType, mapping }, undefined)
        return { id: source.id }
      })
    },

    async readUrl(actor, id) {
      const { prisma } = database.tenant(actor.organizationId)
      const source = await findSource(prisma, actor, id)
      const row = await prisma.sourceSecret.findFirst({
        where: { sourceId: source.id, kind: 'TOKEN', expiresAt: null },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      })
      if (row === null) throw new ConflictError('The source has no address that holds. Rotate its token.')
      const { organizationId } = actor
      const token = await vault.open(row, { organizationId, rowId: row.id, table: 'SourceSecret' })
      audit.note(actor, { action: 'source.urlRead', subjectType: 'Source', subjectId: source.id })
      return hub.publicUrl + hookPath(token)
    },
  } satisfies SourceCommands

  async function auditChange(
    tx: Tx,
    actor: Actor,
    action: string,
    source: SourceRow,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    await audit.append(tx, actor, { action, subjectType: 'Source', subjectId: source.id, before, after })
  }
}

function checkName(source: SourceRow, name: string): void {
  if (name.trim() === source.connection.name) return
  throw new InvalidInputError([{ path: 'name', message: 'Type the connection’s name exactly to remove its address.' }])
}
