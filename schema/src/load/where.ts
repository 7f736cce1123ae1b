import type { Slice } from '../page.ts'

/** Conditions of a query and their parameters, numbered as they come. Values never enter the text. */
export class Where {
  readonly params: unknown[]
  readonly #parts: string[] = []

  /** Conditions of a query within another one share its parameters. */
  constructor(outer?: Where) {
    this.params = outer?.params ?? []
  }

  /** Adds a value and returns its placeholder. */
  param(value: unknown): string {
    this.params.push(value)
    return `$${this.params.length}`
  }

  and(condition: string): this {
    this.#parts.push(condition)
    return this
  }

  /** `column` is one of the values; nothing is added for an absent list. An empty list matches nothing. */
  oneOf(column: string, values: readonly string[] | null | undefined, type = 'text'): this {
    if (values == null) return this
    return this.and(`${type === 'text' ? `${column}::text` : column} = any(${this.param([...values])}::${type}[])`)
  }

  /** Any of the columns contains the words, whatever their case. */
  contains(columns: readonly string[], words: string | null | undefined): this {
    const text = words?.trim()
    if (!text) return this
    const pattern = this.param(`%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)
    return this.and(`(${columns.map((column) => `${column} ilike ${pattern}`).join(' or ')})`)
  }

  toString(): string {
    return this.#parts.length === 0 ? '' : `where ${this.#parts.join(' and ')}`
  }
}

/** Columns a list is ordered by, with their SQL types and how a cursor's key becomes a value. */
export interface Keyset {
  readonly columns: readonly string[]
  readonly types: readonly string[]
  readonly values: (keys: readonly string[]) => readonly unknown[]
}

/** Newest first by an instant, ids break ties. */
export const instantKeys = (column: string): Keyset => ({
  columns: [`"${column}"`, '"id"'],
  types: ['timestamptz', 'uuid'],
  values: ([at, id]) => [new Date(Number(at)), id],
})

/** By a growing number. */
export const positionKeys = (column: string, type: 'int8' | 'int4'): Keyset => ({
  columns: [`"${column}"`],
  types: [type],
  values: ([position]) => [position],
})

/** Adds a slice's bounds and returns the ORDER BY and LIMIT that go with them. */
export function slicing(
  where: Where,
  slice: Slice<readonly string[]>,
  keyset: Keyset,
  direction: 'asc' | 'desc',
): string {
  const row = `(${keyset.columns.join(', ')})`
  const bound = (keys: readonly string[], sign: string): void => {
    const marks = keyset.values(keys).map((value, n) => `${where.param(value)}::${keyset.types[n]}`)
    where.and(`${row} ${sign} (${marks.join(', ')})`)
  }
  if (slice.after) bound(slice.after, direction === 'asc' ? '>' : '<')
  if (slice.before) bound(slice.before, direction === 'asc' ? '<' : '>')
  const towards = (direction === 'asc') !== slice.inverted ? 'asc' : 'desc'
  return `order by ${keyset.columns.map((column) => `${column} ${towards}`).join(', ')} limit ${slice.limit}`
}
