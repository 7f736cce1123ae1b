import type { IncidentEntryModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import { CallErrorClassEnum } from './enums.ts'
import { keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError, type CallErrorClass } from './errors.ts'
import type { StreamBatch } from './events.ts'
import { countIncidents, incidentPage, type IncidentFilter } from './load/incidents.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost } from './page.ts'

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

builder.objectType('IncidentEntry', {
  description: 'One line of an incident’s timeline.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    kind: t.expose('kind', { type: IncidentEntryKindEnum, description: 'What it tells.' }),
    text: t.exposeString('text', { description: 'In words.' }),
    actorName: t.exposeString('actorName', { nullable: true, description: 'Who wrote it; null when the hub did.' }),
  }),
})

builder.objectType('Incident', {
  description: 'A time in which a connection did not work as it should. Opens and closes by itself.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Incident', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection in trouble; null when it is gone.',
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
      resolve: async (row, _args, { loaders, catalog }) => {
        const connection = await loaders.connection.load(row.connectionId)
        return connection === null ? [] : [...(catalog.get(connection.provider)?.capabilities ?? [])]
      },
    }),
    entries: t.field({
      type: ['IncidentEntry'],
      description: 'Its timeline, oldest first.',
      resolve: async (row, _args, { loaders }) => [...(await loaders.incidentEntries.load(row.id))],
    }),
  }),
})

const IncidentPage = builder.connectionObject(
  {
    type: 'Incident',
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

defineNode('Incident', { scope: 'incident:read', load: (ctx, id) => ctx.loaders.incident.load(id) })

builder.objectField('Connection', 'openIncidents', (t) =>
  t.field({
    type: ['Incident'],
    nullable: true,
    description: 'Incidents that go on, latest first; null without `incident:read`.',
    complexity: { field: 2, multiplier: 2 },
    authScopes: { may: 'incident:read' },
    unauthorizedResolver: () => null,
    resolve: async (row, _args, { loaders }) => [...(await loaders.openIncidents.load(row.id))],
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
      type: 'Incident',
      nullable: true,
      description: 'Incidents of the organization, latest first.',
      authScopes: { may: 'incident:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: IncidentFilterInput, description: 'Which to list. Default all.' }) },
      resolve: async (_root, args, ctx) => {
        const reach = reachOf(ctx)
        const filter: IncidentFilter = {
          ...args.filter,
          connectionId: args.filter?.connectionId?.map((id) => rowId('Connection', id)),
        }
        const page = await incidentPage(reach, args, filter)
        return Object.assign(page, { count: () => countIncidents(reach, filter) })
      },
    },
    IncidentPage,
  ),
  incident: t.field({
    type: 'Incident',
    nullable: true,
    description: 'One incident; null when there is no such one here.',
    authScopes: { may: 'incident:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.incident.load(rowId('Incident', id)),
  }),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationField('noteIncident', (t) =>
  t.field({
    type: 'Incident',
    description: 'Writes a line into an incident’s timeline.',
    authScopes: { may: 'incident:write' },
    errors: outcome(repeatable, 'incident', 'The incident with its timeline.'),
    args: { input: t.arg({ type: NoteIncidentInput, required: true, description: 'What to do.' }) },
    resolve: async (_root, { input }, ctx) => {
      const id = rowId('Incident', input.id)
      await ctx.commands.incident.note(ctx.actor(), {
        id,
        text: input.text,
        idempotencyKey: input.idempotencyKey ?? null,
      })
      const incident = await ctx.loaders.incident.clear(id).load(id)
      if (incident === null) throw new NotFoundError('incident', input.id)
      return incident
    },
  }),
)

// ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────────

const IncidentChange = builder.objectRef<IncidentEntryModel>('IncidentChange').implement({
  description: 'Something that happened in an incident.',
  fields: (t) => ({
    entry: t.field({ type: 'IncidentEntry', description: 'The new line of its timeline.', resolve: (row) => row }),
    incident: t.field({
      type: 'Incident',
      nullable: true,
      description: 'The incident as it is now; null when it is gone.',
      resolve: (row, _args, { loaders }) => loaders.incident.load(row.incidentId),
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
      const incidents = await ctx.loaders.incident.loadMany(batch.rows.map((row) => row.incidentId))
      return {
        ...batch,
        rows: batch.rows.filter((_row, n) => incidents[n] != null && !(incidents[n] instanceof Error)),
      }
    },
  }),
)
