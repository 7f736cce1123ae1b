import type { ReplayModel } from '@patchbay/prisma/generated/models.ts'
import type { Context } from '../context.ts'
import type { ReplayCounts } from '../loaders.ts'
import { byInstant, readPage, type Page, type PageArgs } from '../page.ts'
import { latestKeys } from './partitioned.ts'
import { inOrder, reachOf, within, type Reach } from './reach.ts'
import { slicing, Where } from './where.ts'

type Row = ReplayModel & Record<string, unknown>

const order = byInstant<ReplayModel>((row) => row.createdAt)
const keyset = { ...latestKeys, columns: ['"createdAt"', '"id"'] }

/** A replay may touch every connection, so a key narrowed to some sees what it ordered itself. `viewerId` is that key. */
export interface ReplayReach extends Reach {
  readonly viewerId: string | null
}

/** Whether a replay is within reach; the same for pages and streams. */
export const reachesReplay = (reach: ReplayReach, row: Pick<ReplayModel, 'createdById'>): boolean =>
  reach.connectionIds.length === 0 || row.createdById === reach.viewerId

/** How far the viewer may look among replays. */
export const replayReach = (ctx: Context): ReplayReach => ({ ...reachOf(ctx), viewerId: ctx.viewer?.id ?? null })

/** One replay, when it is within reach. */
export async function replayOf(ctx: Context, id: string): Promise<ReplayModel | null> {
  const row = await ctx.loaders.replay.load(id)
  return row !== null && reachesReplay(replayReach(ctx), row) ? row : null
}

export interface ReplayFilter {
  readonly state?: readonly string[] | null | undefined
}

/** Replays, latest first. */
export const replayPage = (reach: ReplayReach, args: PageArgs, filter: ReplayFilter): Promise<Page<ReplayModel>> =>
  readPage(args, order, (slice) => {
    const where = within(new Where(), reach, null).oneOf('"state"', filter.state)
    if (reach.connectionIds.length > 0) where.and(`"createdById" = ${where.param(reach.viewerId)}`)
    const tail = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<Row>(`select * from "Replay" ${where} ${tail}`, where.params)
  })

export async function replaysById(reach: Reach, ids: readonly string[]): Promise<(ReplayModel | null)[]> {
  const where = within(new Where(), reach, null).oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Row>(`select * from "Replay" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

const none: ReplayCounts = { delivered: 0, failed: 0, waiting: 0 }

/** How the deliveries of replays came out so far, from the index of replayed deliveries. */
export async function replayCounts(reach: Reach, ids: readonly string[]): Promise<ReplayCounts[]> {
  const where = within(new Where(), reach, null).and('"replayId" is not null').oneOf('"replayId"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<ReplayCounts & { id: string } & Record<string, unknown>>(
    `select "replayId" as "id", (count(*) filter (where "state" = 'DELIVERED'))::int as "delivered",
       (count(*) filter (where "state" in ('DEAD', 'SKIPPED')))::int as "failed",
       (count(*) filter (where "state" in ('QUEUED', 'SENDING', 'WAITING')))::int as "waiting"
     from "Delivery" ${where} group by "replayId"`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  ).map((counts) => counts ?? none)
}
