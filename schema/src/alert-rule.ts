import type { AlertRuleModel } from '@patchbay/prisma/generated/models.ts'
import { alertKinds, type AlertKind } from './alert-kinds.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { AlertSeverityEnum } from './enums.ts'
import { contended, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { filled, given } from './given.ts'
import { rulePage } from './load/alert-rules.ts'
import { previewRule, type RuleBreach, type RulePreview } from './load/alert-preview.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ConditionEnum = builder.enumType('AlertCondition', {
  description: 'What makes a rule act.',
  values: {
    RAISED: { description: 'An alert of some kinds was raised.' },
    ERROR_RATE: { description: 'A share of a connection’s calls failed over a window: raises `calls.error_rate`.' },
    LATENCY: {
      description: 'The 95th percentile of a connection’s latency over a window: raises `calls.latency`.',
    },
  },
})

const listed = (ctx: Context, ids: readonly string[]) =>
  Promise.all(ids.map((id) => ctx.loaders.alertChannel.load(id))).then((rows) => rows.filter((row) => row !== null))

builder.objectType('AlertRule', {
  description: 'Which alerts reach which channels, and figures that raise one.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('AlertRule', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    enabled: t.exposeBoolean('enabled', { description: 'It acts.' }),
    condition: t.expose('condition', { type: ConditionEnum, description: 'What makes it act.' }),
    kinds: t.exposeStringList('kinds', { description: 'RAISED: kinds of alerts, or patterns such as `connection.*`.' }),
    leastSeverity: t.expose('leastSeverity', {
      type: AlertSeverityEnum,
      description: 'RAISED: what is less urgent is left alone. Otherwise: how urgent the alert is that it raises.',
    }),
    connections: t.field({
      type: ['Connection'],
      description: 'Of these connections; empty with `everything`.',
      complexity: { field: 1, multiplier: 3 },
      resolve: async (row, _args, { loaders }) =>
        (await Promise.all(row.connectionIds.map((id) => loaders.connection.load(id)))).filter((one) => one !== null),
    }),
    everything: t.boolean({
      description: 'It is about every connection, and for RAISED about what has none.',
      resolve: (row) => row.connectionIds.length === 0,
    }),
    threshold: t.exposeFloat('threshold', {
      nullable: true,
      description: 'ERROR_RATE in percent, LATENCY in milliseconds; null for RAISED.',
    }),
    windowMinutes: t.exposeInt('windowMinutes', { description: 'ERROR_RATE and LATENCY: minutes looked at.' }),
    leastCalls: t.exposeInt('leastCalls', {
      description: 'ERROR_RATE and LATENCY: fewer calls in the window say nothing.',
    }),
    channels: t.field({
      type: ['AlertChannel'],
      description: 'Who is told.',
      complexity: { field: 1, multiplier: 3 },
      resolve: (row, _args, ctx) => listed(ctx, row.channelIds),
    }),
    quietMinutes: t.exposeInt('quietMinutes', {
      description: 'The same alert is not sent again within this many minutes.',
    }),
    escalateAfterMinutes: t.exposeInt('escalateAfterMinutes', {
      nullable: true,
      description: 'Minutes after which the others are told unless somebody takes the alert; null: they never are.',
    }),
    escalateChannels: t.field({
      type: ['AlertChannel'],
      description: 'Who is told then.',
      complexity: { field: 1, multiplier: 3 },
      resolve: (row, _args, ctx) => listed(ctx, row.escalateChannelIds),
    }),
    version: t.exposeInt('version', { description: 'Grows with every change.' }),
    createdBy: t.string({
      nullable: true,
      description: 'Who made it, by name; null when the hub did.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.userName.load(createdById),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it changed last.' }),
  }),
})

const RulePage = pageType('AlertRule', 'AlertRule', 'alert rules')

defineNode('AlertRule', { scope: 'alert:read', load: (ctx, id) => ctx.loaders.alertRule.load(id) })

const Kind = builder.objectRef<AlertKind>('AlertKind').implement({
  description: 'A kind of alert the hub raises.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: '`noun.verb`.' }),
    description: t.exposeString('description', { description: 'When it is raised.' }),
    severity: t.expose('severity', { type: AlertSeverityEnum, description: 'How urgent it is as a rule.' }),
    settles: t.exposeBoolean('settles', {
      description: 'It is resolved by itself when the cause is gone; others wait for a person.',
    }),
  }),
})

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const notes = {
  name: 'What people call it, 1 to 100 characters, unlike any other rule’s.',
  enabled: 'Let it act.',
  condition: 'What makes it act.',
  kinds: 'RAISED: kinds of alerts, or patterns such as `connection.*` or `*`; 1 to 50.',
  leastSeverity: 'RAISED: leave alone what is less urgent. Otherwise: how urgent the alert is that it raises.',
  connectionIds: 'Only of these connections, up to 100; empty: of everything.',
  threshold: 'ERROR_RATE in percent, above 0 and up to 100; LATENCY in milliseconds, 1 to 600,000.',
  windowMinutes: 'ERROR_RATE and LATENCY: minutes to look at, 1 to 60.',
  leastCalls: 'ERROR_RATE and LATENCY: fewer calls in the window say nothing. 1 to 1,000,000.',
  channelIds: 'Who is told: 1 to 20 channels.',
  quietMinutes: 'Do not send the same alert again within this many minutes, 0 to 10,080.',
  escalateAfterMinutes:
    'Minutes after which the others are told unless somebody takes the alert, 1 to 10,080; null: never.',
  escalateChannelIds: 'Who is told then, up to 20 channels.',
}

