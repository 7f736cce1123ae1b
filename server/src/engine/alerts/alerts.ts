import type { LiveWriter } from '../live/contract.ts'
import type { Alerts } from './contract.ts'

export interface AlertsOptions {
  readonly live: LiveWriter
  readonly now: () => Date
  readonly newId: () => string
}

const columns = ['id', 'organizationId', 'kind', 'severity', 'subjectType', 'subjectId', 'title', 'text'] as const
const statement = `
insert into "Alert" (${columns.map((name) => `"${name}"`).join(', ')}, "at")
select id, organization, kind, severity::"AlertSeverity", subject_type, subject, title, words, $9::timestamptz
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[])
  as given(id, organization, kind, severity, subject_type, subject, title, words)`

export function createAlerts({ live, now, newId }: AlertsOptions): Alerts {
  return {
    async raise(tx, alerts) {
      if (alerts.length === 0) return
      await live.append(tx, 'alerts')
      const rows = alerts.map((alert) => ({ ...alert, id: newId() }))
      const values = [...columns.map((name) => rows.map((row) => row[name])), now().toISOString()]
      if ('$executeRawUnsafe' in tx) await tx.$executeRawUnsafe(statement, ...values)
      else await tx.query(statement, values)
    },
  }
}
