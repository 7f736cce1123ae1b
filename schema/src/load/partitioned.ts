import { instantOf } from '@patchbay/prisma/instant-of.ts'
import type { Keyset, Where } from './where.ts'

/**
 * Rows of a partitioned log by their ids: the id holds the instant, and the instant the partition, so that one index of
 * one partition is touched. `alias` is the name of the log in the query.
 */
export function byIds(where: Where, ids: readonly string[], columns = { at: '"at"', id: '"id"' }): Where {
  const instants = where.param(ids.map(instantOf))
  const wanted = where.param([...ids])
  // The first condition follows from the second; it is there to leave other partitions alone.
  return where
    .and(`${columns.at} = any(${instants}::timestamptz[])`)
    .and(`(${columns.at}, ${columns.id}) in (select * from unnest(${instants}::timestamptz[], ${wanted}::uuid[]))`)
}

/** Latest first by an instant of the row, ids break ties. */
export const latestKeys: Keyset = {
  columns: ['"at"', '"id"'],
  types: ['timestamptz', 'uuid'],
  values: ([at, id]) => [new Date(Math.min(Number(at), Date.UTC(9999, 11, 31))), id],
}

/** A full id, as a search box may hold it; null for anything else. */
export function idOf(text: string | null | undefined): string | null {
  const trimmed = text?.trim().toLowerCase() ?? ''
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(trimmed) ? trimmed : null
}
