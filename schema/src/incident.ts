import type { GraphQLResolveInfo } from 'graphql'
import type { IncidentEntryModel } from '@patchbay/prisma/generated/models.ts'
import { asked, rowsOfPage, type Below } from './asked.ts'
import { builder } from './builder.ts'
import { CallErrorClassEnum } from './enums.ts'
import { keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError, type CallErrorClass } from './errors.ts'
import type { Context } from './context.ts'
import type { StreamBatch } from './events.ts'
import { selectionKey } from './load/incidents.ts'
import { reachable, reachOf } from './load/reach.ts'
import { instantSlice } from './load/slice.ts'
import type { IncidentRow } from './loaders.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { byInstant, pageCost, readPage } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const IncidentStateEnum = builder.enumType('IncidentState', {
  description: 'Whether an incident is over.',
  values: { OPEN: { description: 'It goes on.' }, RESOLVED: { description: 'It is over.' } },
})

const IncidentSeverityEnum = builder.enumType('IncidentSeverity', {
  description: 'How bad an incident is.',
  values: { DEGRADED: { description: 'Slow or failing now and then.' }, DOWN: { description: 'Nothing works.' } },
})

const IncidentEntryKindEnum = builder.enumType('IncidentEntryKind', {
  description: 'What a line of an incident’s timeline tells.',
  values: {
    OPENED: { description: 'It began.' },
    ESCALATED: { description: 'It got worse.' },
    EASED: { description: 'It got better and is not over.' },
    NOTE: { description: 'A person wrote something.' },
    RESOLVED: { description: 'It ended.' },
  },
})

// Whole rows: the live stream brings its own, which must not be read again.
const IncidentEntry = builder.prismaObject('IncidentEntry', {
  description: 'One line of an incident’s timeline.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    kind: t.expose('kind', { type: IncidentEntryKindEnum, description: 'What it tells.' }),
    text: t.exposeString('text', { description: 'In words.' }),
    actorName: t.exposeString('actorName', { nullable: true, description: 'Who wrote it; null when the hub did.' }),
  }),
})

const Incident = builder.prismaObject('Incident', {
  description: 'A time in which a connection did not work as it should. Opens and closes by itself.',
  interfaces: ['Node'],
  select: { id: true },
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Incident', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection in trouble; null when it is gone.',
      select: { connectionId: true },
      resolve: (row, _args, { loaders }) => loaders.connection.load(row.connectionId),
    }),
    state: t.expose('state', { type: IncidentStateEnum, description: 'Whether it is over.' }),
    severity: t.expose('severity', {
      type: IncidentSeverityEnum,
      description: 'How bad it is, or was at its worst end.',
    }),
    cause: t.exposeString('cause', { description: 'What the deciding probe found, in words.' }),
    errorClass: t.field({
      type: CallErrorClassEnum,
      nullable: true,
      description: 'Kind of failure of the deciding probe; null when it was slowness.',
      select: { errorClass: true },
      resolve: (row) => row.errorClass as CallErrorClass | null,
    }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When it began.' }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it goes on.',
    }),
    affectedCapabilities: t.field({
      type: ['String'],
      description: 'Typed operations that do not work meanwhile.',
      select: { connectionId: true },
      resolve: async (row, _args, { loaders, catalog }) => {
        const connection = await loaders.connection.load(row.connectionId)
        return connection === null ? [] : [...(catalog.get(connection.provider)?.capabilities ?? [])]
      },
    }),
    entries: t.relation('entries', {
      description: 'Its timeline, oldest first.',
      query: { orderBy: [{ at: 'asc' }, { seq: 'asc' }] },
    }),
  }),
})

const IncidentPage = builder.connectionObject(
  {
    type: Incident,
    name: 'IncidentConnection',
    description: 'One page of incidents.',
    fields: (t) => ({
      totalCount: t.int({
        description: 'How many incidents the filter finds over all pages.',
        resolve: (page) => page.count?.() ?? 0,
      }),
    }),
  },
  { name: 'IncidentEdge', description: 'One of the incidents on a page, with its cursor.' },
)

/** One incident, read with what the field asks of it and together with its siblings. */
const incidentOf = (ctx: Context, info: GraphQLResolveInfo, id: string, below?: Below): Promise<IncidentRow | null> =>
  ctx.loaders.incident.load(selectionKey(id, asked(ctx, info, { id: true }, below)))

defineNode('Incident', {
  scope: 'incident:read',
  load: (ctx, id, info) => incidentOf(ctx, info, id, { typeName: 'Incident' }),
})

const latestFirst = byInstant<{ readonly id: string; readonly openedAt: Date }>((row) => row.openedAt)

builder.objectField('Connection', 'openIncidents', (t) =>
  t.field({
    type: [Incident],
    nullable: true,
    description: 'Incidents that go on, latest first; null without `incident:read`.',
    complexity: { field: 2, multiplier: 2 },
    authScopes: { may: 'incident:read' },
    unauthorizedResolver: () => null,
    resolve: async (row, _args, ctx, info) => {
      const query = asked(ctx, info, { id: true })
      return [...(await ctx.loaders.openIncidents.load(selectionKey(row.id, query)))]
    },
  }),
)

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const IncidentFilterInput = builder.inputType('IncidentFilter', {
  description: 'Which incidents to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    state: t.field({ type: [IncidentStateEnum], description: 'Go on, or are over.' }),
    severity: t.field({ type: [IncidentSeverityEnum], description: 'Are this bad.' }),
    connectionId: t.idList({ description: 'Concern one of these connections.' }),
  }),
})

