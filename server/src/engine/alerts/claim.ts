import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { AlertChannelModel } from '@patchbay/prisma/generated/models.ts'
import type { Alerts, Telling } from './contract.ts'
import type { Occasion } from './plan.ts'
import type { ToldAlert } from './message.ts'
import type { AlertSettings } from './settings.ts'

/** A notice this process alone may send until its claim ends. */
export interface ClaimedNotice {
  readonly id: string
  readonly alertId: string
  readonly channelId: string
  readonly occasion: Occasion
  readonly occurrence: number
  /** This try included. */
  readonly attempts: number
}

/** Notices of one channel that are sent together, with their alerts as they are now. */
export interface Claimed {
  readonly channel: AlertChannelModel
  readonly notices: readonly ClaimedNotice[]
  readonly alerts: ReadonlyMap<string, ToldAlert>
  readonly organization: { readonly name: string; readonly timeZone: string }
}

type Row<M> = M & Record<string, unknown>

// A channel that is being told something, or rests after a failure, is left alone: what comes meanwhile goes with the
// next message, and one channel's trouble is no other's. Channels of people get so many messages a minute.
const channelsText = `
select channel.* from "AlertChannel" channel
where channel."id" in (select distinct "channelId" from "AlertNotice" where "nextAttemptAt" is not null and "nextAttemptAt" <= $1::timestamptz)
  and channel."enabled" and not (channel."id" = any($2::uuid[]))
  and not exists (
    select 1 from "AlertNotice" busy
    where busy."organizationId" = channel."organizationId" and busy."channelId" = channel."id"
      and busy."attempts" > 0 and busy."nextAttemptAt" > $1::timestamptz)
  and (channel."kind" = 'EVENT' or (
    select count(distinct sent."sentAt") from "AlertNotice" sent
    where sent."organizationId" = channel."organizationId" and sent."channelId" = channel."id"
      and sent."sentAt" > $1::timestamptz - interval '1 minute') < $3::int)
order by channel."id" limit $4::int
for no key update of channel skip locked`

const claimText = `
with due as (
  select notice."id", notice."createdAt" from unnest($1::uuid[]) as wanted(id)
  cross join lateral (
    select "id", "createdAt" from "AlertNotice"
    where "channelId" = wanted.id and "nextAttemptAt" is not null and "nextAttemptAt" <= $2::timestamptz
    order by "createdAt", "id" limit $4::int) as notice
), claimed as (
  update "AlertNotice" set "attempts" = "attempts" + 1, "nextAttemptAt" = $3::timestamptz
  from due where "AlertNotice"."id" = due."id"
  returning "AlertNotice"."id", "alertId", "channelId", "occasion", "occurrence", "attempts", "AlertNotice"."createdAt"
)
select * from claimed order by "createdAt", "id"`

const alertsText = `
select alert."id", alert."kind", alert."severity", alert."title", alert."text", alert."count", alert."at", alert."lastAt",
  alert."resolvedAt", alert."connectionId", connection."name" as "connectionName", connection."provider" as "provider",
  connection."environment"::text as "environment"
from "Alert" alert
left join "Connection" connection on connection."id" = alert."connectionId" and connection."organizationId" = alert."organizationId"
where alert."id" = any($1::uuid[])`

const organizationsText = `select "id", "name", "timeZone" from "Organization" where "id" = any($1::uuid[])`

export interface ClaimTools {
  readonly database: Pick<Database, 'system'>
  readonly settings: AlertSettings
  readonly now: () => Date
}

