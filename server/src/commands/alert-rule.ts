import type { AlertRule } from '@patchbay/prisma/generated/client.ts'
import type { AlertRuleCommands, AlertRuleFields } from '@patchbay/schema/commands/alert-rule.ts'
import { ConflictError, InvalidInputError, NotFoundError, type FieldFault } from '@patchbay/schema/errors.ts'
import {
  checkKinds,
  checkName,
  checkWhole,
  mostConnections,
  needAll,
  needChannels,
  needConnections,
} from './alert-input.ts'
import type { Collaborators } from './collaborators.ts'
import { difference } from './connection-view.ts'
import { digest, once } from './once.ts'
import { checkId, lockSet, transact } from './transact.ts'

/** Every alert is matched against every rule of its organization. */
const mostRules = 200
const mostChannels = 20
const weekMinutes = 10_080

type CheckedRule = Pick<
  AlertRule,
  | 'name'
  | 'enabled'
  | 'condition'
  | 'kinds'
  | 'leastSeverity'
  | 'connectionIds'
  | 'threshold'
  | 'windowMinutes'
  | 'leastCalls'
  | 'channelIds'
  | 'quietMinutes'
  | 'escalateAfterMinutes'
  | 'escalateChannelIds'
>

/** Rules of alert rules. */
export function createAlertRuleCommands(hub: Collaborators): AlertRuleCommands {
  const { database, audit, now } = hub

  return {
    async create(actor, { idempotencyKey, ...input }) {
      needAll(actor, 'rule:write')
      const fields = checkRule(input)
      const request = { operation: 'alertRule.create', key: idempotencyKey, hash: digest(hub.requestKey, input) }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          await lockSet(tx, actor, 'alert rules')
          if ((await tx.alertRule.count()) >= mostRules)
            throw new ConflictError(`An organization has at most ${mostRules} alert rules. Delete one first.`)
          await checkSet(tx, fields, null)
          const id = hub.newId()
          const { organizationId, id: createdById } = actor
          await tx.alertRule.create({
            data: { id, organizationId, ...fields, createdById, createdAt: now(), updatedAt: now() },
          })
          await audit.append(tx, actor, {
            action: 'alertRule.created',
            subjectType: 'AlertRule',
            subjectId: id,
            after: { ...fields },
          })
          return id
        }),
      )
      return { id: done.id }
    },

    async update(actor, { id: given, version, ...change }) {
      needAll(actor, 'rule:write')
      const id = checkId('alert rule', given)
      await transact(database, actor, async (tx) => {
        await lockSet(tx, actor, 'alert rules')
        const rule = await tx.alertRule.findUnique({ where: { id } })
        if (rule === null) throw new NotFoundError('alert rule', given)
        if (version != null && rule.version !== version)
          throw new ConflictError('The rule was changed meanwhile. Look at the newest version and change it again.')
        const asked = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
        const next = checkRule({ ...fieldsOf(rule), ...asked })
        const { before, after } = difference({ ...fieldsOf(rule) }, { ...next })
        if (Object.keys(after).length === 0) return
        await checkSet(tx, next, rule)
        await tx.alertRule.update({ where: { id }, data: { ...next, updatedAt: now(), version: { increment: 1 } } })
        await audit.append(tx, actor, {
          action: 'alertRule.updated',
          subjectType: 'AlertRule',
          subjectId: id,
          before,
          after,
        })
      })
      return { id }
    },

    async delete(actor, input) {
      needAll(actor, 'rule:write')
      const id = checkId('alert rule', input.id)
      await transact(database, actor, async (tx) => {
        const rule = await tx.alertRule.findUnique({ where: { id } })
        const { count } = await tx.alertRule.deleteMany({ where: { id } })
        if (rule === null || count === 0) throw new NotFoundError('alert rule', input.id)
        await audit.append(tx, actor, {
          action: 'alertRule.deleted',
          subjectType: 'AlertRule',
          subjectId: id,
          before: { ...fieldsOf(rule) },
        })
      })
      return { id }
    },
  } satisfies AlertRuleCommands

  async function checkSet(
    tx: Parameters<typeof needChannels>[0],
    fields: CheckedRule,
    known: AlertRule | null,
  ): Promise<void> {
    await needChannels(tx, [...fields.channelIds, ...fields.escalateChannelIds])
    // A connection that was deleted since must not keep anyone from changing the rest.
    await needConnections(
      tx,
      fields.connectionIds.filter((id) => known?.connectionIds.includes(id) !== true),
    )
    const namesake = await tx.alertRule.findFirst({ where: { name: { equals: fields.name, mode: 'insensitive' } } })
    if (namesake !== null && namesake.id !== known?.id)
      throw new InvalidInputError([{ path: 'name', message: 'Another rule has this name.' }])
  }
}