const CreateAlertRuleInput = builder.inputType('CreateAlertRuleInput', {
  description: 'A new rule.',
  fields: (t) => ({
    name: t.string({ required: true, description: notes.name }),
    enabled: t.boolean({ description: `${notes.enabled} Default true.` }),
    condition: t.field({ type: ConditionEnum, description: `${notes.condition} Default RAISED.` }),
    kinds: t.stringList({ description: notes.kinds }),
    leastSeverity: t.field({ type: AlertSeverityEnum, description: `${notes.leastSeverity} Default WARNING.` }),
    connectionIds: t.idList({ description: notes.connectionIds }),
    threshold: t.float({ description: notes.threshold }),
    windowMinutes: t.int({ description: `${notes.windowMinutes} Default 5.` }),
    leastCalls: t.int({ description: `${notes.leastCalls} Default 20.` }),
    channelIds: t.idList({ required: true, description: notes.channelIds }),
    quietMinutes: t.int({ description: `${notes.quietMinutes} Default 60.` }),
    escalateAfterMinutes: t.int({ description: notes.escalateAfterMinutes }),
    escalateChannelIds: t.idList({ description: notes.escalateChannelIds }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const UpdateAlertRuleInput = builder.inputType('UpdateAlertRuleInput', {
  description: 'Changes to a rule; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The rule.' }),
    version: t.int({
      description: 'Version the change was made against: refused with ConflictError when it is stale.',
    }),
    name: t.string({ description: notes.name }),
    enabled: t.boolean({ description: notes.enabled }),
    condition: t.field({ type: ConditionEnum, description: notes.condition }),
    kinds: t.stringList({ description: notes.kinds }),
    leastSeverity: t.field({ type: AlertSeverityEnum, description: notes.leastSeverity }),
    connectionIds: t.idList({ description: notes.connectionIds }),
    threshold: t.float({ description: notes.threshold }),
    windowMinutes: t.int({ description: notes.windowMinutes }),
    leastCalls: t.int({ description: notes.leastCalls }),
    channelIds: t.idList({ description: notes.channelIds }),
    quietMinutes: t.int({ description: notes.quietMinutes }),
    escalateAfterMinutes: t.int({ description: notes.escalateAfterMinutes }),
    escalateChannelIds: t.idList({ description: notes.escalateChannelIds }),
  }),
})

const DeleteAlertRuleInput = builder.inputType('DeleteAlertRuleInput', {
  description: 'Which rule to delete.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The rule.' }) }),
})

