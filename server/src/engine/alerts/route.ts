import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { AlertModel, AlertRuleModel, SilenceModel } from '@patchbay/prisma/generated/models.ts'
import type { LiveWriter } from '../live/contract.ts'
import { plan, type EarlierNotice, type Orders, type Routed, type RoutedChannel } from './plan.ts'

export interface RouteTools {
  readonly database: Pick<Database, 'system'>
  readonly live: Pick<LiveWriter, 'append'>
  readonly now: () => Date
  readonly newId: () => string
}

/** Alerts that are looked at together. */
const batchSize = 200

type Row<M> = M & Record<string, unknown>

// Four small indexes, each holding only what is to be done.
const dueText = `
select * from "Alert" where "unrouted"
union
select * from "Alert" where "escalateAt" is not null and "escalateAt" <= $1::timestamptz
union
select "Alert".* from "Alert" join "Silence" on "Silence"."id" = "Alert"."silenceId"
  and "Silence"."organizationId" = "Alert"."organizationId"
where "Alert"."silenceId" is not null and "Alert"."state" <> 'RESOLVED'
  and ("Silence"."endedAt" is not null or "Silence"."endsAt" <= $1::timestamptz)
order by "seq" limit ${batchSize}`

const rulesText = `select * from "AlertRule" where "organizationId" = any($1::uuid[]) and "enabled" order by "createdAt", "id"`
const channelsText = `select "id", "organizationId", "kind", "enabled" from "AlertChannel" where "organizationId" = any($1::uuid[])`
const silencesText = `
select * from "Silence"
where "organizationId" = any($1::uuid[]) and "endedAt" is null and "startsAt" <= $2::timestamptz and "endsAt" > $2::timestamptz
order by "createdAt", "id"`
const earlierText = `
select "alertId", "channelId", "occasion", "occurrence", "createdAt" from "AlertNotice"
where "organizationId" = any($1::uuid[]) and "alertId" = any($2::uuid[])`

// Whoever planned on an alert as it no longer is changes nothing: it is looked at again. What people see has moved when
// the bell rings, a silence begins or ends, or an escalation is planned.
const applyText = `
update "Alert" set "unrouted" = false, "silenceId" = given.silence, "escalateAt" = given.escalate,
  "seq" = case when given.bell or "silenceId" is distinct from given.silence or "escalateAt" is distinct from given.escalate
    then nextval('hub_alerts_seq') else "Alert"."seq" end
from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::boolean[]) as given(id, seq, silence, escalate, bell)
where "Alert"."id" = given.id and "Alert"."seq" = given.seq
returning "Alert"."id"`

// A channel may have gone meanwhile. What the bell is told needs no sending.
const noticesText = `
insert into "AlertNotice" ("id", "organizationId", "alertId", "channelId", "ruleId", "occasion", "occurrence", "state",
  "nextAttemptAt", "sentAt", "attempts", "createdAt")
select given.id, channel."organizationId", given.alert, channel."id", given.rule, given.occasion, given.occurrence,
  (case when channel."kind" = 'IN_APP' then 'SENT' else 'QUEUED' end)::"NoticeState",
  case when channel."kind" <> 'IN_APP' then $7::timestamptz end, case when channel."kind" = 'IN_APP' then $7::timestamptz end,
  case when channel."kind" = 'IN_APP' then 1 else 0 end, $7::timestamptz
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::int[])
  as given(id, alert, channel, rule, occasion, occurrence)
join "AlertChannel" channel on channel."id" = given.channel
on conflict do nothing`

/**
 * Chooses channels for alerts that wait for it: those that were raised, changed, have waited long enough for a person, or
 * whose silence is over. Any number of processes may do so at once: an alert is routed by whoever commits first.
 * @returns how many alerts were looked at
 */
export async function route(tools: RouteTools): Promise<number> {
  const { sql } = tools.database.system
  const now = tools.now()
  const alerts = await sql.query<Row<AlertModel>>(dueText, [now.toISOString()])
  if (alerts.length === 0) return 0
  const orders = await ordersOf(sql, alerts, now)
  const earlier = await earlierOf(sql, alerts)
  const routed = alerts.map((alert) => ({
    alert,
    ...plan(alert, orders(alert.organizationId), earlier.get(alert.id) ?? [], now),
  }))
  await sql.transaction(async (tx) => {
    await tools.live.append(tx, 'alerts')
    await apply(tx, tools, routed, orders)
  })
  return alerts.length
}

async function ordersOf(sql: Sql, alerts: readonly AlertModel[], now: Date): Promise<(id: string) => Orders> {
  const organizations = [...new Set(alerts.map((alert) => alert.organizationId))]
  const rules = await sql.query<Row<AlertRuleModel>>(rulesText, [organizations])
  const channels = await sql.query<Row<RoutedChannel & { organizationId: string }>>(channelsText, [organizations])
  const silences = await sql.query<Row<SilenceModel>>(silencesText, [organizations, now.toISOString()])
  const known = new Map<string, Orders>()
  for (const id of organizations) {
    const mine = <R extends { readonly organizationId: string }>(row: R) => row.organizationId === id
    known.set(id, {
      rules: rules.filter(mine),
      channels: new Map(channels.filter(mine).map((channel) => [channel.id, channel])),
      silences: silences.filter(mine),
    })
  }
  const none: Orders = { rules: [], channels: new Map(), silences: [] }
  return (id) => known.get(id) ?? none
}

async function earlierOf(sql: Sql, alerts: readonly AlertModel[]): Promise<Map<string, EarlierNotice[]>> {
  const rows = await sql.query<Row<EarlierNotice & { alertId: string }>>(earlierText, [
    [...new Set(alerts.map((alert) => alert.organizationId))],
    alerts.map(({ id }) => id),
  ])
  return Map.groupBy(rows, (row) => row.alertId)
}

type Planned = Routed & { readonly alert: AlertModel }

async function apply(
  sql: Sql,
  { now, newId }: RouteTools,
  routed: readonly Planned[],
  orders: (id: string) => Orders,
): Promise<void> {
  const ringsBell = ({ alert, notices }: Planned) =>
    notices.some(({ channelId }) => orders(alert.organizationId).channels.get(channelId)?.kind === 'IN_APP')
  const applied = await sql.query<{ id: string }>(applyText, [
    routed.map(({ alert }) => alert.id),
    routed.map(({ alert }) => String(alert.seq)),
    routed.map(({ silenceId }) => silenceId),
    routed.map(({ escalateAt }) => escalateAt?.toISOString() ?? null),
    routed.map(ringsBell),
  ])
  const held = new Set(applied.map(({ id }) => id))
  const notices = routed.flatMap(({ alert, notices: chosen }) =>
    held.has(alert.id) ? chosen.map((notice) => ({ ...notice, alertId: alert.id })) : [],
  )
  if (notices.length === 0) return
  await sql.query(noticesText, [
    notices.map(() => newId()),
    notices.map((notice) => notice.alertId),
    notices.map((notice) => notice.channelId),
    notices.map((notice) => notice.ruleId),
    notices.map((notice) => notice.occasion),
    notices.map((notice) => notice.occurrence),
    now().toISOString(),
  ])
}
