import type { SystemEventModel } from '@patchbay/prisma/generated/models.ts'
import { byPosition, readPage, type Page, type PageArgs } from '../page.ts'
import { idOf } from './partitioned.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { positionKeys, slicing, Where } from './where.ts'

/** Which system events to show. Says the same in SQL for pages and in JavaScript for live streams. */
export interface SystemEventFilter {
  /** Kinds, or `noun.*`. */
  readonly kind?: readonly string[] | null | undefined
  readonly severity?: readonly string[] | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

type Row = SystemEventModel & Record<string, unknown>

const order = byPosition<SystemEventModel>((row) => row.seq)
const keyset = positionKeys('seq', 'int8')
const wordsOf = (search: string | null | undefined): string[] =>
  (search ?? '').toLowerCase().split(/\s+/).filter(Boolean)
const isPattern = (kind: string): boolean => kind.endsWith('.*')
/** `hub.*` as what a kind of it begins with. */
const beginningOf = (pattern: string): string => pattern.slice(0, -1)

export function systemEventConditions(where: Where, filter: SystemEventFilter, search?: string | null): Where {
  const { kind, since, until } = filter
  where.oneOf('"severity"', filter.severity)
  if (kind != null) {
    const whole = where.param(kind.filter((one) => !isPattern(one)))
    const beginnings = where.param(kind.filter(isPattern).map(beginningOf))
    where.and(
      `("kind" = any(${whole}::text[]) or exists (select from unnest(${beginnings}::text[]) as b(b) where starts_with("kind", b)))`,
    )
  }
  if (since != null) where.and(`"at" >= ${where.param(since)}::timestamptz`)
  if (until != null) where.and(`"at" < ${where.param(until)}::timestamptz`)
  const id = idOf(search)
  if (id !== null) return where.and(`"id" = ${where.param(id)}::uuid`)
  // A hub writes a few thousand of these in a term: no index is kept for their words.
  for (const word of wordsOf(search)) where.contains(['"kind"', '"text"', '"facts"::text'], word)
  return where
}

/** The same as a test of one row. */
export function systemEventMatcher(
  { kind, severity, since, until }: SystemEventFilter,
  search?: string | null,
): (row: SystemEventModel) => boolean {
  const id = idOf(search)
  const words = id === null ? wordsOf(search) : []
  return (row) => {
    if (severity != null && !severity.includes(row.severity)) return false
    if (
      kind != null &&
      !kind.some((one) => (isPattern(one) ? row.kind.startsWith(beginningOf(one)) : one === row.kind))
    )
      return false
    if ((since != null && row.at < since) || (until != null && row.at >= until)) return false
    if (id !== null) return row.id === id
    if (words.length === 0) return true
    const texts = [row.kind, row.text, JSON.stringify(row.facts)].map((text) => text.toLowerCase())
    return words.every((word) => texts.some((text) => text.includes(word)))
  }
}

/** System events, latest first. */
export const systemEventPage = (
  reach: Reach,
  args: PageArgs,
  filter: SystemEventFilter,
  search?: string | null,
): Promise<Page<SystemEventModel>> =>
  readPage(args, order, (slice) => {
    const where = systemEventConditions(within(new Where(), reach, null), filter, search)
    const tail = slicing(where, slice, keyset, 'desc')
    return reach.tenant.sql.query<Row>(`select * from "SystemEvent" ${where} ${tail}`, where.params)
  })

export async function systemEventsById(reach: Reach, ids: readonly string[]): Promise<(SystemEventModel | null)[]> {
  const where = within(new Where(), reach, null).oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Row>(`select * from "SystemEvent" ${where}`, where.params)
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}