const PreviewAlertRuleInput = builder.inputType('PreviewAlertRuleInput', {
  description: 'A rule to try on the last seven days.',
  fields: (t) => ({
    condition: t.field({ type: ConditionEnum, description: `${notes.condition} Default RAISED.` }),
    kinds: t.stringList({ description: notes.kinds }),
    leastSeverity: t.field({ type: AlertSeverityEnum, description: `${notes.leastSeverity} Default WARNING.` }),
    connectionIds: t.idList({ description: notes.connectionIds }),
    threshold: t.float({ description: notes.threshold }),
    windowMinutes: t.int({ description: `${notes.windowMinutes} Default 5.` }),
    leastCalls: t.int({ description: `${notes.leastCalls} Default 20.` }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const Breach = builder.objectRef<RuleBreach>('AlertRuleBreach').implement({
  description: 'A time in which a connection’s figures were beyond a rule’s threshold.',
  fields: (t) => ({
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection; null when it is gone.',
      resolve: (row, _args, { loaders }) => loaders.connection.load(row.connectionId),
    }),
    from: t.expose('from', { type: 'DateTime', description: 'Beginning of the first window beyond it.' }),
    until: t.expose('until', { type: 'DateTime', description: 'End of the last window beyond it.' }),
    worst: t.exposeFloat('worst', { description: 'The worst figure: percent or milliseconds.' }),
  }),
})

const Preview = builder.objectRef<RulePreview>('AlertRulePreview').implement({
  description: 'What a rule would have told of in the last seven days. Nothing is stored or sent.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'Seven days ago.' }),
    count: t.exposeInt('count', { description: 'How many alerts, or breaches of the threshold.' }),
    alerts: t.field({
      type: ['Alert'],
      description: 'RAISED: the latest of them, 50 at most.',
      complexity: { field: 1, multiplier: 20 },
      resolve: async ({ alertIds }, _args, { loaders }) =>
        (await Promise.all(alertIds.map((id) => loaders.alert.load(id)))).filter((row) => row !== null),
    }),
    breaches: t.field({
      type: [Breach],
      description: 'ERROR_RATE and LATENCY: the latest of them, 50 at most.',
      complexity: { field: 1, multiplier: 20 },
      resolve: ({ breaches }) => [...breaches],
    }),
  }),
})

const rowsOf = (name: 'Connection' | 'AlertChannel', ids: readonly string[] | null | undefined) =>
  ids == null ? undefined : ids.map((id) => rowId(name, id))

builder.queryFields((t) => ({
  alertRules: t.connection(
    {
      type: 'AlertRule',
      nullable: true,
      description: 'Which alerts reach which channels, newest first.',
      authScopes: { may: 'alert:read' },
      complexity: pageCost,
      args: {
        enabled: t.arg.boolean({ description: 'Only those that act, or do not.' }),
        condition: t.arg({ type: [ConditionEnum], description: 'Only with one of these conditions.' }),
        channelId: t.arg.id({ description: 'Only those that name this channel.' }),
        search: t.arg.string({ description: 'A part of name or uuid.' }),
      },
      resolve: (_root, { enabled, condition, channelId, ...args }, ctx) =>
        rulePage(
          reachOf(ctx),
          args,
          { enabled, condition, channelId: channelId == null ? null : rowId('AlertChannel', channelId) },
          args.search,
        ),
    },
    RulePage,
  ),
  alertRule: t.field({
    type: 'AlertRule',
    nullable: true,
    description: 'One rule; null when there is no such one here.',
    authScopes: { may: 'alert:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.alertRule.load(rowId('AlertRule', id)),
  }),
  alertKinds: t.field({
    type: [Kind],
    nullable: true,
    description: 'Every kind of alert the hub raises.',
    authScopes: { may: 'alert:read' },
    complexity: { field: 1, multiplier: 20 },
    resolve: () => [...alertKinds],
  }),
  previewAlertRule: t.field({
    type: Preview,
    nullable: true,
    description: 'What a rule would have told of in the last seven days.',
    authScopes: { may: 'alert:read' },
    complexity: 20,
    args: { input: t.arg({ type: PreviewAlertRuleInput, required: true, description: 'The rule.' }) },
    resolve: (_root, { input: { connectionIds, ...rest } }, ctx) =>
      previewRule(reachOf(ctx), { ...filled(rest), connectionIds: rowsOf('Connection', connectionIds) ?? [] }),
  }),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The rule as it is now, for a mutation's answer. */
async function reread(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<AlertRuleModel> {
  const { id } = await changed
  ctx.refresh()
  const row = await ctx.loaders.alertRule.load(id)
  if (row === null) throw new NotFoundError('alert rule', id)
  return row
}

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  createAlertRule: t.field({
    type: 'AlertRule',
    description: 'Makes a rule. It acts on what is raised from now on.',
    authScopes: { may: 'rule:write' },
    complexity: 10,
    errors: outcome(repeatable, 'rule', 'The new rule.'),
    args: { input: t.arg({ type: CreateAlertRuleInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { name, channelIds, connectionIds, escalateChannelIds, ...rest } }, ctx) =>
      reread(
        ctx,
        ctx.commands.alertRule.create(ctx.actor(), {
          ...filled(rest),
          name,
          channelIds: rowsOf('AlertChannel', channelIds) ?? [],
          connectionIds: rowsOf('Connection', connectionIds) ?? [],
          escalateChannelIds: rowsOf('AlertChannel', escalateChannelIds) ?? [],
        }),
      ),
  }),
  updateAlertRule: t.field({
    type: 'AlertRule',
    description: 'Changes a rule.',
    authScopes: { may: 'rule:write' },
    complexity: 10,
    errors: outcome(contended, 'rule', 'The rule as it is now.'),
    args: { input: t.arg({ type: UpdateAlertRuleInput, required: true, description: inputNote }) },
    resolve: (
      _root,
      { input: { id, channelIds, connectionIds, escalateChannelIds, threshold, escalateAfterMinutes, ...rest } },
      ctx,
    ) =>
      reread(
        ctx,
        ctx.commands.alertRule.update(ctx.actor(), {
          ...filled(rest),
          ...given({ threshold, escalateAfterMinutes }),
          ...filled({
            channelIds: rowsOf('AlertChannel', channelIds),
            connectionIds: rowsOf('Connection', connectionIds),
            escalateChannelIds: rowsOf('AlertChannel', escalateChannelIds),
          }),
          id: rowId('AlertRule', id),
        }),
      ),
  }),
  deleteAlertRule: t.field({
    type: 'ID',
    description: 'Deletes a rule. What it has told stays on record; what it waited to escalate is told to nobody.',
    authScopes: { may: 'rule:write' },
    errors: outcome(contended, 'deletedId', 'Global id of what is gone.'),
    args: { input: t.arg({ type: DeleteAlertRuleInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.alertRule.delete(ctx.actor(), { id: rowId('AlertRule', input.id) })
      return globalId('AlertRule', id)
    },
  }),
}))
