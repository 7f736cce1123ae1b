import type { SourceModel, SourceRuleModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { reachOf } from './load/reach.ts'
import { countSources, sourcePage, type SourceFilter } from './load/sources.ts'
import type { SecretTrace, SourceBar, SourceFigures } from './loaders.ts'
import { defineNode, globalId, providerSlug, rowId } from './node.ts'
import { pageCost } from './page.ts'
import { ProviderWebhooks } from './provider-webhooks.ts'
import { hoursNote, spanKey } from './span.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const RegistrationStateEnum = builder.enumType('SourceRegistrationState', {
  description: 'Whether the vendor knows a source’s address.',
  values: {
    MANUAL: { description: 'A person pastes the address into the vendor’s dashboard.' },
    PENDING: { description: 'The hub is about to register it.' },
    REGISTERED: { description: 'The vendor was told through its API.' },
    FAILED: { description: 'The vendor refused; it is tried again.' },
    EXPIRED: { description: 'The vendor forgot it.' },
  },
})

const Registration = builder.objectRef<SourceModel>('SourceRegistration').implement({
  description: 'What the vendor was told of a source’s address.',
  fields: (t) => ({
    state: t.expose('registration', { type: RegistrationStateEnum, description: 'Whether the vendor knows it.' }),
    ids: t.exposeStringList('registrationIds', { description: 'The vendor’s ids of what was registered.' }),
    registeredAt: t.expose('registeredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was registered last; null when it never was.',
    }),
    expiresAt: t.expose('registrationExpiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the vendor forgets it; null where it does not. The hub renews it before.',
    }),
    error: t.exposeString('registrationError', {
      nullable: true,
      description: 'Why the last try failed, in words; null when it did not.',
    }),
    failures: t.exposeInt('registrationFailures', { description: 'Tries that failed in a row.' }),
    nextAt: t.expose('registerAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is registered or renewed next; null when nothing is planned.',
    }),
  }),
})

const Secret = builder.objectRef<SecretTrace>('SourceSecret').implement({
  description: 'All that may be known of a source’s signing secret or public key.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'Its id, to retire it by.' }),
    hint: t.exposeString('hint', { description: 'Masked, for example `whsec_…4242`.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    createdBy: t.string({
      nullable: true,
      description: 'Who added it, by name; null when the hub or the vendor did.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.userName.load(createdById),
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'It verifies until then; null: until it is retired.',
    }),
  }),
})

const Rule = builder.objectRef<SourceRuleModel>('SourceRule').implement({
  description: 'What a person decided a vendor’s type means for this source.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'Its id, to remove it by.' }),
    vendorType: t.exposeString('vendorType', { description: 'Type as the vendor writes it.' }),
    eventType: t.exposeString('eventType', { description: 'Type of the hub’s catalogue.' }),
    mapping: t.exposeString('mapping', {
      nullable: true,
      description: 'JSONata that makes the event’s data; null takes the payload as it is.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was decided.' }),
    createdBy: t.string({
      nullable: true,
      description: 'Who decided it, by name.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.userName.load(createdById),
    }),
  }),
})

const Bar = builder.objectRef<SourceBar>('SourceBar').implement({
  description: 'Requests of one bar of a source’s strip.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }),
    received: t.exposeInt('received', { description: 'Requests that came in.' }),
    quarantined: t.exposeInt('quarantined', { description: 'Those that could not be verified.' }),
    failed: t.exposeInt('failed', { description: 'Those whose routing failed for good.' }),
  }),
})

const Statistics = builder.objectRef<SourceFigures>('SourceStatistics').implement({
  description: 'Requests at a source over a span, from the roll-ups per minute.',
  fields: (t) => ({
    received: t.exposeInt('received', { description: 'Requests that came in.' }),
    verified: t.exposeInt('verified', { description: 'Proven to come from the vendor.' }),
    duplicates: t.exposeInt('duplicates', { description: 'Seen before, and therefore not stored again.' }),
    quarantined: t.exposeInt('quarantined', { description: 'Not proven: in quarantine.' }),
    refused: t.exposeInt('refused', {
      description: 'Turned away unstored: over the source’s rate, or quarantine full.',
    }),
    failed: t.exposeInt('failed', { description: 'Routing failed for good.' }),
    lastReceivedAt: t.expose('lastReceivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the latest came in; null when none did in the span.',
    }),
    barSeconds: t.exposeInt('barSeconds', { description: 'Width of a bar.' }),
    bars: t.field({
      type: [Bar],
      description: 'Strip of at most 120 bars, oldest first, without gaps.',
      resolve: (row) => [...row.bars],
    }),
  }),
})

