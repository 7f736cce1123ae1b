import { builder } from './builder.ts'
import type { ErasurePreview, ErasureTable } from './commands/erasure.ts'
import { keyNote, outcome, repeatable } from './error-types.ts'
import { erasurePage, erasureTables, type ErasureRow } from './load/erasures.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ErasureStateEnum = builder.enumType('ErasureState', {
  description: 'Whether an erasure is over.',
  values: {
    RUNNING: { description: 'It goes on, also after a restart.' },
    DONE: { description: 'Every table was gone through.' },
  },
})

const ErasureTableType = builder.objectRef<ErasureTable>('ErasureTable').implement({
  description: 'What an erasure did in one table.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The table, for example Call.' }),
    lookedAt: t.exposeInt('lookedAt', { description: 'Rows of the organization that were gone through.' }),
    changed: t.exposeInt('changed', { description: 'Rows in which the person’s data was replaced.' }),
    kept: t.exposeInt('kept', { description: 'Rows that hold the data and stay as they are; `reason` says why.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why rows are kept; null when none are.' }),
    done: t.exposeBoolean('done', { description: 'It was gone through to its end.' }),
  }),
})

builder.objectType('Erasure', {
  description:
    'A request to take one person’s data out of the logs. Who it was about is forgotten once it is done; a keyed hash stays, so that the same request can be recognised.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Erasure', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked for.' }),
    createdBy: t.exposeString('createdByName', { nullable: true, description: 'Who asked for it, by name.' }),
    state: t.field({ type: ErasureStateEnum, description: 'Whether it is over.', resolve: (row) => row.state }),
    subjectHash: t.exposeString('subjectHash', { description: 'Keyed hash of whom it was about.' }),
    progress: t.float({
      description: 'Share of the tables gone through, 0 to 1.',
      resolve: (row) => {
        const tables = erasureTables(row)
        if (row.state === 'DONE') return 1
        return tables.length === 0 ? 0 : tables.filter(({ done }) => done).length / tables.length
      },
    }),
    lookedAt: t.int({
      description: 'Rows gone through so far.',
      resolve: (row) => erasureTables(row).reduce((sum, table) => sum + table.lookedAt, 0),
    }),
    changed: t.int({
      description: 'Rows changed so far.',
      resolve: (row) => erasureTables(row).reduce((sum, table) => sum + table.changed, 0),
    }),
    kept: t.int({
      description: 'Rows that keep the data, and may.',
      resolve: (row) => erasureTables(row).reduce((sum, table) => sum + table.kept, 0),
    }),
    report: t.field({
      type: [ErasureTableType],
      description: 'Table by table.',
      complexity: 1,
      resolve: (row) => [...erasureTables(row)],
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it goes on.',
    }),
  }),
})

const ErasurePage = pageType('Erasure', 'Erasure', 'erasures')

const PreviewTable = builder.objectRef<ErasurePreview['tables'][number]>('ErasurePreviewTable').implement({
  description: 'Rows of one table that an erasure would change or keep.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The table, for example Call.' }),
    rows: t.exposeInt('rows', { description: 'Rows in which the data stands.' }),
    kept: t.exposeBoolean('kept', { description: 'They stay as they are; `reason` says why.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why they stay; null when they are changed.' }),
  }),
})

const PreviewType = builder.objectRef<ErasurePreview>('ErasurePreview').implement({
  description: 'What an erasure would find. Nothing is changed.',
  fields: (t) => ({
    rows: t.int({
      description: 'Rows that would be changed.',
      resolve: ({ tables }) => tables.reduce((sum, { rows, kept }) => sum + (kept ? 0 : rows), 0),
    }),
    tables: t.field({
      type: [PreviewTable],
      description: 'Table by table.',
      complexity: 1,
      resolve: ({ tables }) => [...tables],
    }),
    askedBefore: t.field({
      type: 'Erasure',
      nullable: true,
      description: 'The latest erasure of the same subject; null when there is none.',
      resolve: ({ askedBefore }, _args, { loaders }) =>
        askedBefore === null ? null : loaders.erasure.load(askedBefore),
    }),
  }),
})

defineNode('Erasure', { scope: 'erasure:write', load: (ctx, id) => ctx.loaders.erasure.load(id) })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const subjectNote =
  'E-mail address, phone number, customer id or other text of 6 to 200 characters. It is found whatever its case, also percent-encoded, JSON-escaped, HTML-escaped and in base64.'

const EraseSubjectInput = builder.inputType('EraseSubjectInput', {
  description: 'Whose data goes.',
  fields: (t) => ({
    subject: t.string({ required: true, description: subjectNote }),
    confirm: t.string({ required: true, description: 'The same text again: what is erased does not come back.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  erasures: t.connection(
    {
      type: 'Erasure',
      nullable: true,
      description: 'Erasures of the organization, latest first.',
      authScopes: { may: 'erasure:write' },
      complexity: pageCost,
      resolve: (_root, args, ctx) => erasurePage(reachOf(ctx), args),
    },
    ErasurePage,
  ),
  erasure: t.field({
    type: 'Erasure',
    nullable: true,
    description: 'One erasure; null when there is no such one here.',
    authScopes: { may: 'erasure:write' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.erasure.load(rowId('Erasure', id)),
  }),
  previewErasure: t.field({
    type: PreviewType,
    nullable: true,
    description:
      'Counts the rows an erasure would find. It reads every log of the organization, which may take a while.',
    authScopes: { may: 'erasure:write' },
    complexity: { field: 200, multiplier: 1 },
    args: { subject: t.arg.string({ required: true, description: subjectNote }) },
    resolve: (_root, { subject }, ctx) => ctx.commands.erasure.preview(ctx.actor(), subject),
  }),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationField('eraseSubject', (t) =>
  t.field({
    type: 'Erasure',
    description:
      'Replaces one person’s data by `[erased]` in every log, in the background. A kill does not stop it. Audit entries stay: the law asks for them, and their chain would break.',
    authScopes: { may: 'erasure:write' },
    complexity: 50,
    errors: outcome(repeatable, 'erasure', 'The erasure as it begins.'),
    args: { input: t.arg({ type: EraseSubjectInput, required: true, description: 'Whose data.' }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.erasure.erase(ctx.actor(), input)
      return (await ctx.loaders.erasure.load(id)) as ErasureRow
    },
  }),
)
