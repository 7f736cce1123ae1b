import { figureOf, isBeyond, type FigureRule } from '../alert-figures.ts'
import type { AlertConditionName, SeverityName } from '../commands/alert-rule.ts'
import { InvalidInputError } from '../errors.ts'
import { sumBuckets } from './histogram.ts'
import { within, type Reach } from './reach.ts'
import { Where } from './where.ts'

export interface PreviewInput {
  readonly condition?: AlertConditionName
  readonly kinds?: readonly string[]
  readonly leastSeverity?: SeverityName
  readonly connectionIds: readonly string[]
  readonly threshold?: number
  readonly windowMinutes?: number
  readonly leastCalls?: number
}

/** Windows in a row in which a connection's figure was beyond the threshold. */
export interface RuleBreach {
  readonly connectionId: string
  readonly from: Date
  readonly until: Date
  readonly worst: number
}

export interface RulePreview {
  readonly since: Date
  readonly count: number
  /** The latest. */
  readonly alertIds: readonly string[]
  readonly breaches: readonly RuleBreach[]
}

const weekMs = 7 * 86_400_000
const mostShown = 50
/** Minutes of connections read for a preview of figures; a busy organization's preview covers less than a week. */
const mostMinutes = 50_000

/** What a rule would have told of in the last seven days. */
export async function previewRule(reach: Reach, input: PreviewInput): Promise<RulePreview> {
  const since = new Date(reach.now().getTime() - weekMs)
  return input.condition === undefined || input.condition === 'RAISED'
    ? previewRaised(reach, input, since)
    : previewFigures(reach, { ...input, condition: input.condition }, since)
}

async function previewRaised(reach: Reach, input: PreviewInput, since: Date): Promise<RulePreview> {
  const { kinds = ['*'], leastSeverity = 'WARNING', connectionIds } = input
  const where = within(new Where(), reach, '"connectionId"')
  where.and(`"at" >= ${where.param(since)}::timestamptz`)
  where.and(`"severity" >= ${where.param(leastSeverity)}::text::"AlertSeverity"`)
  if (connectionIds.length > 0) where.oneOf('"connectionId"', connectionIds, 'uuid')
  if (!kinds.includes('*')) {
    const exact = where.param(kinds.filter((kind) => !kind.endsWith('.*')))
    const starts = where.param(kinds.filter((kind) => kind.endsWith('.*')).map((kind) => kind.slice(0, -1)))
    where.and(
      `("kind" = any(${exact}::text[]) or exists (select 1 from unnest(${starts}::text[]) as noun where starts_with("kind", noun)))`,
    )
  }
  const rows = await reach.tenant.sql.query<{ id: string; total: number }>(
    `select "id", (count(*) over ())::int as "total" from "Alert" ${where} order by "at" desc, "id" desc limit ${mostShown}`,
    where.params,
  )
  return { since, count: rows[0]?.total ?? 0, alertIds: rows.map(({ id }) => id), breaches: [] }
}

interface Minutes extends Record<string, unknown> {
  readonly connectionId: string
  readonly at: Date
  readonly calls: number
  readonly errors: number
  readonly buckets: string[]
}

async function previewFigures(
  reach: Reach,
  input: PreviewInput & { readonly condition: 'ERROR_RATE' | 'LATENCY' },
  since: Date,
): Promise<RulePreview> {
  const { threshold, windowMinutes = 5, leastCalls = 20, condition } = input
  if (threshold === undefined) throw new InvalidInputError([{ path: 'input.threshold', message: 'Name a threshold.' }])
  if (!(windowMinutes >= 1 && windowMinutes <= 60))
    throw new InvalidInputError([{ path: 'input.windowMinutes', message: 'Use 1 to 60 minutes.' }])
  const rule: FigureRule = { condition, threshold, leastCalls }
  const where = within(new Where(), reach, '"connectionId"').and(`"grain" = 'MINUTE'`).and(`"dimension" = 'CONNECTION'`)
  where.and(`"at" >= ${where.param(since)}::timestamptz`)
  if (input.connectionIds.length > 0) where.oneOf('"connectionId"', input.connectionIds, 'uuid')
  const minutes = where.param(windowMinutes)
  const buckets = condition === 'LATENCY' ? `array_agg("buckets"::text)` : `'{}'::text[]`
  const rows = await reach.tenant.sql.query<Minutes>(
    `select "connectionId", date_bin(make_interval(mins => ${minutes}::int), "at", timestamptz '2000-01-01T00:00:00Z') as "at",
       sum("calls")::int as "calls", sum("errors")::int as "errors", ${buckets} as "buckets"
     from (select * from "CallRollup" ${where} order by "at" desc limit ${mostMinutes}) as latest
     group by 1, 2 order by 1, 2`,
    where.params,
  )
  const breaches: RuleBreach[] = []
  for (const row of rows) {
    const figure = figureOf(rule, { calls: row.calls, errors: row.errors, buckets: sumBuckets(row.buckets) })
    if (figure === null || !isBeyond(rule, figure)) continue
    const until = new Date(row.at.getTime() + windowMinutes * 60_000)
    const before = breaches.at(-1)
    const goesOn = before?.connectionId === row.connectionId && before.until.getTime() === row.at.getTime()
    if (goesOn) breaches.splice(-1, 1, { ...before, until, worst: Math.max(before.worst, figure) })
    else breaches.push({ connectionId: row.connectionId, from: row.at, until, worst: figure })
  }
  const latest = breaches.toSorted((a, b) => b.from.getTime() - a.from.getTime()).slice(0, mostShown)
  return { since, count: breaches.length, alertIds: [], breaches: latest }
}
