import type { SilenceCommands } from '@patchbay/schema/commands/silence.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError, NotFoundError, type FieldFault } from '@patchbay/schema/errors.ts'
import { checkKinds, checkReason, checkWhole, mostConnections, needAll, needConnections } from './alert-input.ts'
import { ringAlerts } from '../engine/alerts/ring.ts'
import type { Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { checkId, lockSet, transact } from './transact.ts'

const minuteMs = 60_000
const mostMinutes = 43_200
const yearMs = 365 * 86_400_000
/** In force or planned: every alert is matched against each. */
const mostSilences = 200

interface NewSilence {
  readonly kind: 'MUTE' | 'MAINTENANCE'
  readonly kinds: readonly string[]
  readonly connectionIds: readonly string[]
  readonly startsAt: Date
  readonly endsAt: Date
  readonly reason: string
  readonly idempotencyKey: string | null | undefined
  /** What the key stands for: the instants of a mute follow from when it was asked for. */
  readonly asked: Readonly<Record<string, unknown>>
}

/** Rules of what keeps alerts quiet. */
export function createSilenceCommands(hub: Collaborators): SilenceCommands {
  const { database, audit, now } = hub

  return {
    async mute(actor, { idempotencyKey, minutes, ...input }) {
      needAll(actor, 'alert:write')
      const faults: FieldFault[] = []
      const kinds = checkKinds(input.kinds, faults)
      const reason = checkReason(input.reason, faults)
      checkWhole(minutes, [1, mostMinutes], 'minutes', faults)
      const connectionIds = checkConnections(input.connectionIds, faults)
      if (faults.length > 0) throw new InvalidInputError(faults)
      const startsAt = now()
      const endsAt = new Date(startsAt.getTime() + minutes * minuteMs)
      const asked = { kinds, connectionIds, minutes, reason }
      return add(actor, { kind: 'MUTE', kinds, connectionIds, startsAt, endsAt, reason, idempotencyKey, asked })
    },

    async plan(actor, { idempotencyKey, startsAt, endsAt, ...input }) {
      needAll(actor, 'alert:write')
      const faults: FieldFault[] = []
      const reason = checkReason(input.reason, faults)
      const connectionIds = checkConnections(input.connectionIds, faults)
      if (connectionIds.length === 0) faults.push({ path: 'connectionIds', message: 'Name at least one connection.' })
      const at = now().getTime()
      if (endsAt <= startsAt) faults.push({ path: 'endsAt', message: 'It must end after it begins.' })
      else if (endsAt.getTime() <= at) faults.push({ path: 'endsAt', message: 'It would be over already.' })
      if (endsAt.getTime() - startsAt.getTime() > mostMinutes * minuteMs)
        faults.push({ path: 'endsAt', message: 'Plan at most 30 days at once.' })
      if (startsAt.getTime() > at + yearMs) faults.push({ path: 'startsAt', message: 'Plan at most a year ahead.' })
      if (faults.length > 0) throw new InvalidInputError(faults)
      const asked = { connectionIds, startsAt, endsAt, reason }
      return add(actor, {
        kind: 'MAINTENANCE',
        kinds: [],
        connectionIds,
        startsAt,
        endsAt,
        reason,
        idempotencyKey,
        asked,
      })
    },

    async end(actor, input) {
      needAll(actor, 'alert:write')
      const id = checkId('silence', input.id)
      await transact(database, actor, async (tx) => {
        await tx.$queryRaw`select 1 from "Silence" where "id" = ${id}::uuid for no key update`
        const silence = await tx.silence.findUnique({ where: { id } })
        if (silence === null) throw new NotFoundError('silence', input.id)
        const at = now()
        if (silence.endedAt !== null || silence.endsAt <= at) throw new ConflictError('The silence is over already.')
        await tx.silence.update({ where: { id }, data: { endedAt: at } })
        await ringAlerts(tx)
        await audit.append(tx, actor, { action: 'silence.ended', subjectType: 'Silence', subjectId: id })
      })
      return { id }
    },
  } satisfies SilenceCommands

  async function add(actor: Actor, { idempotencyKey, asked, ...silence }: NewSilence): Promise<{ id: string }> {
    const request = {
      operation: silence.kind === 'MUTE' ? 'silence.mute' : 'silence.plan',
      key: idempotencyKey,
      hash: digest(hub.requestKey, asked),
    }
    const done = await transact(database, actor, (tx) =>
      once(tx, actor, request, async () => {
        await lockSet(tx, actor, 'silences')
        const standing = await tx.silence.count({ where: { endedAt: null, endsAt: { gt: now() } } })
        if (standing >= mostSilences)
          throw new ConflictError(`At most ${mostSilences} silences may be in force or planned. End one first.`)
        await needConnections(tx, silence.connectionIds)
        const id = hub.newId()
        const { organizationId, id: createdById, name: createdByName } = actor
        const { kinds, connectionIds, ...rest } = silence
        const lists = { kinds: [...kinds], connectionIds: [...connectionIds] }
        const made = { id, organizationId, ...rest, ...lists, createdById, createdByName, createdAt: now() }
        await tx.silence.create({ data: made })
        await audit.append(tx, actor, {
          action: silence.kind === 'MUTE' ? 'alerts.muted' : 'maintenance.planned',
          subjectType: 'Silence',
          subjectId: id,
          after: { ...lists, startsAt: silence.startsAt, endsAt: silence.endsAt, reason: silence.reason },
        })
        return id
      }),
    )
    return { id: done.id }
  }
}

function checkConnections(ids: readonly string[], faults: FieldFault[]): string[] {
  const wanted = [...new Set(ids.map((id) => checkId('connection', id)))]
  if (wanted.length > mostConnections)
    faults.push({ path: 'connectionIds', message: `Name at most ${mostConnections} connections.` })
  return wanted
}
