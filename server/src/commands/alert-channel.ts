import type { Tx } from '@patchbay/prisma/database.ts'
import type { AlertChannel } from '@patchbay/prisma/generated/client.ts'
import type { AlertChannelCommands } from '@patchbay/schema/commands/alert-channel.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { checkChannel, fieldsOf, hintOf, type CheckedChannel } from './alert-channel-input.ts'
import { needAll } from './alert-input.ts'
import { ringAlerts } from '../engine/alerts/ring.ts'
import type { Collaborators } from './collaborators.ts'
import { difference } from './connection-view.ts'
import { claim, digest, fulfil, once } from './once.ts'
import { checkId, lockSet, transact } from './transact.ts'

const mostChannels = 50

/** Rules of alert channels. */
export function createAlertChannelCommands(hub: Collaborators): AlertChannelCommands {
  const { database, vault, audit, now } = hub

  return {
    async create(actor, { idempotencyKey, kind, url, ...input }) {
      needAll(actor, 'rule:write')
      const { organizationId } = actor
      if (kind === 'IN_APP')
        throw new InvalidInputError([{ path: 'kind', message: 'The bell is there already: switch it on or off.' }])
      const fields = await checkChannel({ ...input, kind }, url, hub)
      const id = hub.newId()
      const sealed = url === undefined ? {} : await seal(organizationId, id, url)
      const request = {
        operation: 'alertChannel.create',
        key: idempotencyKey,
        hash: digest(hub.requestKey, { ...input, kind, url }),
      }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          await lockSet(tx, actor, 'alert channels')
          if ((await tx.alertChannel.count()) >= mostChannels)
            throw new ConflictError(`An organization has at most ${mostChannels} channels. Delete one first.`)
          await checkSet(tx, fields, null)
          const stamps = { createdById: actor.id, createdAt: now(), updatedAt: now() }
          await tx.alertChannel.create({ data: { id, organizationId, kind, ...fields, ...sealed, ...stamps } })
          await audit.append(tx, actor, {
            action: 'alertChannel.created',
            subjectType: 'AlertChannel',
            subjectId: id,
            after: { kind, ...fields, ...('hint' in sealed && { hint: sealed.hint }) },
          })
          return id
        }),
      )
      return { id: done.id }
    },

    async update(actor, { id: given, version, url, ...change }) {
      needAll(actor, 'rule:write')
      const { organizationId } = actor
      const id = checkId('alert channel', given)
      const known = await read(database.tenant(organizationId).prisma, id)
      const asked = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
      const next = await checkChannel({ ...fieldsOf(known), kind: known.kind, ...asked }, url, hub, known)
      const sealed = url === undefined ? {} : await seal(organizationId, id, url)
      await transact(database, actor, async (tx) => {
        await lockSet(tx, actor, 'alert channels')
        const channel = await read(tx, id)
        if (channel.version !== (version ?? known.version))
          throw new ConflictError('The channel was changed meanwhile. Look at the newest version and change it again.')
        const { before, after } = difference({ ...fieldsOf(channel) }, { ...next })
        if (Object.keys(after).length === 0 && url === undefined) return
        await checkSet(tx, next, channel)
        await tx.alertChannel.update({
          where: { id },
          // What failed belongs to how it was before.
          data: { ...next, ...sealed, lastError: null, updatedAt: now(), version: { increment: 1 } },
        })
        if (!next.enabled)
          await tx.alertNotice.updateMany({
            where: { channelId: id, state: 'QUEUED' },
            data: { state: 'FAILED', nextAttemptAt: null, error: `${actor.name} switched the channel off.` },
          })
        // What waited for a channel that failed need not wait longer.
        else
          await tx.alertNotice.updateMany({
            where: { channelId: id, state: 'QUEUED', attempts: { gt: 0 } },
            data: { nextAttemptAt: now() },
          })
        await ringAlerts(tx)
        await audit.append(tx, actor, {
          action: 'alertChannel.updated',
          subjectType: 'AlertChannel',
          subjectId: id,
          before,
          after: { ...after, ...('hint' in sealed && { hint: sealed.hint }) },
        })
      })
      return { id }
    },

    async delete(actor, input) {
      needAll(actor, 'rule:write')
      const id = checkId('alert channel', input.id)
      await transact(database, actor, async (tx) => {
        await lockSet(tx, actor, 'alert rules')
        const channel = await read(tx, id)
        if (channel.kind === 'IN_APP') throw new ConflictError('The bell stays: switch it off instead.')
        const users = await tx.alertRule.findMany({
          where: { OR: [{ channelIds: { has: id } }, { escalateChannelIds: { has: id } }] },
          select: { name: true },
          take: 3,
        })
        if (users.length > 0)
          throw new ConflictError(
            `The channel is used by ${users.map(({ name }) => `“${name}”`).join(', ')}. Take it out of the rules first.`,
          )
        await tx.alertChannel.delete({ where: { id } })
        await audit.append(tx, actor, {
          action: 'alertChannel.deleted',
          subjectType: 'AlertChannel',
          subjectId: id,
          before: { kind: channel.kind, ...fieldsOf(channel) },
        })
      })
      // On its own: routing takes the lock of alerts first and then looks at channels.
      await transact(database, actor, (tx) =>
        hub.alerts.settle(tx, actor.organizationId, [`channel.failing:${id}`], 'The channel was deleted.'),
      )
      return { id }
    },

    async test(actor, { id: given, idempotencyKey }) {
      needAll(actor, 'rule:write')
      const { organizationId } = actor
      const id = checkId('alert channel', given)
      const request = { operation: 'alertChannel.test', key: idempotencyKey, hash: digest(hub.requestKey, { id }) }
      const begun = await transact(database, actor, async (tx) => {
        await read(tx, id)
        return claim(tx, actor, request, async () => id)
      })
      if (begun.repeated) {
        const { lastError } = await read(database.tenant(organizationId).prisma, id)
        return { channelId: id, ok: lastError === null, message: lastError ?? 'The test got through when it was sent.' }
      }
      const trial = await hub.channels.test(organizationId, id, actor)
      await transact(database, actor, async (tx) => {
        await fulfil(tx, actor, request, id)
        await tx.alertChannel.updateMany({
          where: { id },
          data: trial.ok ? { lastSentAt: now(), lastError: null } : { lastError: trial.message },
        })
        await audit.append(tx, actor, {
          action: 'alertChannel.tested',
          subjectType: 'AlertChannel',
          subjectId: id,
          after: { ok: trial.ok, message: trial.message },
        })
      })
      return { channelId: id, ...trial }
    },
  } satisfies AlertChannelCommands

  async function seal(organizationId: string, rowId: string, url: string) {
    const sealed = await vault.seal(new URL(url).href, { organizationId, rowId, table: 'AlertChannel' })
    return { ...sealed, hint: hintOf(url) }
  }

  async function checkSet(tx: Tx, fields: CheckedChannel, known: AlertChannel | null): Promise<void> {
    const namesake = await tx.alertChannel.findFirst({ where: { name: { equals: fields.name, mode: 'insensitive' } } })
    if (namesake !== null && namesake.id !== known?.id)
      throw new InvalidInputError([{ path: 'name', message: 'Another channel has this name.' }])
    if (fields.connectionId === null || fields.connectionId === known?.connectionId) return
    const connection = await tx.connection.findUnique({ where: { id: fields.connectionId } })
    if (connection === null) throw new NotFoundError('connection', fields.connectionId)
    if (hub.provider(connection.provider)?.operations['emails.send'] === undefined)
      throw new InvalidInputError([{ path: 'connectionId', message: `${connection.name} cannot send mail.` }])
  }
}

async function read(tx: Pick<Tx, 'alertChannel'>, id: string): Promise<AlertChannel> {
  const channel = await tx.alertChannel.findUnique({ where: { id } })
  if (channel === null) throw new NotFoundError('alert channel', id)
  return channel
}
