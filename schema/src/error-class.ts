import { AnalyticsFilterInput, filterOf, RangeInputType } from './analytics-parts.ts'
import { measures } from './analytics.ts'
import { builder } from './builder.ts'
import { CallErrorClassEnum } from './enums.ts'
import { callErrorClasses, type CallErrorClass } from './errors.ts'
import { errorClasses, type ErrorClass, type ErrorDay, type ErrorKind } from './load/analytics/errors.ts'
import { reachOf } from './load/reach.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** INTERNAL, a fault of the hub itself, is no class that a caller meets. */
const known = (errorClass: string): CallErrorClass | null =>
  callErrorClasses.includes(errorClass as CallErrorClass) ? (errorClass as CallErrorClass) : null

const ErrorKindType = builder.objectRef<ErrorKind>('ErrorKind').implement({
  description: 'Failures of one class at one operation of one connection, with one status.',
  fields: (t) => ({
    operation: t.exposeString('operation', { description: 'The operation, probe or test step.' }),
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection; null once it was deleted.',
      resolve: ({ connectionId }, _args, { loaders }) => loaders.connection.load(connectionId),
    }),
    status: t.exposeInt('status', { nullable: true, description: 'HTTP status; null when no answer came.' }),
    errors: t.exposeInt('errors', { description: 'How many.' }),
    firstAt: t.expose('firstAt', { type: 'DateTime', description: 'First seen within the span.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'Last seen within the span.' }),
    sample: t.field({
      type: 'Call',
      nullable: true,
      description: 'The latest of them; null once the log no longer keeps it, and for those who may not see calls.',
      authScopes: { may: 'call:read' },
      unauthorizedResolver: () => null,
      resolve: ({ sampleId }, _args, { loaders }) => loaders.call.load(sampleId),
    }),
    sampleMessage: t.exposeString('sampleMessage', { nullable: true, description: 'What the latest one said.' }),
  }),
})

const ErrorDayType = builder.objectRef<ErrorDay>('ErrorDay').implement({
  description: 'Failures of a day.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }),
    errors: t.exposeInt('errors', { description: 'How many.' }),
  }),
})

const ErrorClassType = builder.objectRef<ErrorClass>('ErrorClassFigures').implement({
  description: 'Failures of one class in a span.',
  fields: (t) => ({
    errorClass: t.field({
      type: CallErrorClassEnum,
      nullable: true,
      description: 'The class; null for faults of the hub itself.',
      resolve: (row) => known(row.errorClass),
    }),
    errors: t.exposeInt('errors', { description: 'How many.' }),
    share: t.exposeFloat('share', { description: 'Of all failures of the span, 0 to 1.' }),
    firstAt: t.expose('firstAt', { type: 'DateTime', description: 'First seen within the span.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'Last seen within the span.' }),
    kinds: t.field({
      type: [ErrorKindType],
      description: 'Where and with which status, the most frequent first; 50 at most.',
      complexity: { field: 3, multiplier: 5 },
      resolve: ({ kinds }) => [...kinds],
    }),
    days: t.field({
      type: [ErrorDayType],
      description: 'By day, oldest first, without gaps.',
      complexity: { field: 3, multiplier: 2 },
      resolve: ({ days }) => [...days],
    }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  errorClasses: t.field({
    type: [ErrorClassType],
    nullable: true,
    description: 'What fails, by class, the most frequent first. Counted by the day: a span is widened to whole days.',
    authScopes: { may: 'analytics:read' },
    complexity: { field: 5, multiplier: 5 },
    args: {
      range: t.arg({ type: RangeInputType, required: true, description: 'The span.' }),
      filter: t.arg({ type: AnalyticsFilterInput, description: 'Which connections to look at. Default all.' }),
    },
    resolve: async (_root, { range, filter }, ctx) => {
      const { timeZone } = await measures(ctx)
      return [...(await errorClasses(reachOf(ctx), range, filterOf(filter), timeZone))]
    },
  }),
}))
