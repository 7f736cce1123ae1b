/** One condition of a query: `PrimaryEmailAddr = 'x'`. */
export interface Condition {
  readonly field: string
  readonly operator: string
  readonly value: string
}

/** A query in Intuit's dialect of SQL, as far as the twin reads it. */
export interface Query {
  readonly entity: string
  readonly where: readonly Condition[]
  readonly orderBy: { readonly field: string; readonly descending: boolean } | null
  readonly start: number
  readonly rows: number
}

const head = /^select\s+\*\s+from\s+(\w+)/i
// A text ends at the first quote that no backslash stands before.
const condition = /^\s+(where|and)\s+([\w.]+)\s*(=|>=|>|<=|<|like)\s*'((?:\\.|[^'\\])*)'/i
const order = /^\s+orderby\s+([\w.]+)(\s+(asc|desc))?/i
const page = /^(\s+startposition\s+(\d+))?(\s+maxresults\s+(\d+))?\s*$/i

/** Takes a query apart; null where Intuit's parser would stop. */
export function parseQuery(text: string): Query | null {
  const first = head.exec(text)
  if (first === null) return null
  let rest = text.slice(first[0].length)
  const where: Condition[] = []
  for (let found = condition.exec(rest); found !== null; found = condition.exec(rest)) {
    const [whole, word = '', field = '', operator = '', value = ''] = found
    if ((word.toLowerCase() === 'where') !== (where.length === 0)) return null
    where.push({ field, operator, value: value.replace(/\\(.)/gs, '$1') })
    rest = rest.slice(whole.length)
  }
  const sorted = order.exec(rest)
  if (sorted !== null) rest = rest.slice(sorted[0].length)
  const last = page.exec(rest)
  if (last === null) return null
  const [start, rows] = [Number(last[2] ?? '1'), Number(last[4] ?? '100')]
  if (start < 1 || rows < 1 || rows > 1000) return null
  return {
    entity: first[1] ?? '',
    where,
    orderBy: sorted === null ? null : { field: sorted[1] ?? '', descending: sorted[3]?.toLowerCase() === 'desc' },
    start,
    rows,
  }
}

const at = (row: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((here, step) => (here as Readonly<Record<string, unknown>> | undefined)?.[step], row)

/** Text of a field; of an address or the like, what stands inside. */
function textOf(row: unknown, field: string): string {
  const found = at(row, field)
  const inner = typeof found === 'object' && found !== null ? Object.values(found)[0] : found
  return inner === undefined || inner === null ? '' : String(inner)
}

const isMoment = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text)

function fits(row: unknown, { field, operator, value }: Condition): boolean {
  const held = textOf(row, field)
  if (operator === '=') return held.toLowerCase() === value.toLowerCase()
  const [one, other] = isMoment(value) ? [Date.parse(held), Date.parse(value)] : [Number(held), Number(value)]
  if (operator === '>=') return one >= other
  return operator === '>' && one > other
}

/** Rows that a query asks for. */
export function runQuery(rows: readonly object[], { where, orderBy, start, rows: most }: Query): readonly object[] {
  const found = rows.filter((row) => where.every((one) => fits(row, one)))
  const sorted =
    orderBy === null
      ? found
      : found.toSorted((a, b) => textOf(a, orderBy.field).localeCompare(textOf(b, orderBy.field), 'en'))
  return (orderBy?.descending ? sorted.toReversed() : sorted).slice(start - 1, start - 1 + most)
}
