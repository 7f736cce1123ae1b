import type { LiveInboundEvent } from '../events.ts'
import type { InboundState } from '../webhook-states.ts'
import { byIds, idOf } from './partitioned.ts'
import { Where } from './where.ts'

/** Which inbound events to show. Says the same in SQL for pages and in JavaScript for live streams. */
export interface InboundFilter {
  /** Row ids. */
  readonly sourceId?: readonly string[] | null | undefined
  readonly connectionId?: readonly string[] | null | undefined
  readonly provider?: readonly string[] | null | undefined
  readonly state?: readonly InboundState[] | null | undefined
  /** Verified ones that need a person. */
  readonly inbox?: boolean | null | undefined
  readonly vendorType?: readonly string[] | null | undefined
  readonly verdict?: readonly string[] | null | undefined
  readonly method?: readonly string[] | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

/** States of the inbox: verified, and a person has to look. */
export const inboxStates: readonly InboundState[] = ['UNMATCHED', 'FAILED']
/** What the partial index of the short lists holds, spelled as the index spells it. */
const shortList: readonly InboundState[] = [...inboxStates, 'QUARANTINED']
const inShortList = `"state" in ('UNMATCHED', 'FAILED', 'QUARANTINED')`

/** The states wanted, of `state` and `inbox` together; null for all. */
function statesOf({ state, inbox }: InboundFilter): readonly InboundState[] | null {
  if (inbox == null) return state ?? null
  const all = state ?? null
  if (inbox) return all === null ? inboxStates : all.filter((one) => inboxStates.includes(one))
  return all === null ? null : all.filter((one) => !inboxStates.includes(one))
}

/** Where the words of a search may stand. */
const searched = ['vendorType', 'vendorEventId', 'verdictText', 'error', 'correlationId', 'ipAddress'] as const
/**
 * Nothing on the way in keeps an index of words: they are looked for in the latest days, unless the filter says from
 * when, and at most this many of the rows that hold them are shown.
 */
const wordsDays = 7
const mostWithWords = 10_000

/** Rows that hold the words, and the one a vendor's id names however old it is. */
function searchCondition(where: Where, text: string, since: Date): string {
  const span = new Where(where).and(`"at" >= ${where.param(since)}::timestamptz`)
  for (const word of wordsOf(text)) span.contains(columnsSearched, word)
  return `("at", "id") in (
    select k."at", k."inboundEventId" from "Source" s join "InboundKey" k on k."sourceId" = s."id"
      and k."digest" = sha256(convert_to('id:' || ${where.param(text)}::text, 'UTF8'))
    union all (select "at", "id" from "InboundEvent" ${span} order by "at" desc limit ${mostWithWords}))`
}

const columnsSearched = searched.map((column) => `"${column}"`)
const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean)
const upper = (values: readonly string[] | null | undefined) => values?.map((value) => value.toUpperCase())

export function inboundConditions(
  where: Where,
  filter: InboundFilter,
  search: string | null | undefined,
  now: Date,
): Where {
  const states = statesOf(filter)
  where
    .oneOf('"sourceId"', filter.sourceId, 'uuid')
    .oneOf('"connectionId"', filter.connectionId, 'uuid')
    .oneOf('"provider"', filter.provider)
    .oneOf('"vendorType"', filter.vendorType)
    .oneOf('"state"', states)
    .oneOf('"verdict"', filter.verdict)
    .oneOf('"method"', upper(filter.method))
  if (states?.every((state) => shortList.includes(state))) where.and(inShortList)
  if (filter.inbox === false) where.and(`"state" not in ('UNMATCHED', 'FAILED')`)
  if (filter.since != null) where.and(`"at" >= ${where.param(filter.since)}::timestamptz`)
  if (filter.until != null) where.and(`"at" < ${where.param(filter.until)}::timestamptz`)
  const text = search?.trim() ?? ''
  const id = idOf(text)
  if (id !== null) return byIds(where, [id])
  if (text === '') return where
  const since = filter.since ?? new Date(now.getTime() - wordsDays * 86_400_000)
  return where.and(searchCondition(where, text, since))
}

/** The same as a test of one row. */
export function inboundMatcher(filter: InboundFilter, search?: string | null): (row: LiveInboundEvent) => boolean {
  const tests: ((row: LiveInboundEvent) => boolean)[] = []
  const member = (values: readonly string[] | null | undefined, read: (row: LiveInboundEvent) => string | null) => {
    if (values == null) return
    const set = new Set(values)
    tests.push((row) => set.has(read(row) ?? ''))
  }
  member(filter.sourceId, (row) => row.sourceId)
  member(filter.connectionId, (row) => row.connectionId)
  member(filter.provider, (row) => row.provider)
  member(filter.vendorType, (row) => row.vendorType)
  member(filter.verdict, (row) => row.verdict)
  member(upper(filter.method), (row) => row.method)
  member(statesOf(filter), (row) => row.state)
  const { inbox, since, until } = filter
  if (inbox === false) tests.push((row) => !inboxStates.includes(row.state))
  if (since != null) tests.push((row) => row.at >= since)
  if (until != null) tests.push((row) => row.at < until)
  const text = search?.trim() ?? ''
  const id = idOf(text)
  if (id !== null) tests.push((row) => row.id === id)
  else if (text !== '') {
    const words = wordsOf(text)
    tests.push((row) => {
      const texts = searched.map((column) => row[column]?.toLowerCase() ?? '')
      return words.every((word) => texts.some((one) => one.includes(word)))
    })
  }
  return (row) => tests.every((test) => test(row))
}