function fieldsOf(rule: AlertRule): CheckedRule {
  const { name, enabled, condition, kinds, leastSeverity, connectionIds, threshold, windowMinutes } = rule
  const { leastCalls, channelIds, quietMinutes, escalateAfterMinutes, escalateChannelIds } = rule
  const figures = { threshold, windowMinutes, leastCalls }
  const told = { channelIds, quietMinutes, escalateAfterMinutes, escalateChannelIds }
  return { name, enabled, condition, kinds, leastSeverity, connectionIds, ...figures, ...told }
}

/** @throws InvalidInputError with every fault */
function checkRule(input: AlertRuleFields): CheckedRule {
  const faults: FieldFault[] = []
  const { condition = 'RAISED', windowMinutes = 5, leastCalls = 20, quietMinutes = 60 } = input
  const name = checkName(input.name, faults)
  const isRaised = condition === 'RAISED'
  const kinds = isRaised ? checkKinds(input.kinds ?? [], faults) : []
  if (isRaised && kinds.length === 0) faults.push({ path: 'kinds', message: 'Name at least one kind; * means all.' })
  const threshold = isRaised ? null : checkThreshold(condition, input.threshold ?? null, faults)
  checkWhole(windowMinutes, [1, 60], 'windowMinutes', faults)
  checkWhole(leastCalls, [1, 1_000_000], 'leastCalls', faults)
  checkWhole(quietMinutes, [0, weekMinutes], 'quietMinutes', faults)
  const channelIds = idsOf('alert channel', input.channelIds)
  const escalateChannelIds = idsOf('alert channel', input.escalateChannelIds ?? [])
  const connectionIds = idsOf('connection', input.connectionIds ?? [])
  if (channelIds.length === 0 || channelIds.length > mostChannels)
    faults.push({ path: 'channelIds', message: `Name 1 to ${mostChannels} channels.` })
  if (escalateChannelIds.length > mostChannels)
    faults.push({ path: 'escalateChannelIds', message: `Name at most ${mostChannels} channels.` })
  if (connectionIds.length > mostConnections)
    faults.push({ path: 'connectionIds', message: `Name at most ${mostConnections} connections.` })
  const escalateAfterMinutes = input.escalateAfterMinutes ?? null
  if (escalateAfterMinutes !== null) {
    checkWhole(escalateAfterMinutes, [1, weekMinutes], 'escalateAfterMinutes', faults)
    if (escalateChannelIds.length === 0)
      faults.push({ path: 'escalateChannelIds', message: 'Say who is told when nobody takes the alert.' })
  }
  if (faults.length > 0) throw new InvalidInputError(faults)
  const { enabled = true, leastSeverity = 'WARNING' } = input
  const figures = { threshold, windowMinutes, leastCalls }
  const told = { channelIds, quietMinutes, escalateAfterMinutes, escalateChannelIds }
  return { name, enabled, condition, kinds, leastSeverity, connectionIds, ...figures, ...told }
}

const idsOf = (noun: string, ids: readonly string[]): string[] => [...new Set(ids.map((id) => checkId(noun, id)))]

function checkThreshold(condition: string, threshold: number | null, faults: FieldFault[]): number | null {
  const [most, words] =
    condition === 'ERROR_RATE' ? [100, 'percent, above 0 and up to 100'] : [600_000, 'milliseconds, up to 600,000']
  if (threshold === null || !(threshold > 0 && threshold <= most))
    faults.push({ path: 'threshold', message: `Name a threshold in ${words}.` })
  return threshold
}
