import { builder } from './builder.ts'
import type { CallBar } from './load/statistics.ts'
import type { CallFigures } from './loaders.ts'

// Figures that several nouns show.

export const CallFiguresType = builder.objectRef<CallFigures>('CallFigures').implement({
  description: 'Calls of a span in figures.',
  fields: (t) => ({
    calls: t.exposeInt('calls', { description: 'Calls made.' }),
    errors: t.exposeInt('errors', { description: 'Calls that failed.' }),
    errorRate: t.float({
      nullable: true,
      description: 'Share that failed, 0 to 1; null without calls.',
      resolve: (row) => (row.calls === 0 ? null : row.errors / row.calls),
    }),
    p50Ms: t.exposeInt('p50Ms', {
      nullable: true,
      description: 'Half of the calls took at most this long; null without calls.',
    }),
    p95Ms: t.exposeInt('p95Ms', {
      nullable: true,
      description: '95 % of the calls took at most this long; null without calls.',
    }),
  }),
})

export const CallBarType = builder.objectRef<CallBar>('CallBar').implement({
  description: 'Calls of one bar of the strip.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }),
    calls: t.exposeInt('calls', { description: 'Calls made.' }),
    errors: t.exposeInt('errors', { description: 'Calls that failed.' }),
  }),
})
