import type { LiveWriter } from '../live/contract.ts'
import type { AlertInput, AlertTx, Alerts } from './contract.ts'

export interface AlertsOptions {
  readonly live: LiveWriter
  readonly now: () => Date
  readonly newId: () => string
}

// The sequence's number of a row that collides is taken anyway: it becomes the position of the change.
const raiseText = `
insert into "Alert" ("id", "organizationId", "kind", "severity", "subjectType", "subjectId", "title", "text", "dedupeKey",
  "connectionId", "state", "resolvedAt", "count", "at", "lastAt")
select id, organization, kind, severity::"AlertSeverity", subject_type, subject, title, words, dedupe, connection,
  (case when is_over then 'RESOLVED' else 'OPEN' end)::"AlertState", case when is_over then $13::timestamptz end, times,
  $13::timestamptz, $13::timestamptz
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[],
    $10::uuid[], $11::boolean[], $12::int[])
  as given(id, organization, kind, severity, subject_type, subject, title, words, dedupe, connection, is_over, times)
on conflict ("organizationId", "dedupeKey") where "state" <> 'RESOLVED' and "dedupeKey" <> '' do update
set "seq" = excluded."seq", "count" = "Alert"."count" + excluded."count", "lastAt" = excluded."lastAt",
  "severity" = greatest("Alert"."severity", excluded."severity"), "title" = excluded."title", "text" = excluded."text",
  "unrouted" = true`

const openText = `
select 1 from "Alert"
where "organizationId" = $1::uuid and "dedupeKey" = any($2::text[]) and "state" <> 'RESOLVED' and "dedupeKey" <> '' limit 1`

const settleText = `
update "Alert"
set "state" = 'RESOLVED', "resolvedAt" = $3::timestamptz, "escalateAt" = null, "unrouted" = true,
  "text" = "text" || $4::text, "seq" = nextval('hub_alerts_seq')
where "organizationId" = $1::uuid and "dedupeKey" = any($2::text[]) and "state" <> 'RESOLVED' and "dedupeKey" <> ''`

/** Writes alerts, in the transactions of those who raise them. */
export function createAlerts({ live, now, newId }: AlertsOptions): Alerts {
  return {
    async raise(tx, alerts) {
      if (alerts.length === 0) return
      const rows = merged(alerts)
      await live.append(tx, 'alerts')
      await run(tx, raiseText, [
        rows.map(() => newId()),
        rows.map((row) => row.organizationId),
        rows.map((row) => row.kind),
        rows.map((row) => row.severity),
        rows.map((row) => row.subjectType),
        rows.map((row) => row.subjectId),
        rows.map((row) => row.title),
        rows.map((row) => row.text),
        rows.map((row) => (row.over === true ? '' : (row.dedupeKey ?? ''))),
        rows.map((row) => row.connectionId ?? null),
        rows.map((row) => row.over ?? false),
        rows.map((row) => row.times),
        now().toISOString(),
      ])
    },

    async settle(tx, organizationId, dedupeKeys, words) {
      if (dedupeKeys.length === 0) return
      const given = [organizationId, [...dedupeKeys]]
      if ((await run(tx, openText, given)).length === 0) return
      await live.append(tx, 'alerts')
      await run(tx, settleText, [...given, now().toISOString(), words === undefined ? '' : `\n${words}`])
    },
  }
}

const rank = { INFO: 0, WARNING: 1, CRITICAL: 2 } as const

type Counted = AlertInput & { readonly times: number }

/** One row for each key: a statement cannot change the row it has just made. The latest words win. */
function merged(alerts: readonly AlertInput[]): Counted[] {
  const byKey = new Map<string | symbol, Counted>()
  for (const alert of alerts) {
    const isKeyed = (alert.dedupeKey ?? '') !== '' && alert.over !== true
    const key = isKeyed ? `${alert.organizationId} ${alert.dedupeKey}` : Symbol()
    const before = byKey.get(key)
    const severity =
      before !== undefined && rank[before.severity] > rank[alert.severity] ? before.severity : alert.severity
    byKey.set(key, { ...alert, severity, times: (before?.times ?? 0) + 1 })
  }
  return [...byKey.values()]
}

async function run(tx: AlertTx, statement: string, values: readonly unknown[]): Promise<readonly unknown[]> {
  if ('$queryRawUnsafe' in tx) return tx.$queryRawUnsafe<unknown[]>(statement, ...values)
  return tx.query(statement, values)
}
