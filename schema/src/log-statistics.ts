import { builder } from './builder.ts'
import type { LogBar, LogStatistics } from './load/log-statistics.ts'

// Figures that every log but the call log shows alike; calls have latencies too.

const LogBarType = builder.objectRef<LogBar>('LogBar').implement({
  description: 'One bar of the strip of a log.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }),
    rows: t.exposeInt('rows', { description: 'Rows found.' }),
    troubled: t.exposeInt('troubled', { description: 'Those that did not go well.' }),
  }),
})

const LogStateType = builder.objectRef<LogStatistics['states'][number]>('LogState').implement({
  description: 'Rows of one state.',
  fields: (t) => ({
    state: t.exposeString('state', { description: 'The state; of system events the severity.' }),
    rows: t.exposeInt('rows', { description: 'Rows found.' }),
  }),
})

export const LogStatisticsType = builder.objectRef<LogStatistics>('LogStatistics').implement({
  description: 'Figures of the rows of a log that a filter finds.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'Beginning of the span.' }),
    until: t.expose('until', { type: 'DateTime', description: 'End of the span.' }),
    rows: t.exposeInt('rows', { description: 'Rows found.' }),
    troubled: t.exposeInt('troubled', {
      description:
        'Those that did not go well: quarantined or failed inbound events, deliveries that wait for another try or were given up, system events above INFO.',
    }),
    states: t.field({
      type: [LogStateType],
      description: 'State by state, most first.',
      complexity: 1,
      resolve: ({ states }) => [...states],
    }),
    barSeconds: t.exposeInt('barSeconds', {
      description: 'Width of a bar: a minute for spans of two hours, more for longer ones.',
    }),
    bars: t.field({
      type: [LogBarType],
      description: 'Strip of at most 120 bars, oldest first, without gaps.',
      resolve: ({ bars }) => [...bars],
    }),
  }),
})

export const statisticsNote = 'Without `since` of the last hour; 92 days at most.'
