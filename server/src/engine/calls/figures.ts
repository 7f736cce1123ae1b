import { histogramText } from '@patchbay/schema/load/histogram.ts'
import type { CountedCall } from './log-rows.ts'

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
  select s."organizationId", g.grain, s.dimension, hub_begin(g.grain, s.minute, o."timeZone"), s."connectionId", s."name",
    ${quoted.map((name) => `sum(s.${name})`).join(', ')}, hub_sum_buckets(s.buckets::int[])
  from ${unnested(figureTypes, from)} as s("organizationId", dimension, "connectionId", "name", minute, ${quoted.join(', ')}, buckets)
  left join "Organization" o on o."id" = s."organizationId"
  cross join unnest(enum_range(null::"RollupGrain")) as g(grain)
  where exists (select from added) and (g.grain <> 'MINUTE' or s.dimension in ('ALL', 'CONNECTION', 'PROVIDER'))
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

type Dimension = 'ALL' | 'CONNECTION' | 'PROVIDER' | 'OPERATION' | 'API_KEY'
type Place = readonly [dimension: Dimension, connectionId: string, name: string]

/** Everything a call counts towards. */
function placesOf({ connectionId, provider, operation, actorKind, actorId }: CountedCall): Place[] {
  const places: Place[] = [
    ['ALL', noConnection, ''],
    ['CONNECTION', connectionId, ''],
    ['PROVIDER', noConnection, provider],
    ['OPERATION', connectionId, operation],
  ]
  if (actorKind === 'API_KEY' && actorId !== null) places.push(['API_KEY', noConnection, actorId])
  return places
}

const minuteMs = 60_000
const minuteOf = (at: Date): number => Math.floor(at.getTime() / minuteMs)
const isoMinute = (minute: number): string => new Date(minute * minuteMs).toISOString()
const isCached = ({ cache }: CountedCall): boolean => cache === 'HIT' || cache === 'STALE'

/** Sums of calls that count alike. */
class Sums {
  calls = 0
  errors = 0
  retries = 0
  cached = 0
  limited = 0
  latencyTotalMs = 0
  requestBytes = 0
  responseBytes = 0
  costMicros = 0n
  readonly latencies: number[] = []

  count(call: CountedCall): void {
    this.calls++
    if (!call.ok) this.errors++
    if (call.attempts > 1) this.retries += call.attempts - 1
    if (isCached(call)) this.cached++
    if (call.errorClass === 'RATE_LIMITED') this.limited++
    this.latencyTotalMs += call.latencyMs
    this.requestBytes += call.requestBytes
    this.responseBytes += call.responseBytes
    if (call.costMicros !== null) this.costMicros += call.costMicros
    this.latencies.push(call.latencyMs)
  }

  add(other: Sums): void {
    for (const name of counts) this[name] += other[name]
    this.latencyTotalMs += other.latencyTotalMs
    this.requestBytes += other.requestBytes
    this.responseBytes += other.responseBytes
    this.costMicros += other.costMicros
    for (const latency of other.latencies) this.latencies.push(latency)
  }
}

/** Calls that count towards the same places. */
interface Kind {
  readonly call: CountedCall
  readonly minute: number
  readonly sums: Sums
}

/** Calls of a batch by what they count towards. Most calls are of the kind of the one before. */
function kindsOf(calls: readonly CountedCall[]): Iterable<Kind> {
  const kinds = new Map<string, Kind>()
  let last: Kind | null = null
  for (const call of calls) {
    const minute = minuteOf(call.at)
    if (last === null || last.minute !== minute || !isAlike(last.call, call)) {
      const { organizationId, connectionId, operation, actorKind, actorId } = call
      const key: string = `${organizationId}${connectionId}${minute}\u0000${operation}\u0000${actorKind}\u0000${actorId ?? ''}`
      last = kinds.get(key) ?? { call, minute, sums: new Sums() }
      kinds.set(key, last)
    }
    last.sums.count(call)
  }
  return kinds.values()
}

const isAlike = (a: CountedCall, b: CountedCall): boolean =>
  a.organizationId === b.organizationId &&
  a.connectionId === b.connectionId &&
  a.operation === b.operation &&
  a.actorKind === b.actorKind &&
  a.actorId === b.actorId

interface Group {
  /** Values of the first five columns. */
  readonly key: readonly string[]
  readonly sums: Sums
}

type Column = (string | number)[]

/** Columns of the figures' rows, one array each. */
export function figureColumns(calls: readonly CountedCall[]): Column[] {
  const groups = new Map<string, Group>()
  for (const { call, minute, sums } of kindsOf(calls))
    for (const place of placesOf(call)) {
      const key = [call.organizationId, ...place, isoMinute(minute)]
      const name = key.join('\u0000')
      const group: Group = groups.get(name) ?? { key, sums: new Sums() }
      group.sums.add(sums)
      groups.set(name, group)
    }
  const rows = [...groups.values()]
  const keys = Array.from({ length: 5 }, (_, n) => rows.map(({ key }) => key[n] ?? ''))
  const summed = [...counts, ...totals].map((name) =>
    rows.map(({ sums }) => (name === 'costMicros' ? String(sums.costMicros) : sums[name])),
  )
  return [...keys, ...summed, rows.map(({ sums }) => histogramText(sums.latencies))]
}

/** Columns of the failures' rows, one array each. The latest failure of a kind is its sample. */
export function errorColumns(calls: readonly CountedCall[]): (string | number | null)[][] {
  const failed = calls.filter(({ ok }) => !ok)
  const keyOf = (call: CountedCall) =>
    [call.organizationId, call.connectionId, call.errorClass, call.operation, call.status, minuteOf(call.at)].join(
      '\u0000',
    )
  const groups = [...Map.groupBy(failed, keyOf).values()].map((group) => {
    const sorted = group.toSorted((a, b) => a.at.getTime() - b.at.getTime())
    return { first: sorted[0] as CountedCall, last: sorted.at(-1) as CountedCall, errors: group.length }
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
