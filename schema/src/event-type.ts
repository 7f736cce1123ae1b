import { builder } from './builder.ts'
import { CategoryEnum } from './enums.ts'
import { eventTypes, jsonSchemaOf } from './event-types/index.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.objectType('EventType', {
  description: 'A type of the hub’s own events: what it means and what its data looks like.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`noun.verb`, for example `payment.succeeded`.' }),
    version: t.exposeInt('version', {
      description: 'Raised when the data changes in a way that a consumer could trip over.',
    }),
    category: t.expose('category', {
      type: CategoryEnum,
      nullable: true,
      description: 'Which kind of provider it comes from; null for events of the hub itself.',
    }),
    summary: t.exposeString('summary', { description: 'When it happens.' }),
    jsonSchema: t.field({ type: 'JSON', description: 'JSON Schema of the data.', resolve: jsonSchemaOf }),
    example: t.field({
      type: 'JSON',
      description: 'Data as it may be; what a test sends.',
      resolve: (type) => type.example,
    }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('eventTypes', (t) =>
  t.field({
    type: ['EventType'],
    nullable: true,
    description: 'Every type of the hub’s own events, by name.',
    authScopes: { may: 'event:read' },
    complexity: { field: 5, multiplier: 50 },
    args: {
      category: t.arg({ type: [CategoryEnum], description: 'Only types of these kinds of providers.' }),
      search: t.arg.string({ description: 'Words in name or summary.' }),
    },
    resolve: (_root, { category, search }) => {
      const words = search?.trim().toLowerCase() ?? ''
      return [...eventTypes.values()]
        .filter(
          (type) =>
            (category == null || (type.category !== null && category.includes(type.category))) &&
            (words === '' || `${type.name} ${type.summary}`.toLowerCase().includes(words)),
        )
        .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
    },
  }),
)
