import type { ApiKeyBar, ApiKeyFigures, ApiKeySpanKey } from '../loaders.ts'
import type { Reach } from './reach.ts'

/** Spans a key's use is shown over: hours of a day, or days of a month. */
export const keySpans = {
  DAY: { unit: 'hour', bars: 24, barSeconds: 3_600 },
  MONTH: { unit: 'day', bars: 30, barSeconds: 86_400 },
} as const
export type KeySpan = keyof typeof keySpans

interface BarRow extends Record<string, unknown> {
  readonly id: string
  readonly at: Date
  readonly today: boolean
  readonly requests: number
  readonly refused: number
}

const split = (key: ApiKeySpanKey): { id: string; span: KeySpan } => ({
  id: key.slice(0, 36),
  span: key.slice(37) as KeySpan,
})

/** Bars of a span, and as a last one the organization's day so far. Days begin at its midnight. */
const barsOf = ({ unit, bars }: (typeof keySpans)[KeySpan]): string => `
with zone as (select $2::timestamptz at time zone "timeZone" as clock, "timeZone" as tz from "Organization" where "id" = $3::uuid),
bar as (
  select false as today, local at time zone tz as "from", (local + interval '1 ${unit}') at time zone tz as "to"
  from zone, generate_series(date_trunc('${unit}', clock) - interval '${bars - 1} ${unit}s', date_trunc('${unit}', clock), interval '1 ${unit}') as local
  union all
  select true, date_trunc('day', clock) at time zone tz, (date_trunc('day', clock) + interval '1 day') at time zone tz from zone
)`

async function requestsOf(reach: Reach, ids: readonly string[], span: KeySpan): Promise<BarRow[]> {
  return reach.tenant.sql.query<BarRow>(
    `${barsOf(keySpans[span])}
     select k.id::text as "id", bar.today, bar."from" as "at",
       coalesce(sum(h."requests"), 0)::int as "requests", coalesce(sum(h."refused"), 0)::int as "refused"
     from unnest($1::uuid[]) as k(id) cross join bar
     left join "ApiKeyHour" h on h."apiKeyId" = k.id and h."hour" >= bar."from" and h."hour" < bar."to"
     group by k.id, bar.today, bar."from" order by bar."from"`,
    [[...ids], reach.now().toISOString(), reach.tenant.organizationId],
  )
}

/** Use of each key over a span. */
export async function apiKeyFigures(reach: Reach, keys: readonly ApiKeySpanKey[]): Promise<ApiKeyFigures[]> {
  const spans = [...new Set(keys.map((key) => split(key).span))]
  const found = new Map<string, ApiKeyFigures>()
  for (const span of spans) {
    const ids = keys.map(split).flatMap((key) => (key.span === span ? [key.id] : []))
    const rows = Map.groupBy(await requestsOf(reach, ids, span), (row) => row.id)
    for (const id of ids) found.set(`${id}:${span}`, figuresOf(span, rows.get(id) ?? []))
  }
  return keys.map((key) => found.get(key) ?? figuresOf(split(key).span, []))
}

function figuresOf(span: KeySpan, rows: readonly BarRow[]): ApiKeyFigures {
  const bars: ApiKeyBar[] = rows
    .filter((row) => !row.today)
    .map(({ at, requests, refused }) => ({ at, requests, refused, calls: 0, errors: 0 }))
  const today = rows.find((row) => row.today)
  return {
    requestsToday: today?.requests ?? 0,
    refusedToday: today?.refused ?? 0,
    callsToday: 0,
    errorsToday: 0,
    barSeconds: keySpans[span].barSeconds,
    bars,
  }
}
