import type { Database } from '@patchbay/prisma/database.ts'
import type { AlertInput, Alerts } from './contract.ts'

export interface ReminderTools {
  readonly database: Pick<Database, 'system'>
  readonly alerts: Alerts
  readonly now: () => Date
}

interface Due extends Record<string, unknown> {
  readonly organizationId: string
  readonly connectionId: string
  readonly name: string
  readonly dueAt: Date | null
  readonly reconnect: boolean
}

/** Rows looked at in one round; the next one is ten minutes later. */
const mostReminded = 500

// Told once: an alert that is open is not raised again, or every round would count as a repeat.
const dueText = `
select connection."organizationId", connection."id" as "connectionId", connection."name", credential."dueAt",
  coalesce(held."state" = 'RECONNECT', false) as "reconnect"
from "Connection" connection
left join lateral (
  select "dueAt" from "Credential"
  where "Credential"."organizationId" = connection."organizationId" and "connectionId" = connection."id" and "kind" = 'FIELDS'
  order by "version" desc limit 1) as credential on true
left join "Grant" held on held."organizationId" = connection."organizationId" and held."connectionId" = connection."id"
where (credential."dueAt" <= $1::timestamptz or held."state" = 'RECONNECT') and connection."status" <> 'DISABLED'
  and not exists (
    select 1 from "Alert"
    where "Alert"."organizationId" = connection."organizationId" and "Alert"."dedupeKey" = 'credential.due:' || connection."id"
      and "Alert"."state" <> 'RESOLVED' and "Alert"."dedupeKey" <> '')
order by connection."id" limit ${mostReminded}`

const doneText = `
select alert."organizationId", alert."dedupeKey" from "Alert" alert
left join "Connection" connection on connection."id" = alert."connectionId"
left join lateral (
  select "dueAt" from "Credential" where "connectionId" = connection."id" and "kind" = 'FIELDS'
  order by "version" desc limit 1) as credential on true
left join "Grant" held on held."connectionId" = connection."id"
where alert."state" <> 'RESOLVED' and alert."dedupeKey" <> '' and alert."dedupeKey" >= 'credential.due:' and alert."dedupeKey" < 'credential.due;'
  and (connection."id" is null
    or ((credential."dueAt" is null or credential."dueAt" > $1::timestamptz) and held."state" is distinct from 'RECONNECT'))`

/** Reminds of credentials that should be replaced and of grants that ended for good (C5), and stops when that was done. */
export async function remind({ database, alerts, now }: ReminderTools): Promise<void> {
  const { sql } = database.system
  const at = now().toISOString()
  const due = await sql.query<Due>(dueText, [at])
  if (due.length > 0) await sql.transaction((tx) => alerts.raise(tx, due.map(reminder)))
  const done = await sql.query<{ organizationId: string; dedupeKey: string }>(doneText, [at])
  for (const [organizationId, group] of Map.groupBy(done, (row) => row.organizationId)) {
    const keys = group.map(({ dedupeKey }) => dedupeKey)
    await sql.transaction((tx) => alerts.settle(tx, organizationId, keys, 'The credentials are fresh again.'))
  }
}

function reminder({ organizationId, connectionId, name, dueAt, reconnect }: Due): AlertInput {
  const about = { organizationId, subjectType: 'Connection', subjectId: connectionId, connectionId }
  const alert = { ...about, kind: 'credential.due', dedupeKey: `credential.due:${connectionId}` } as const
  if (reconnect)
    return {
      ...alert,
      severity: 'CRITICAL',
      title: `${name} has to be connected again`,
      text: 'The vendor no longer accepts the permission it once gave, so calls fail. Open the connection and press “Connect again”.',
    }
  const since = dueAt === null ? '' : ` since ${dueAt.toISOString().slice(0, 10)}`
  return {
    ...alert,
    severity: 'WARNING',
    title: `Credentials of ${name} are due for rotation`,
    text: `They have been due${since}. Make new ones in the vendor’s dashboard, enter them at the connection, then revoke the old ones.`,
  }
}
