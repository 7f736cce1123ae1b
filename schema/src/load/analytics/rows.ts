import { Buckets } from '../histogram.ts'
import { within, type Reach } from '../reach.ts'
import { piecewise } from './piecewise.ts'
import type { Piece } from './pieces.ts'

// Figures of calls are read from CallRollup alone: as many rows as a span has points and a reader asks for series, however
// many calls they count.

export type Dimension = 'ALL' | 'CONNECTION' | 'PROVIDER' | 'OPERATION' | 'API_KEY'

/** What is counted of calls. */
export interface Sums {
  readonly calls: number
  readonly errors: number
  readonly retries: number
  readonly cached: number
  readonly limited: number
  readonly latencyTotalMs: number
  readonly requestBytes: bigint
  readonly responseBytes: bigint
  readonly costMicros: bigint
}

/** The same with percentiles, in milliseconds; null without calls. */
export interface Figures extends Sums {
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** Which rows: a dimension, and within it some connections or names. */
export interface Scope {
  readonly dimension: Dimension
  /** Null for all. */
  readonly connectionIds: readonly string[] | null
  readonly names?: readonly string[] | null
}

/** One series of a dimension. */
export interface Key {
  readonly connectionId: string
  readonly name: string
}

const counts = ['calls', 'errors', 'retries', 'cached', 'limited'] as const
const added = [...counts, 'latencyTotalMs'] as const
const bytes = ['requestBytes', 'responseBytes', 'costMicros'] as const
const summed = [
  ...counts.map((name) => `sum("${name}")::int as "${name}"`),
  `sum("latencyTotalMs")::float8 as "latencyTotalMs"`,
  ...bytes.map((name) => `sum("${name}")::int8 as "${name}"`),
].join(', ')
/** Rows of a scope, piece by piece. Throws when a narrowed reader asks for what is counted over all connections. */
function fromPieces(reach: Reach, pieces: readonly Piece[], scope: Scope, columns: string): [string, unknown[]] {
  const isWide = scope.dimension !== 'CONNECTION' && scope.dimension !== 'OPERATION'
  if (isWide && reach.connectionIds.length > 0) throw new Error('A narrowed reader asked for figures of everything.')
  return piecewise(pieces, 'CallRollup', columns, (where) => {
    within(where, reach, isWide ? null : '"connectionId"')
    where.and(`"dimension" = '${scope.dimension}'`)
    where.oneOf('"connectionId"', scope.connectionIds, 'uuid').oneOf('"name"', scope.names)
  })
}

/** Sums by connection and name over a span. */
export async function sumsByKey(reach: Reach, pieces: readonly Piece[], scope: Scope): Promise<(Key & Sums)[]> {
  if (pieces.length === 0 || scope.connectionIds?.length === 0) return []
  const columns = ['connectionId', 'name', ...counts, 'latencyTotalMs', ...bytes].map((name) => `"${name}"`).join(', ')
  const [rows, params] = fromPieces(reach, pieces, scope, columns)
  return reach.tenant.sql.query<Key & Sums & Record<string, unknown>>(
    `select "connectionId"::text as "connectionId", "name", ${summed} from (${rows}) as r group by 1, 2`,
    params,
  )
}

/** Sums of one key at one point, with the histograms that were added, as text. */
export interface PointRow extends Key, Sums, Record<string, unknown> {
  /** Place of the point among the points asked for. */
  readonly place: number
  /** Null when they were not asked for. */
  readonly buckets: string | null
}

/**
 * Sums by point, connection and name. Histograms travel as they are stored, one after another; writing them out is most of
 * what such a statement costs, so they are left out where nobody asks for percentiles.
 */
export async function pointRows(
  reach: Reach,
  pieces: readonly Piece[],
  scope: Scope,
  points: readonly Date[],
  histograms = true,
): Promise<PointRow[]> {
  if (pieces.length === 0 || scope.connectionIds?.length === 0) return []
  const columns = ['connectionId', 'name', ...counts, 'latencyTotalMs', ...bytes].map((name) => `"${name}"`)
  if (histograms) columns.push('"buckets"')
  const [rows, params] = fromPieces(reach, pieces, scope, `"middle", ${columns.join(', ')}`)
  params.push(points.map((at) => at.toISOString()))
  return reach.tenant.sql.query<PointRow>(
    `select greatest(0, width_bucket("middle", $${params.length}::timestamptz[]) - 1) as "place",
       "connectionId"::text as "connectionId", "name", ${summed}, ${histograms ? `string_agg("buckets"::text, ';')` : 'null'} as "buckets"
     from (${rows}) as r group by 1, 2, 3`,
    params,
  )
}

/** Adds up rows; percentiles are those of everything added. */
export class Adder {
  #sums = { calls: 0, errors: 0, retries: 0, cached: 0, limited: 0, latencyTotalMs: 0 }
  #bytes = { requestBytes: 0n, responseBytes: 0n, costMicros: 0n }
  #buckets: Buckets | null = null

  add(row: Sums & { readonly buckets?: string | null }): void {
    this.#count(row)
    if (row.buckets == null) return
    this.#buckets ??= new Buckets()
    this.#buckets.add(row.buckets)
  }

  /** Adds what another one added up: histograms are read once. */
  merge(other: Adder): void {
    this.#count({ ...other.#sums, ...other.#bytes })
    if (other.#buckets === null) return
    this.#buckets ??= new Buckets()
    this.#buckets.merge(other.#buckets)
  }

  #count(row: Sums): void {
    for (const name of added) this.#sums[name] += row[name]
    for (const name of bytes) this.#bytes[name] += row[name]
  }

  figures(): Figures {
    const [p50Ms = null, p95Ms = null, p99Ms = null] = this.#buckets?.quantiles([0.5, 0.95, 0.99]) ?? []
    return { ...this.#sums, ...this.#bytes, p50Ms, p95Ms, p99Ms }
  }
}

/** The point a moment belongs to: the last that begins at or before it, and the first for what lies before them all. */
export function placeOf(points: readonly Date[], at: Date): number {
  let [low, high] = [0, points.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((points[middle] as Date) <= at) low = middle
    else high = middle - 1
  }
  return low
}