const NoteIncidentInput = builder.inputType('NoteIncidentInput', {
  description: 'A line for an incident’s timeline.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The incident.' }),
    text: t.string({ required: true, description: 'What to write, up to 4,000 characters.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  incidents: t.connection(
    {
      type: Incident,
      nullable: true,
      description: 'Incidents of the organization, latest first.',
      authScopes: { may: 'incident:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: IncidentFilterInput, description: 'Which to list. Default all.' }) },
      resolve: async (_root, args, ctx, info) => {
        const { state, severity, connectionId } = args.filter ?? {}
        const wanted = {
          ...(state && { state: { in: state } }),
          ...(severity && { severity: { in: severity } }),
          ...(connectionId && { connectionId: { in: connectionId.map((id) => rowId('Connection', id)) } }),
        }
        const found = { AND: [reachable(reachOf(ctx)), wanted] }
        const { incident } = ctx.tenant().prisma
        const query = asked(ctx, info, { id: true, openedAt: true }, rowsOfPage)
        const page = await readPage(args, latestFirst, (slice) => {
          const { within, ...order } = instantSlice('openedAt', slice, 'desc')
          return incident.findMany({ ...query, ...order, where: { AND: [found, ...within] } })
        })
        return Object.assign(page, { count: () => incident.count({ where: found }) })
      },
    },
    IncidentPage,
  ),
  incident: t.field({
    type: Incident,
    nullable: true,
    description: 'One incident; null when there is no such one here.',
    authScopes: { may: 'incident:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, ctx, info) => incidentOf(ctx, info, rowId('Incident', id)),
  }),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationField('noteIncident', (t) =>
  t.field({
    type: Incident,
    description: 'Writes a line into an incident’s timeline.',
    authScopes: { may: 'incident:write' },
    errors: outcome(repeatable, 'incident', 'The incident with its timeline.'),
    args: { input: t.arg({ type: NoteIncidentInput, required: true, description: 'What to do.' }) },
    resolve: async (_root, { input }, ctx, info) => {
      const id = rowId('Incident', input.id)
      await ctx.commands.incident.note(ctx.actor(), {
        id,
        text: input.text,
        idempotencyKey: input.idempotencyKey ?? null,
      })
      // The same mutation may stand twice in one document.
      ctx.refresh()
      const incident = await incidentOf(ctx, info, id)
      if (incident === null) throw new NotFoundError('incident', input.id)
      return incident
    },
  }),
)

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const IncidentChange = builder.objectRef<IncidentEntryModel>('IncidentChange').implement({
  description: 'Something that happened in an incident.',
  fields: (t) => ({
    entry: t.field({ type: IncidentEntry, description: 'The new line of its timeline.', resolve: (row) => row }),
    incident: t.field({
      type: Incident,
      nullable: true,
      description: 'The incident as it is now; null when it is gone.',
      resolve: (row, _args, ctx, info) => incidentOf(ctx, info, row.incidentId),
    }),
  }),
})

const IncidentBatch = builder.objectRef<StreamBatch<IncidentEntryModel>>('IncidentBatch').implement({
  description: 'Lines of incidents’ timelines that arrived together.',
  fields: (t) => ({
    entries: t.field({
      type: [IncidentChange],
      description: 'In the order they happened.',
      resolve: (batch) => [...batch.rows],
    }),
    cursor: t.exposeString('cursor', { description: 'Resumes right after this batch.' }),
    catchingUp: t.exposeBoolean('catchingUp', {
      description: 'You read slower than lines arrive: nothing is lost, it is late.',
    }),
  }),
})

builder.subscriptionField('incidentChanged', (t) =>
  t.field({
    type: IncidentBatch,
    description: 'Incidents that open, change and close, as it happens.',
    authScopes: { may: 'incident:read' },
    args: {
      after: t.arg.string({
        description: 'Cursor of an earlier batch: continue without gap or repeat. Default from now on.',
      }),
    },
    subscribe: (_root, { after }, ctx) =>
      ctx.live.subscribe('incidents', { organizationId: ctx.tenant().organizationId, after: after ?? null }),
    resolve: async (batch, _args, ctx) => {
      ctx.refresh()
      if ((ctx.viewer?.connectionIds.length ?? 0) === 0) return batch
      // A key narrowed to some connections sees only their incidents; the entry itself does not name the connection.
      const mine = await ctx.tenant().prisma.incident.findMany({
        select: { id: true },
        where: { ...reachable(reachOf(ctx)), id: { in: batch.rows.map((row) => row.incidentId) } },
      })
      const ids = new Set(mine.map(({ id }) => id))
      return { ...batch, rows: batch.rows.filter((row) => ids.has(row.incidentId)) }
    },
  }),
)
