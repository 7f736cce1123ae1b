import type { HealthTransitionModel } from '@patchbay/prisma/generated/models.ts'
import type { HealthCell, HealthSpan, LatencyPoint, Uptime } from '../loaders.ts'
import { byPosition, readPage, type Page, type PageArgs } from '../page.ts'
import { grouped, within, type Reach } from './reach.ts'
import { positionKeys, slicing, Where } from './where.ts'

const day = 86_400_000
/** How far back health is told. */
export const historyDays = 90

/** Health states of the last 90 days, each with its span; begins with the state in force 90 days ago, if known. */
export async function healthSpans(reach: Reach, ids: readonly string[]): Promise<HealthSpan[][]> {
  const now = reach.now()
  const since = new Date(now.getTime() - historyDays * day)
  const where = within(new Where(), reach, '"connectionId"').and('"connectionId" = k.id')
  const from = `${where.param(since)}::timestamptz`
  const rows = await reach.tenant.sql.query<{ connectionId: string; to: HealthSpan['state']; at: Date }>(
    `select t."connectionId", t."to"::text as "to", t."at" from unnest(${where.param([...ids])}::uuid[]) as k(id)
     cross join lateral (
       (select "connectionId", "to", "at", "seq" from "HealthTransition" ${where} and "at" < ${from} order by "at" desc, "seq" desc limit 1)
       union all
       (select "connectionId", "to", "at", "seq" from "HealthTransition" ${where} and "at" >= ${from})
     ) as t order by t."at", t."seq"`,
    where.params,
  )
  return grouped(
    ids,
    rows,
    (row) => row.connectionId,
    (row) => row,
  ).map((transitions) =>
    transitions.map(({ to, at }, n) => ({
      state: to,
      from: at < since ? since : at,
      to: transitions[n + 1]?.at ?? (now > at ? now : at),
    })),
  )
}

const known = new Set<HealthSpan['state']>(['HEALTHY', 'DEGRADED', 'DOWN'])

/** Share of known time not DOWN within the last day, week, month (30 days) and quarter (90 days). */
export function uptime(spans: readonly HealthSpan[], now: Date): Uptime {
  const share = (days: number): number | null => {
    const since = now.getTime() - days * day
    let up = 0
    let all = 0
    for (const span of spans) {
      const length = Math.max(0, span.to.getTime() - Math.max(span.from.getTime(), since))
      if (!known.has(span.state)) continue
      all += length
      if (span.state !== 'DOWN') up += length
    }
    return all === 0 ? null : up / all
  }
  return { day: share(1), week: share(7), month: share(30), quarter: share(90) }
}

const badness: readonly HealthSpan['state'][] = ['NOT_CONFIGURED', 'UNKNOWN', 'HEALTHY', 'DEGRADED', 'DOWN']

/** One cell per UTC day, oldest first, ending with today: the worst state of the day, UNKNOWN where nothing is known. */
export function healthStrip(spans: readonly HealthSpan[], cells: number, now: Date): HealthCell[] {
  const today = Math.floor(now.getTime() / day) * day
  return Array.from({ length: cells }, (_, n) => {
    const from = today - (cells - 1 - n) * day
    const states = spans
      .filter((span) => span.from.getTime() < from + day && span.to.getTime() > from)
      .map((span) => span.state)
    const worst = Math.max(...states.map((state) => badness.indexOf(state)))
    return { from: new Date(from), to: new Date(from + day), state: badness[worst] ?? 'UNKNOWN' }
  })
}

/** Latest probes of each connection, oldest first. */
export async function latencies(reach: Reach, keys: readonly `${string}:${number}`[]): Promise<LatencyPoint[][]> {
  const wanted = keys.map((key) => ({ id: key.slice(0, 36), count: Number(key.slice(37)) }))
  const most = Math.max(...wanted.map(({ count }) => count))
  const where = within(new Where(), reach, '"connectionId"').and('"connectionId" = k.id')
  const rows = await reach.tenant.sql.query<LatencyPoint & { connectionId: string } & Record<string, unknown>>(
    `select p.* from unnest(${where.param([...new Set(wanted.map(({ id }) => id))])}::uuid[]) as k(id)
     cross join lateral (select "connectionId", "at", "latencyMs", "ok" from "Probe" ${where} order by "at" desc limit ${most}) as p`,
    where.params,
  )
  const latest = grouped(
    [...new Set(wanted.map(({ id }) => id))],
    rows,
    (row) => row.connectionId,
    (row) => row,
  )
  const byConnection = new Map(latest.map((points) => [points[0]?.connectionId, points]))
  return wanted.map(({ id, count }) => (byConnection.get(id) ?? []).slice(0, count).reverse())
}

const transitionOrder = byPosition<HealthTransitionModel>((row) => row.seq)

/** Changes of health, latest first. */
export function transitionPage(
  reach: Reach,
  args: PageArgs,
  connectionId: string,
): Promise<Page<HealthTransitionModel>> {
  return readPage(args, transitionOrder, (slice) => {
    const where = within(new Where(), reach, '"connectionId"').oneOf('"connectionId"', [connectionId], 'uuid')
    const tail = slicing(where, slice, positionKeys('seq', 'int8'), 'desc')
    return reach.tenant.sql.query<HealthTransitionModel & Record<string, unknown>>(
      `select * from "HealthTransition" ${where} ${tail}`,
      where.params,
    )
  })
}