/** Takes what is due, for channels this process is not busy with. A claim that is not finished in time ends by itself. */
export async function claim(tools: ClaimTools, busy: readonly string[], places: number): Promise<Claimed[]> {
  const { settings, now } = tools
  if (places <= 0) return []
  const at = now()
  return tools.database.system.sql.transaction(async (sql) => {
    const channels = await sql.query<Row<AlertChannelModel>>(channelsText, [
      at.toISOString(),
      [...busy],
      settings.messagesPerMinute,
      places,
    ])
    if (channels.length === 0) return []
    const notices = await sql.query<Row<ClaimedNotice>>(claimText, [
      channels.map(({ id }) => id),
      at.toISOString(),
      new Date(at.getTime() + settings.leaseMs).toISOString(),
      settings.mostTogether,
    ])
    const alerts = await sql.query<Row<ToldAlert>>(alertsText, [[...new Set(notices.map((row) => row.alertId))]])
    const organizations = await sql.query<{ id: string; name: string; timeZone: string }>(organizationsText, [
      [...new Set(channels.map((row) => row.organizationId))],
    ])
    const byId = new Map(alerts.map((row) => [row.id, row]))
    const byChannel = Map.groupBy(notices, (row) => row.channelId)
    return channels.flatMap((channel): Claimed[] => {
      const mine = byChannel.get(channel.id) ?? []
      const organization = organizations.find(({ id }) => id === channel.organizationId)
      return mine.length === 0 || organization === undefined
        ? []
        : [{ channel, notices: mine, alerts: byId, organization }]
    })
  })
}

/** What became of a claimed notice; `tried` is false for one whose turn did not come. */
export interface Ended {
  readonly notice: ClaimedNotice
  readonly telling: Telling
  readonly tried: boolean
  readonly at: Date
}

export interface EndTools extends ClaimTools {
  readonly alerts: Alerts
  readonly random: () => number
}

// A claim that ended meanwhile belongs to somebody else: nothing of it is changed.
const endText = `
update "AlertNotice" set "state" = given.state::"NoticeState", "sentAt" = given.sent, "error" = given.words,
  "nextAttemptAt" = given.next, "attempts" = given.tries
from unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[], $5::text[], $6::timestamptz[], $7::int[])
  as given(id, claimed, state, sent, words, next, tries)
where "AlertNotice"."id" = given.id and "AlertNotice"."attempts" = given.claimed and "AlertNotice"."state" = 'QUEUED'
returning "AlertNotice"."id"`

const channelText = `
update "AlertChannel" set "lastSentAt" = coalesce($2::timestamptz, "lastSentAt"), "lastError" = $3 where "id" = $1::uuid`

/** Writes down what became of notices of one channel; joins `sql`'s transaction. */
export async function end(sql: Sql, tools: EndTools, claimed: Claimed, ended: readonly Ended[]): Promise<void> {
  const { channel } = claimed
  const rows = ended.map((one) => conclude(one, tools))
  await sql.query(endText, [
    rows.map(({ id }) => id),
    rows.map((row) => row.claimed),
    rows.map((row) => row.state),
    rows.map((row) => row.sentAt?.toISOString() ?? null),
    rows.map((row) => row.error),
    rows.map((row) => row.nextAttemptAt?.toISOString() ?? null),
    rows.map((row) => row.attempts),
  ])
  const last = ended.findLast(({ tried }) => tried)
  if (last === undefined) return
  const { ok, message } = last.telling
  await sql.query(channelText, [channel.id, ok ? last.at.toISOString() : null, ok ? null : message])
  const key = `channel.failing:${channel.id}`
  if (ok) return tools.alerts.settle(sql, channel.organizationId, [key], 'A message got through.')
  // One try that failed is no news; the next one says whether it lasts.
  if (last.telling.retry && last.notice.attempts < 2) return
  await tools.alerts.raise(sql, [
    {
      organizationId: channel.organizationId,
      kind: 'channel.failing',
      severity: 'WARNING',
      subjectType: 'AlertChannel',
      subjectId: channel.id,
      title: `Alerts do not get through to ${channel.name}`,
      text: `${message} Until it works again, its alerts are in the bell alone. Check the channel and send a test.`,
      dedupeKey: key,
    },
  ])
}

function conclude({ notice, telling, tried, at }: Ended, { settings, random }: EndTools) {
  const { id, attempts } = notice
  const base = { id, claimed: attempts, attempts, sentAt: null, nextAttemptAt: null, error: telling.message }
  if (telling.ok) return { ...base, state: 'SENT', sentAt: at, error: null }
  const wait = settings.retryMs[Math.min(attempts, settings.retryMs.length) - 1] ?? 0
  const next = new Date(at.getTime() + wait * (1 + 0.2 * random()))
  if (!tried) return { ...base, state: 'QUEUED', attempts: attempts - 1, nextAttemptAt: next, error: null }
  if (telling.retry && attempts <= settings.retryMs.length) return { ...base, state: 'QUEUED', nextAttemptAt: next }
  return { ...base, state: 'FAILED' }
}
