import type { CallModel } from '@patchbay/prisma/generated/models.ts'
import type { LiveCall } from '../events.ts'
import { byPosition, readPage, type Page, type PageArgs, type Slice } from '../page.ts'
import { selectList } from './columns.ts'
import { callConditions, searchOf, type CallFilter } from './call-filter.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { positionKeys, slicing, Where } from './where.ts'

// Without heads and bodies, which only the call page shows.
const table = [
  'seq',
  'id',
  'at',
  'organizationId',
  'connectionId',
  'provider',
  'environment',
  'purpose',
  'operation',
  'method',
  'host',
  'path',
  'status',
  'ok',
  'errorClass',
  'errorMessage',
  'latencyMs',
  'attempts',
  'requestBytes',
  'responseBytes',
  'steps',
  'actorKind',
  'actorId',
  'actorName',
  'ipAddress',
  'correlationId',
  'cache',
  'costMicros',
] as const
const always = ['seq', 'id', 'connectionId'] as const

const order = byPosition<LiveCall>((call) => call.seq)
const keyset = positionKeys('seq', 'int8')

type Row = LiveCall & Record<string, unknown>

/** Calls, latest first; rows hold the columns asked for, all but heads and bodies by default. */
export function callPage(
  reach: Reach,
  args: PageArgs,
  filter: CallFilter,
  search?: string | null,
  asked: ReadonlySet<string> | null = null,
): Promise<Page<LiveCall>> {
  const columns = selectList(table, always, asked)
  const wanted = searchOf(search)
  return readPage(args, order, async (slice) => {
    if (wanted !== null && 'words' in wanted) {
      const found = await searchPage(reach, slice, filter, wanted.words, columns)
      if (found !== null) return found
    }
    const where = callConditions(within(new Where(), reach, '"connectionId"'), filter, search)
    const tail = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<Row>(`select ${columns} from "Call" ${where} ${tail}`, where.params)
  })
}

/** Calls the search index hands over at most: words more common than that are found sooner by reading the log. */
const candidates = 10_000

/** A page by way of the search index, or null when the words are too common for it to be complete. */
async function searchPage(
  reach: Reach,
  slice: Slice<readonly [string]>,
  filter: CallFilter,
  words: string,
  columns: string,
): Promise<Row[] | null> {
  const connections = reach.connectionIds.length > 0 ? reach.connectionIds : (filter.connectionId ?? null)
  const bounds = [words, slice.after?.[0] ?? null, slice.before?.[0] ?? null, connections, candidates]
  const where = new Where()
  const keys = `hub_search_calls(${bounds.map((bound) => where.param(bound)).join(', ')})`
  callConditions(within(where, reach, '"connectionId"'), filter)
  const tail = slicing(where, { ...slice, after: null, before: null }, keyset, 'desc')
  const rows = await reach.tenant.sql.query<Row>(
    `select ${columns} from ${keys} as k(k_at, k_id, k_seq) join "Call" on "at" = k_at and "id" = k_id ${where} ${tail}`,
    where.params,
  )
  if (rows.length === slice.limit && !slice.inverted) return rows
  const [counted] = await reach.tenant.sql.query<{ count: number }>(
    `select count(*)::int as "count" from hub_search_calls($1, $2, $3, $4, $5)`,
    bounds,
  )
  return (counted?.count ?? 0) < candidates ? rows : null
}

export async function callsById(reach: Reach, ids: readonly string[]): Promise<(CallModel | null)[]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<CallModel & Record<string, unknown>>(
    `select * from "Call" ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** Recent calls of one connection that can be asked for. */
export const mostRecent = 50
export const isRecentCount = (count: unknown): count is number =>
  Number.isInteger(count) && Number(count) >= 1 && Number(count) <= mostRecent

/** How many recent calls to read, and which of their columns. */
export interface RecentAsk {
  readonly count: number
  readonly columns: ReadonlySet<string>
}

// The set of columns belongs to a field of a document, which is asked for every row of every page.
const lists = new WeakMap<ReadonlySet<string>, string>()
function recentList(columns: ReadonlySet<string>): string {
  let list = lists.get(columns)
  if (list === undefined) lists.set(columns, (list = selectList(table, always, columns)))
  return list
}

/** Key of a connection's recent calls for the loader. */
export const recentKey = (connectionId: string, { count, columns }: RecentAsk): string =>
  `${connectionId}:${count}:${recentList(columns)}`

/** A call as JSON out of the database: instants and large numbers are still text or plain numbers. */
export type CallJson = Omit<LiveCall, 'seq' | 'at' | 'costMicros'> & {
  readonly seq: number | string
  readonly at?: string
  readonly costMicros?: number | string | null
}

/** An expression for the recent calls of the connection `c` as a JSON array, newest first. */
export const recentCallsJson = ({ count, columns }: RecentAsk, organization: string): string =>
  `(select json_agg(r) from (select ${recentList(columns)} from "Call"
    where "organizationId" = ${organization}::uuid and "connectionId" = c."id" order by "seq" desc limit ${count}) as r)`

/** The row a JSON object stands for. */
export function callOfJson(json: CallJson): LiveCall {
  const { seq, at, costMicros } = json
  const row = json as unknown as { seq: bigint; at?: Date; costMicros?: bigint | null }
  row.seq = BigInt(seq)
  if (at !== undefined) row.at = new Date(at)
  if (costMicros != null) row.costMicros = BigInt(costMicros)
  return row as LiveCall
}

/** Latest calls of each connection. Keys that differ in count or columns are answered by one query for the most. */
export async function recentCalls(reach: Reach, keys: readonly string[]): Promise<LiveCall[][]> {
  const wanted = keys.map((key) => {
    const [id = '', count = '', columns = ''] = key.split(':')
    return { id, count: Number(count), columns }
  })
  const most = Math.max(...wanted.map(({ count }) => count))
  const asked = new Set(wanted.map(({ columns }) => columns))
  const columns =
    asked.size === 1 ? [...asked].join() : [...new Set([...asked].flatMap((list) => list.split(', ')))].join(', ')
  const where = within(new Where(), reach, '"connectionId"').and('"connectionId" = k.id')
  const rows = await reach.tenant.sql.query<Row>(
    `select c.* from unnest(${where.param([...new Set(wanted.map(({ id }) => id))])}::uuid[]) as k(id)
     cross join lateral (select ${columns} from "Call" ${where} order by "seq" desc limit ${most}) as c`,
    where.params,
  )
  const byConnection = new Map<string, LiveCall[]>()
  for (const row of rows) {
    const calls = byConnection.get(row.connectionId)
    if (calls === undefined) byConnection.set(row.connectionId, [row])
    else calls.push(row)
  }
  return wanted.map(({ id, count }) => (byConnection.get(id) ?? []).slice(0, count))
}
