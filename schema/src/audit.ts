import { asked, rowsOfPage } from './asked.ts'
import { builder } from './builder.ts'
import type { AuditVerdict } from './context.ts'
import { filled } from './given.ts'
import { auditReach } from './load/audit.ts'
import { mine } from './load/reach.ts'
import { positionSlice } from './load/slice.ts'
import { defineNode, globalId } from './node.ts'
import { byPosition, pageCost, pageType, readPage } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AuditEntry = builder.prismaObject('AuditEntry', {
  description: 'Who did what. Entries cannot be changed or deleted; each is chained to the one before by its hash.',
  interfaces: ['Node'],
  select: { id: true },
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('AuditEntry', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    position: t.exposeInt('position', { description: 'Position in the organization’s chain, from 1 without gaps.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    actorKind: t.exposeString('actorKind', { description: 'USER, API_KEY or SYSTEM.' }),
    actorId: t.exposeString('actorId', {
      nullable: true,
      description: 'User id or API key id; null for the hub itself.',
    }),
    actorName: t.exposeString('actorName', { nullable: true, description: 'Name at the time.' }),
    ipAddress: t.exposeString('ipAddress', { nullable: true, description: 'Where the request came from.' }),
    action: t.exposeString('action', { description: 'What was done, `noun.verb`, for example `connection.created`.' }),
    subjectType: t.exposeString('subjectType', { description: 'Noun it was done to.' }),
    subjectId: t.exposeString('subjectId', { nullable: true, description: 'Id of what it was done to.' }),
    before: t.expose('before', { type: 'JSON', nullable: true, description: 'State before, secrets left out.' }),
    after: t.expose('after', { type: 'JSON', nullable: true, description: 'State after, secrets left out.' }),
    correlationId: t.exposeString('correlationId', {
      nullable: true,
      description: 'Ties it to the request that led to it.',
    }),
    previousHash: t.exposeString('previousHash', { description: 'Hash of the entry before; 64 zeros for the first.' }),
    hash: t.exposeString('hash', { description: 'SHA-256 over this entry and `previousHash`.' }),
  }),
})

const AuditVerdictType = builder.objectRef<AuditVerdict>('AuditVerdict').implement({
  description: 'What recomputing the chain found.',
  fields: (t) => ({
    ok: t.exposeBoolean('ok', { description: 'Every entry fits.' }),
    entries: t.exposeInt('entries', { description: 'Entries looked at.' }),
    brokenAt: t.exposeInt('brokenAt', {
      nullable: true,
      description: 'Position of the first entry that does not fit; null when all do.',
    }),
  }),
})

const AuditPage = pageType('AuditEntry', AuditEntry, 'audit entries')

defineNode('AuditEntry', {
  scope: 'audit:read',
  load: (ctx, id, info) =>
    ctx.tenant().prisma.auditEntry.findUnique({
      ...asked(ctx, info, { id: true }, { typeName: 'AuditEntry' }),
      where: { id, ...auditReach(ctx) },
    }),
})

const latestFirst = byPosition<{ readonly position: number }>((row) => row.position)

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const AuditFilterInput = builder.inputType('AuditFilter', {
  description: 'Which audit entries to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    action: t.stringList({ description: 'Tell of one of these actions.' }),
    subjectType: t.stringList({ description: 'Concern one of these nouns.' }),
    subjectId: t.string({ description: 'Concern this one (uuid).' }),
    actorId: t.string({ description: 'Were caused by this user or API key.' }),
    since: t.field({ type: 'DateTime', description: 'At this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Before this instant.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  auditEntries: t.connection(
    {
      type: AuditEntry,
      nullable: true,
      description:
        'The audit log, latest first. A key narrowed to some connections sees what was done to them, and what it did.',
      authScopes: { may: 'audit:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: AuditFilterInput, description: 'Which to list. Default all.' }) },
      resolve: (_root, args, ctx, info) => {
        const { action, subjectType, subjectId, actorId, since, until } = args.filter ?? {}
        const query = asked(ctx, info, { id: true, position: true }, rowsOfPage)
        return readPage(args, latestFirst, (slice) => {
          const { within, ...order } = positionSlice('position', slice, 'desc')
          return ctx.tenant().prisma.auditEntry.findMany({
            ...query,
            ...order,
            where: {
              ...mine(ctx),
              ...auditReach(ctx),
              ...filled({ subjectId, actorId }),
              ...(action && { action: { in: action } }),
              ...(subjectType && { subjectType: { in: subjectType } }),
              at: filled({ gte: since, lt: until }),
              AND: within,
            },
          })
        })
      },
    },
    AuditPage,
  ),
  auditVerification: t.field({
    type: AuditVerdictType,
    nullable: true,
    description: 'Recomputes the organization’s chain and says whether anything was changed or removed.',
    authScopes: { may: 'audit:read' },
    complexity: { field: 100, multiplier: 1 },
    resolve: (_root, _args, { readers, tenant }) => readers.verifyAudit(tenant().organizationId),
  }),
}))
