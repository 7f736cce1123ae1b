import type { Database } from '@patchbay/prisma/database.ts'
import type { CallLog } from '../engine/calls/calls.ts'
import type { Dispatcher } from '../engine/delivery/contract.ts'
import type { Inbound } from '../engine/inbound/contract.ts'
import type { LiveHub } from '../engine/live/contract.ts'
import type { Metrics } from '../http/metrics.ts'

/** Counting further would cost more than the figure is worth. */
const mostCounted = 100_000

/** Figures that are read when somebody looks. */
export function registerGauges(
  metrics: Metrics,
  parts: {
    database: Database
    live: LiveHub
    callLog: CallLog
    dispatcher: Pick<Dispatcher, 'open'>
    inbound: Pick<Inbound, 'waiting'>
  },
): void {
  const { database, live, callLog, dispatcher, inbound } = parts
  metrics.gauge('patchbay_webhooks_waiting', 'Webhooks received and not yet committed', () => inbound.waiting)
  metrics.gauge('patchbay_live_subscribers', 'Open live subscriptions of this process', () => live.subscriberCount)
  metrics.gauge('patchbay_call_log_waiting', 'Call log rows not yet committed', () => callLog.waiting)
  metrics.gauge('patchbay_delivery_attempts_open', 'Requests to endpoints open in this process', () => dispatcher.open)
  metrics.gauge(
    'patchbay_deliveries_waiting',
    `Deliveries still to be sent, counted up to ${mostCounted}`,
    async () => {
      const found = await counts(
        database,
        `select 'waiting' as name, count(*)::int as rows
       from (select 1 from "Delivery" where "nextAttemptAt" is not null limit ${mostCounted}) as waiting`,
      )
      return found['waiting'] ?? 0
    },
  )
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
