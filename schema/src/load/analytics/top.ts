import type { Reach } from '../reach.ts'
import { groupingOf, type AnalyticsFilter } from './groups.ts'
import { piecesOf } from './pieces.ts'
import { rangeOf, type RangeInput } from './range.ts'
import { Adder, pointRows, sumsByKey, type Figures, type Sums } from './rows.ts'

export interface TopConnection {
  readonly connectionId: string
  readonly share: number
  readonly figures: Figures
}

export interface TopInput {
  readonly range: RangeInput
  readonly by: 'CALLS' | 'ERRORS' | 'LATENCY' | 'COST'
  readonly filter: AnalyticsFilter
  readonly first: number
  readonly timeZone: string
}

/** Fewer calls than this say nothing of how slow a connection is. */
const tellingCalls = 20

const counted: Readonly<Record<'CALLS' | 'ERRORS' | 'COST', (sums: Sums) => number>> = {
  CALLS: ({ calls }) => calls,
  ERRORS: ({ errors }) => errors,
  COST: ({ costMicros }) => Number(costMicros),
}

/** Connections that stand out, the first the most. */
export async function topConnections(reach: Reach, input: TopInput): Promise<readonly TopConnection[]> {
  const { since, until, timeZone } = rangeOf(input.range, 'AUTO', { now: reach.now(), timeZone: input.timeZone })
  const { scope } = await groupingOf(reach, 'CONNECTION', input.filter)
  const pieces = piecesOf(since, until, { timeZone, now: reach.now() })
  const sums = await sumsByKey(reach, pieces, scope)
  const weigh = input.by === 'LATENCY' ? null : counted[input.by]
  const candidates = weigh
    ? sums
        .filter((row) => weigh(row) > 0)
        .sort((a, b) => weigh(b) - weigh(a))
        .slice(0, input.first)
    : sums.filter(({ calls }) => calls >= tellingCalls)
  const adders = new Map(candidates.map(({ connectionId }) => [connectionId, new Adder()]))
  const connectionIds = [...adders.keys()]
  for (const row of await pointRows(reach, pieces, { dimension: 'CONNECTION', connectionIds }, [since]))
    adders.get(row.connectionId)?.add(row)
  const found = [...adders].map(([connectionId, adder]) => ({ connectionId, figures: adder.figures() }))
  const value = weigh ?? (({ p95Ms }: Figures) => p95Ms ?? 0)
  found.sort((a, b) => value(b.figures) - value(a.figures) || (a.connectionId < b.connectionId ? -1 : 1))
  const top = found.slice(0, input.first)
  const whole = weigh ? sums.reduce((total, row) => total + weigh(row), 0) : (top[0]?.figures.p95Ms ?? 0)
  return top.map((each) => ({ ...each, share: whole === 0 ? 0 : value(each.figures) / whole }))
}
