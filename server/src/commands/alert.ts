import type { AlertCommands } from '@patchbay/schema/commands/alert.ts'
import type { Tx } from '@patchbay/prisma/database.ts'
import type { Alert } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { checkId, transact } from './transact.ts'

const mostIds = 100
const longestNote = 500

/** Rules of alerts once they are raised. Rows of alerts change under the lock of their stream alone. */
export function createAlertCommands(hub: Collaborators): AlertCommands {
  const { database, audit, live, now } = hub

  return {
    async acknowledge(actor, input) {
      await change(actor, input.ids, 'alert.acknowledged', async (tx, alerts) => {
        const open = alerts.filter(({ state }) => state === 'OPEN')
        await tx.$executeRaw`
          update "Alert" set "state" = 'ACKNOWLEDGED', "acknowledgedAt" = ${now()}, "acknowledgedBy" = ${actor.name},
            "escalateAt" = null, "seq" = nextval('hub_alerts_seq')
          where "id" = any(${open.map(({ id }) => id)}::uuid[])`
        return open
      })
    },

    async resolve(actor, input) {
      const note = input.note?.trim() ?? ''
      if ([...note].length > longestNote)
        throw new InvalidInputError([{ path: 'note', message: `Use at most ${longestNote} characters.` }])
      await change(actor, input.ids, 'alert.resolved', async (tx, alerts) => {
        const open = alerts.filter(({ state }) => state !== 'RESOLVED')
        const words = note === '' ? `\nResolved by ${actor.name}.` : `\nResolved by ${actor.name}: ${note}`
        await tx.$executeRaw`
          update "Alert" set "state" = 'RESOLVED', "resolvedAt" = ${now()}, "escalateAt" = null, "unrouted" = true,
            "text" = "text" || ${words}, "seq" = nextval('hub_alerts_seq')
          where "id" = any(${open.map(({ id }) => id)}::uuid[])`
        return open
      })
    },

    async markSeen(actor, { upTo }) {
      const { organizationId } = actor
      if (actor.id === null) return
      const userId = actor.id
      await transact(database, actor, async (tx) => {
        const limit = upTo == null ? await newest(tx, organizationId) : await positionOf(tx, actor, upTo)
        if (limit === null) return
        // Two tabs may look at once: the further one counts.
        await tx.$executeRaw`
          insert into "AlertSeen" ("organizationId", "userId", "seq", "at")
          values (${organizationId}::uuid, ${userId}, ${limit}, ${now()})
          on conflict ("organizationId", "userId") do update set "seq" = excluded."seq", "at" = excluded."at"
          where "AlertSeen"."seq" < excluded."seq"`
      })
    },
  } satisfies AlertCommands

  async function change(
    actor: Actor,
    given: readonly string[],
    action: string,
    work: (tx: Tx, alerts: readonly Alert[]) => Promise<readonly Alert[]>,
  ): Promise<void> {
    const ids = [...new Set(given.map((id) => checkId('alert', id)))]
    if (ids.length === 0 || ids.length > mostIds)
      throw new InvalidInputError([{ path: 'ids', message: `Name 1 to ${mostIds} alerts.` }])
    await transact(database, actor, async (tx) => {
      await live.append(tx, 'alerts')
      const found = await tx.alert.findMany({ where: { id: { in: ids } } })
      const mine = await withinReach(tx, actor, found)
      for (const id of ids) if (!mine.some((alert) => alert.id === id)) throw new NotFoundError('alert', id)
      for (const alert of await work(tx, mine))
        await audit.append(tx, actor, {
          action,
          subjectType: 'Alert',
          subjectId: alert.id,
          after: { kind: alert.kind, title: alert.title },
        })
    })
  }
}

/** What an API key narrowed to some connections may take: the same as it sees. */
async function withinReach(tx: Tx, actor: Actor, alerts: readonly Alert[]): Promise<readonly Alert[]> {
  if (actor.connectionIds.length === 0) return alerts
  const sources = await tx.source.findMany({
    where: { connectionId: { in: [...actor.connectionIds] } },
    select: { id: true },
  })
  const mine = new Set([...actor.connectionIds, ...sources.map(({ id }) => id)])
  return alerts.filter(
    ({ connectionId, subjectId, subjectType }) =>
      subjectType.toLowerCase() === 'endpoint' ||
      mine.has(subjectId) ||
      (connectionId !== null && mine.has(connectionId)),
  )
}

async function newest(tx: Tx, organizationId: string): Promise<bigint | null> {
  const row = await tx.alert.findFirst({ where: { organizationId }, orderBy: { seq: 'desc' }, select: { seq: true } })
  return row?.seq ?? null
}

async function positionOf(tx: Tx, actor: Actor, id: string): Promise<bigint> {
  const row = await tx.alert.findUnique({ where: { id: checkId('alert', id) } })
  const [mine] = row === null ? [] : await withinReach(tx, actor, [row])
  if (mine === undefined) throw new NotFoundError('alert', id)
  return mine.seq
}
