interface Identified {
  readonly uuid: string
}

/**
 * Rows of a stream whose rows change: each once, as its latest change left it. `changes` are newest first, as LiveLog keeps
 * them; `known` is what was read before. Ids hold the millisecond a row belongs to, so they give the order: newest first.
 */
export function latest<Row extends Identified>(changes: readonly Row[], known: readonly Row[]): readonly Row[] {
  const rows = new Map<string, Row>()
  for (const row of changes) if (!rows.has(row.uuid)) rows.set(row.uuid, row)
  for (const row of known) if (!rows.has(row.uuid)) rows.set(row.uuid, row)
  return [...rows.values()].sort((a, b) => (a.uuid < b.uuid ? 1 : -1))
}
