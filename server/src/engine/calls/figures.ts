import { histogramText } from '@patchbay/schema/load/histogram.ts'
import type { CallRow } from './log-rows.ts'

// Figures of calls, written in the statement that writes the calls. Everything is summed up here by the minute; the database
// knows the calendars of organizations and makes hours, days and months of it.

/** Stands for the connection where figures are of none. */
export const noConnection = '00000000-0000-0000-0000-000000000000'

const counts = ['calls', 'errors', 'retries', 'cached', 'limited'] as const
const totals = ['latencyTotalMs', 'requestBytes', 'responseBytes', 'costMicros'] as const
const quoted = [...counts, ...totals].map((name) => `"${name}"`)

const figureTypes = [
  ...['uuid', 'text', 'uuid', 'text', 'timestamptz'],
  ...counts.map(() => 'int'),
  ...totals.map(() => 'bigint'),
  'text',
]
const unnested = (types: readonly string[], from: number) =>
  `unnest(${types.map((type, n) => `$${from + n}::${type}[]`).join(', ')})`

/** Adds to CallRollup when `added` holds a row, in a fixed order of rows. Parameters are figureColumns(), from `from` on. */
export const figuresText = (from: number): string => `
  insert into "CallRollup" as kept
    ("organizationId", "grain", "dimension", "at", "connectionId", "name", ${quoted.join(', ')}, "buckets")
  select s."organizationId", g.grain, s.dimension::"CallDimension", hub_begin(g.grain, s.minute, o."timeZone"), s."connectionId", s."name",
    ${quoted.map((name) => `sum(s.${name})`).join(', ')}, hub_sum_buckets(s.buckets::int[])
  from ${unnested(figureTypes, from)} as s("organizationId", dimension, "connectionId", "name", minute, ${quoted.join(', ')}, buckets)
  left join "Organization" o on o."id" = s."organizationId"
  cross join unnest(enum_range(null::"RollupGrain")) as g(grain)
  where exists (select from added) and (g.grain <> 'MINUTE' or s.dimension in ('ALL', 'CONNECTION'))
  group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
  on conflict ("organizationId", "grain", "dimension", "at", "connectionId", "name") do update set
    ${quoted.map((name) => `${name} = kept.${name} + excluded.${name}`).join(', ')},
    "buckets" = hub_add_buckets(kept."buckets", excluded."buckets")`

const errorTypes = ['uuid', 'uuid', 'text', 'text', 'int', 'timestamptz', 'int', 'timestamptz', 'uuid', 'text']

/** Adds to ErrorRollup when `added` holds a row. Parameters are errorColumns(), from `from` on. */
export const errorsText = (from: number): string => `
  insert into "ErrorRollup" as kept
    ("organizationId", "day", "connectionId", "errorClass", "operation", "status", "errors", "firstAt", "lastAt", "sampleId", "sampleMessage")
  select s.organization, hub_begin('DAY', s.first, o."timeZone"), s.connection, s.class, s.operation, s.status,
    sum(s.errors), min(s.first), max(s.last),
    (array_agg(s.sample order by s.last desc))[1], (array_agg(s.message order by s.last desc))[1]
  from ${unnested(errorTypes, from)} as s(organization, connection, class, operation, status, first, errors, last, sample, message)
  left join "Organization" o on o."id" = s.organization
  where exists (select from added)
  group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
  on conflict ("organizationId", "day", "connectionId", "errorClass", "operation", "status") do update set
    "errors" = kept."errors" + excluded."errors",
    "firstAt" = least(kept."firstAt", excluded."firstAt"),
    "lastAt" = greatest(kept."lastAt", excluded."lastAt"),
    "sampleId" = case when excluded."lastAt" >= kept."lastAt" then excluded."sampleId" else kept."sampleId" end,
    "sampleMessage" = case when excluded."lastAt" >= kept."lastAt" then excluded."sampleMessage" else kept."sampleMessage" end`

type Dimension = 'ALL' | 'CONNECTION' | 'OPERATION' | 'API_KEY'
type Place = readonly [dimension: Dimension, connectionId: string, name: string]

/** Everything a call counts towards. */
function placesOf({ connectionId, operation, actorKind, actorId }: CallRow): Place[] {
  const places: Place[] = [
    ['ALL', noConnection, ''],
    ['CONNECTION', connectionId, ''],
    ['OPERATION', connectionId, operation],
  ]
  if (actorKind === 'API_KEY' && actorId !== null) places.push(['API_KEY', noConnection, actorId])
  return places
}

const minuteOf = (at: Date): string => new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString()
const isCached = ({ cache }: CallRow): boolean => cache === 'HIT' || cache === 'STALE'
const isLimited = ({ errorClass }: CallRow): boolean => errorClass === 'RATE_LIMITED'

type Column = (string | number)[]

/** Columns of the figures' rows, one array each. */
export function figureColumns(rows: readonly CallRow[]): Column[] {
  const placed = rows.flatMap((row) =>
    placesOf(row).map((place) => ({ row, key: [row.organizationId, ...place, minuteOf(row.at)] as const })),
  )
  const groups = [...Map.groupBy(placed, ({ key }) => key.join('\u0000')).values()].map((group) => ({
    key: group[0]?.key ?? [],
    calls: group.map(({ row }) => row),
  }))
  const sum = (of: (row: CallRow) => number): Column =>
    groups.map(({ calls }) => calls.reduce((total, row) => total + of(row), 0))
  const columns = {
    calls: sum(() => 1),
    errors: sum((row) => (row.ok ? 0 : 1)),
    retries: sum((row) => Math.max(0, row.attempts - 1)),
    cached: sum((row) => (isCached(row) ? 1 : 0)),
    limited: sum((row) => (isLimited(row) ? 1 : 0)),
    latencyTotalMs: sum((row) => row.latencyMs),
    requestBytes: sum((row) => row.requestBytes),
    responseBytes: sum((row) => row.responseBytes),
    costMicros: groups.map(({ calls }) => String(calls.reduce((total, row) => total + (row.costMicros ?? 0n), 0n))),
  }
  const keys = Array.from({ length: 5 }, (_, n) => groups.map(({ key }) => key[n] ?? ''))
  const histograms = groups.map(({ calls }) => histogramText(calls.map(({ latencyMs }) => latencyMs)))
  return [...keys, ...[...counts, ...totals].map((name) => columns[name]), histograms]
}

/** Columns of the failures' rows, one array each. The latest failure of a kind is its sample. */
export function errorColumns(rows: readonly CallRow[]): (string | number | null)[][] {
  const failed = rows.filter(({ ok }) => !ok)
  const keyOf = (row: CallRow) =>
    [row.organizationId, row.connectionId, row.errorClass, row.operation, row.status, minuteOf(row.at)].join('\u0000')
  const groups = [...Map.groupBy(failed, keyOf).values()].map((group) => {
    const sorted = group.toSorted((a, b) => a.at.getTime() - b.at.getTime())
    return { first: sorted[0] as CallRow, last: sorted.at(-1) as CallRow, errors: group.length }
  })
  return [
    groups.map(({ first }) => first.organizationId),
    groups.map(({ first }) => first.connectionId),
    groups.map(({ first }) => first.errorClass ?? 'INTERNAL'),
    groups.map(({ first }) => first.operation),
    groups.map(({ first }) => first.status ?? 0),
    groups.map(({ first }) => first.at.toISOString()),
    groups.map(({ errors }) => errors),
    groups.map(({ last }) => last.at.toISOString()),
    groups.map(({ last }) => last.id),
    groups.map(({ last }) => last.errorMessage),
  ]
}
