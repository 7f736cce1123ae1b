import type { Database } from '@patchbay/prisma/database.ts'
import type { AlertRuleModel } from '@patchbay/prisma/generated/models.ts'
import { figureOf, isBeyond, type FigureRule } from '@patchbay/schema/alert-figures.ts'
import { sumBuckets } from '@patchbay/schema/load/histogram.ts'
import type { AlertInput, Alerts } from './contract.ts'

export interface FigureTools {
  readonly database: Pick<Database, 'system'>
  readonly alerts: Alerts
  readonly now: () => Date
}

const minuteMs = 60_000
/** Windows in a row that must be fine before an alert on figures is over: one that comes and goes is one alert. */
const calmWindows = 3

type Row<M> = M & Record<string, unknown>

const rulesText = `select * from "AlertRule" where "enabled" and "condition" <> 'RAISED' and "threshold" is not null`

const callsText = `
select rollup."connectionId", connection."name", sum(rollup."calls")::int as "calls", sum(rollup."errors")::int as "errors",
  array_agg(rollup."buckets"::text) as "buckets"
from "CallRollup" rollup
join "Connection" connection on connection."id" = rollup."connectionId" and connection."organizationId" = rollup."organizationId"
where rollup."organizationId" = $1::uuid and rollup."grain" = 'MINUTE' and rollup."dimension" = 'CONNECTION'
  and rollup."at" >= $2::timestamptz
group by 1, 2`

interface Calls extends Record<string, unknown> {
  readonly connectionId: string
  readonly name: string
  readonly calls: number
  readonly errors: number
  readonly buckets: readonly string[]
}

interface Open extends Record<string, unknown> {
  readonly organizationId: string
  readonly dedupeKey: string
  readonly lastAt: Date
  readonly windowMinutes: number | null
}

// The index of open alerts by key begins with what is wanted here.
const openText = `
select alert."organizationId", alert."dedupeKey", alert."lastAt", rule."windowMinutes"
from "Alert" alert
left join "AlertRule" rule on rule."id" = alert."subjectId" and rule."enabled"
where alert."state" <> 'RESOLVED' and alert."dedupeKey" <> '' and alert."dedupeKey" >= 'calls.' and alert."dedupeKey" < 'calls/'`

/** Raises what rules on figures find, from the minutes the calls themselves wrote, and settles what has been fine for long enough. */
export async function measure(tools: FigureTools): Promise<void> {
  const { sql } = tools.database.system
  const now = tools.now()
  const rules = await sql.query<Row<AlertRuleModel>>(rulesText)
  const beyond = new Set<string>()
  const spans = Map.groupBy(rules, (rule) => `${rule.organizationId} ${rule.windowMinutes}`)
  for (const group of spans.values()) {
    const [{ organizationId, windowMinutes } = { organizationId: '', windowMinutes: 0 }] = group
    const minute = Math.floor(now.getTime() / minuteMs) * minuteMs
    const since = new Date(minute - windowMinutes * minuteMs)
    const rows = await sql.query<Calls>(callsText, [organizationId, since.toISOString()])
    const found = group.flatMap((rule) => rows.flatMap((row) => finding(rule, row) ?? []))
    for (const { dedupeKey = '' } of found) beyond.add(`${organizationId} ${dedupeKey}`)
    if (found.length > 0) await sql.transaction((tx) => tools.alerts.raise(tx, found))
  }
  await settleCalm(tools, beyond, now)
}

async function settleCalm(tools: FigureTools, beyond: ReadonlySet<string>, now: Date): Promise<void> {
  const { sql } = tools.database.system
  const open = await sql.query<Open>(openText)
  const calm = open.filter(({ organizationId, dedupeKey, lastAt, windowMinutes }) => {
    // A rule that is gone or off no longer says anything.
    const restMs = windowMinutes === null ? 0 : calmWindows * windowMinutes * minuteMs
    return !beyond.has(`${organizationId} ${dedupeKey}`) && now.getTime() - lastAt.getTime() >= restMs
  })
  for (const [organizationId, group] of Map.groupBy(calm, (row) => row.organizationId)) {
    const keys = group.map(({ dedupeKey }) => dedupeKey)
    await sql.transaction((tx) => tools.alerts.settle(tx, organizationId, keys, 'The figures are within bounds again.'))
  }
}

function finding(rule: AlertRuleModel, row: Calls): AlertInput | null {
  if (rule.connectionIds.length > 0 && !rule.connectionIds.includes(row.connectionId)) return null
  if (rule.condition === 'RAISED' || rule.threshold === null) return null
  const { condition, threshold, leastCalls } = rule
  const asked: FigureRule = { condition, threshold, leastCalls }
  const { calls, errors } = row
  const figure = figureOf(asked, { calls, errors, buckets: sumBuckets(row.buckets) })
  if (figure === null || !isBeyond(asked, figure)) return null
  const kind = condition === 'ERROR_RATE' ? 'calls.error_rate' : 'calls.latency'
  return {
    organizationId: rule.organizationId,
    kind,
    severity: rule.leastSeverity,
    subjectType: 'AlertRule',
    subjectId: rule.id,
    connectionId: row.connectionId,
    dedupeKey: `${kind}:${rule.id}:${row.connectionId}`,
    ...inWords(asked, { name: row.name, figure, calls, errors, minutes: rule.windowMinutes }),
  }
}

function inWords(
  { condition, threshold }: FigureRule,
  {
    name,
    figure,
    calls,
    errors,
    minutes,
  }: { name: string; figure: number; calls: number; errors: number; minutes: number },
): Pick<AlertInput, 'title' | 'text'> {
  const span = minutes === 1 ? 'the last minute' : `the last ${minutes} minutes`
  if (condition === 'ERROR_RATE')
    return {
      title: `${figure} % of calls to ${name} fail`,
      text: `${errors} of ${calls} calls in ${span} failed; the rule allows ${threshold} %. Look at the failed calls of the connection: their error class says whether the vendor, the credentials or the requests are at fault.`,
    }
  return {
    title: `Calls to ${name} take ${seconds(figure)}`,
    text: `The slowest twentieth of ${calls} calls in ${span} took ${seconds(figure)} or longer; the rule allows ${seconds(threshold)}. Look at the vendor’s status page and at the operations that take longest.`,
  }
}

const seconds = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`)
