import { builder } from './builder.ts'
import type { LogStorage, StorageReport } from './context.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const LogStorageType = builder.objectRef<LogStorage>('LogStorage').implement({
  description: 'The room one log takes on disk. Estimates of the database, over all organizations of this hub.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The log: Call, InboundEvent, Event, Delivery or Attempt.' }),
    bytes: t.field({
      type: 'BigInt',
      description: 'What it takes, indexes included.',
      resolve: (log) => BigInt(Math.round(log.bytes)),
    }),
    rows: t.field({ type: 'BigInt', description: 'Rows it holds.', resolve: (log) => BigInt(Math.round(log.rows)) }),
    rowsPerDay: t.exposeFloat('rowsPerDay', { description: 'Rows a day, of late.' }),
    keptDays: t.exposeInt('keptDays', { description: 'Days rows are kept.' }),
    forecastBytes: t.field({
      type: 'BigInt',
      description: 'What it will take once it holds as many days as are kept, at the present pace.',
      resolve: (log) => BigInt(Math.round(log.forecastBytes)),
    }),
  }),
})

const StorageType = builder.objectRef<StorageReport>('Storage').implement({
  description: 'What the logs take on disk and will take. May be a minute old.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When it was looked up.' }),
    bytes: t.field({
      type: 'BigInt',
      description: 'The whole database.',
      resolve: (report) => BigInt(Math.round(report.bytes)),
    }),
    forecastBytes: t.field({
      type: 'BigInt',
      description: 'The whole database once every log holds as many days as are kept, at the present pace.',
      resolve: ({ bytes, logs }) =>
        BigInt(Math.round(bytes + logs.reduce((sum, log) => sum + Math.max(0, log.forecastBytes - log.bytes), 0))),
    }),
    logs: t.field({ type: [LogStorageType], description: 'Log by log.', resolve: (report) => [...report.logs] }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('storage', (t) =>
  t.field({
    type: StorageType,
    nullable: true,
    description: 'What the logs take on disk and will take.',
    authScopes: { may: 'organization:write' },
    complexity: 10,
    resolve: (_root, _args, { readers }) => readers.storage(),
  }),
)
