import type { Database } from '@patchbay/prisma/database.ts'
import type { CallLog } from '../engine/calls/calls.ts'
import type { LiveHub } from '../engine/live/contract.ts'
import type { Metrics } from '../http/metrics.ts'

/** Figures that are read when somebody looks. */
export function registerGauges(metrics: Metrics, parts: { database: Database; live: LiveHub; callLog: CallLog }): void {
  const { database, live, callLog } = parts
  metrics.gauge('patchbay_live_subscribers', 'Open live subscriptions of this process', () => live.subscriberCount)
  metrics.gauge('patchbay_call_log_waiting', 'Call log rows not yet committed', () => callLog.waiting)
  metrics.gauges('patchbay_connections', 'Connections of all organizations by health', 'health', () =>
    counts(database, `select health::text as name, count(*)::int as rows from "Connection" group by 1`),
  )
  metrics.gauges('patchbay_queue_jobs', 'Jobs waiting or running, by queue', 'queue', () =>
    counts(database, `select name, count(*)::int as rows from pgboss.job where state < 'completed' group by 1`),
  )
  metrics.gauge('patchbay_open_incidents', 'Incidents open now, of all organizations', async () => {
    const found = await counts(
      database,
      `select 'open' as name, count(*)::int as rows from "Incident" where state = 'OPEN'`,
    )
    return found['open'] ?? 0
  })
}

/** The same call log, counted by provider and outcome on the way in. */
export function countCalls(log: CallLog, metrics: Pick<Metrics, 'call'>): CallLog {
  return {
    get waiting() {
      return log.waiting
    },
    add(row) {
      metrics.call(row.provider, row.ok ? 'ok' : (row.errorClass ?? 'UNKNOWN'), row.latencyMs / 1000)
      return log.add(row)
    },
    flush: () => log.flush(),
    close: () => log.close(),
  }
}

async function counts(database: Database, query: string): Promise<Record<string, number>> {
  const rows = await database.system.sql.query<{ name: string; rows: number }>(query)
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]))
}
