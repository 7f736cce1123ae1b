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
  readonly calls: number
  readonly errors: number
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

async function barsRead(reach: Reach, ids: readonly string[], span: KeySpan): Promise<BarRow[]> {
  return reach.tenant.sql.query<BarRow>(
    `${barsOf(keySpans[span])}
     select k.id::text as "id", bar.today, bar."from" as "at", coalesce(h."requests", 0) as "requests",
       coalesce(h."refused", 0) as "refused", coalesce(c."calls", 0) as "calls", coalesce(c."errors", 0) as "errors"
     from unnest($1::uuid[]) as k(id) cross join bar
     cross join lateral (select sum("requests")::int as "requests", sum("refused")::int as "refused" from "ApiKeyHour"
       where "apiKeyId" = k.id and "hour" >= bar."from" and "hour" < bar."to") h
     cross join lateral (select sum("calls")::int as "calls", sum("errors")::int as "errors" from "CallRollup"
       where "organizationId" = $3::uuid and "grain" = 'HOUR' and "dimension" = 'API_KEY' and "at" >= bar."from"
         and "at" < bar."to" and "connectionId" = '00000000-0000-0000-0000-000000000000' and "name" = k.id::text) c
     order by bar."from"`,
    [[...ids], reach.now().toISOString(), reach.tenant.organizationId],
  )
}

/** Use of each key over a span. */
export async function apiKeyFigures(reach: Reach, keys: readonly ApiKeySpanKey[]): Promise<ApiKeyFigures[]> {
  const spans = [...new Set(keys.map((key) => split(key).span))]
  const found = new Map<string, ApiKeyFigures>()
  for (const span of spans) {
    const ids = keys.map(split).flatMap((key) => (key.span === span ? [key.id] : []))
    const rows = Map.groupBy(await barsRead(reach, ids, span), (row) => row.id)
    for (const id of ids) found.set(`${id}:${span}`, figuresOf(span, rows.get(id) ?? []))
  }
  return keys.map((key) => found.get(key) ?? figuresOf(split(key).span, []))
}

function figuresOf(span: KeySpan, rows: readonly BarRow[]): ApiKeyFigures {
  const bars: ApiKeyBar[] = rows
    .filter((row) => !row.today)
    .map(({ at, requests, refused, calls, errors }) => ({ at, requests, refused, calls, errors }))
  const today = rows.find((row) => row.today)
  return {
    requestsToday: today?.requests ?? 0,
    refusedToday: today?.refused ?? 0,
    callsToday: today?.calls ?? 0,
    errorsToday: today?.errors ?? 0,
    barSeconds: keySpans[span].barSeconds,
    bars,
  }
}