builder.objectType('Source', {
  description: 'Where one connection’s webhooks arrive: an address of its own, what verifies them, what they mean.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Source', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'Whose webhooks arrive here.',
      resolve: (row, _args, { loaders }) => loaders.connection.load(row.connectionId),
    }),
    enabled: t.exposeBoolean('enabled', { description: 'It takes webhooks; else the vendor is asked to come back.' }),
    url: t.string({
      nullable: true,
      description:
        'The whole address to give to the vendor. Its last part is a secret: reading it is noted in the audit log.',
      authScopes: { may: 'source:read' },
      complexity: 20,
      resolve: (row, _args, ctx) => ctx.commands.source.readUrl(ctx.actor(), row.id),
    }),
    maskedUrl: t.string({
      description: 'The address with its secret part masked.',
      resolve: async (row, _args, { loaders, hub, now }) => {
        const tokens = (await loaders.sourceSecrets.load(row.id)).filter(({ kind }) => kind === 'TOKEN')
        const current = tokens.find(({ expiresAt }) => expiresAt === null || expiresAt > now())
        return `${hub.publicUrl}/hooks/${current?.hint ?? '…'}`
      },
    }),
    registration: t.field({
      type: Registration,
      description: 'What the vendor was told of the address.',
      complexity: 0,
      resolve: (row) => row,
    }),
    secrets: t.field({
      type: [Secret],
      description: 'Signing secrets that hold, newest first.',
      complexity: { field: 1, multiplier: 2 },
      resolve: async (row, _args, { loaders, now }) =>
        (await loaders.sourceSecrets.load(row.id)).filter(
          ({ kind, expiresAt }) => kind === 'SIGNING' && (expiresAt === null || expiresAt > now()),
        ),
    }),
    rules: t.field({
      type: [Rule],
      description: 'What people decided that vendor types mean, newest first.',
      complexity: { field: 1, multiplier: 5 },
      resolve: async (row, _args, { loaders }) => [...(await loaders.sourceRules.load(row.id))],
    }),
    statistics: t.field({
      type: Statistics,
      description: 'Requests of the last hours.',
      complexity: 5,
      args: { hours: t.arg.int({ defaultValue: 24, required: true, description: hoursNote }) },
      resolve: (row, { hours }, { loaders }) => loaders.sourceFigures.load(spanKey(row.id, hours)),
    }),
    webhooks: t.field({
      type: ProviderWebhooks,
      nullable: true,
      description: 'What there is to know of its vendor’s webhooks: where the secret is, how the address is given.',
      resolve: async (row, _args, { loaders, catalog }) => {
        const connection = await loaders.connection.load(row.connectionId)
        return connection === null ? null : catalog.get(connection.provider)?.webhooks
      },
    }),
    version: t.exposeInt('version', {
      description: 'Raised by every change; send it with an update to be refused when it is stale.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was opened.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

const SourcePage = builder.connectionObject(
  {
    type: 'Source',
    name: 'SourceConnection',
    description: 'One page of sources.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many sources the filter finds over all pages.',
        resolve: (page) => page.count?.() ?? 0,
      }),
    }),
  },
  { name: 'SourceEdge', description: 'One of the sources on a page, with its cursor.' },
)

defineNode('Source', { scope: 'source:read', load: (ctx, id) => ctx.loaders.source.load(id) })

builder.objectField('Connection', 'source', (t) =>
  t.field({
    type: 'Source',
    nullable: true,
    description: 'Where its webhooks arrive; null when none was opened, and without `source:read`.',
    authScopes: { may: 'source:read' },
    unauthorizedResolver: () => null,
    resolve: (row, _args, { loaders }) => loaders.sourceOf.load(row.id),
  }),
)

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const SourceFilterInput = builder.inputType('SourceFilter', {
  description: 'Which sources to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    connectionId: t.idList({ description: 'Belong to one of these connections.' }),
    provider: t.idList({ description: 'Take webhooks of one of these providers (global ids or slugs).' }),
    registration: t.field({ type: [RegistrationStateEnum], description: 'Have one of these registrations.' }),
    enabled: t.boolean({ description: 'Take, or do not take, webhooks.' }),
  }),
})

const filterOf = (ctx: Context, input: typeof SourceFilterInput.$inferInput | null | undefined): SourceFilter => ({
  ...input,
  connectionId: input?.connectionId?.map((id) => rowId('Connection', id)),
  provider: input?.provider?.map((id) => providerSlug(ctx, id) ?? ''),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  sources: t.connection(
    {
      type: 'Source',
      nullable: true,
      description: 'Sources of the organization, newest first.',
      authScopes: { may: 'source:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: SourceFilterInput, description: 'Which to list. Default all.' }) },
      resolve: async (_root, args, ctx) => {
        const reach = reachOf(ctx)
        const filter = filterOf(ctx, args.filter)
        const page = await sourcePage(reach, args, filter)
        return Object.assign(page, { count: () => countSources(reach, filter) })
      },
    },
    SourcePage,
  ),
  source: t.field({
    type: 'Source',
    nullable: true,
    description: 'One source; null when there is no such one here.',
    authScopes: { may: 'source:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.source.load(rowId('Source', id)),
  }),
}))
