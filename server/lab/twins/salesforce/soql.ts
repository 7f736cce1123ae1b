/** A query as far as the twin reads SOQL: one table, conditions that all hold, one order, a limit. */
export interface Soql {
  readonly fields: string
  readonly table: string
  readonly where: readonly { readonly field: string; readonly operator: string; readonly value: string }[]
  readonly orderBy: readonly string[]
  readonly limit: number
}

const unescaped: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

const head = /^SELECT\s+((?:[\w.]+|\(SELECT [\w., ]+\))(?:\s*,\s*(?:[\w.]+|\(SELECT [\w., ]+\)))*)\s+FROM\s+(\w+)/i
// A text ends at the first quote that no backslash stands before; a moment stands without quotes.
const condition = /^\s+(WHERE|AND)\s+([\w.]+)\s*(=|>=|>)\s*(?:'((?:\\.|[^'\\])*)'|(\d{4}-\d\d-\d\dT[\d:.]+Z))/i
const tail = /^(?:\s+ORDER BY\s+([\w.]+(?:\s*,\s*[\w.]+)*))?(?:\s+LIMIT\s+(\d+))?\s*$/i

/** Takes a query apart; null where Salesforce would say MALFORMED_QUERY. */
export function parseSoql(text: string): Soql | null {
  const first = head.exec(text)
  if (first === null) return null
  let rest = text.slice(first[0].length)
  const where: { field: string; operator: string; value: string }[] = []
  for (let found = condition.exec(rest); found !== null; found = condition.exec(rest)) {
    const [whole, word = '', field = '', operator = '', quoted, moment = ''] = found
    if ((word.toUpperCase() === 'WHERE') !== (where.length === 0)) return null
    const value = quoted?.replace(/\\(.)/gs, (_all, sign: string) => unescaped[sign] ?? sign) ?? moment
    where.push({ field, operator, value })
    rest = rest.slice(whole.length)
  }
  const last = tail.exec(rest)
  if (last === null) return null
  return {
    fields: first[1] ?? '',
    table: first[2] ?? '',
    where,
    orderBy: (last[1] ?? '').split(',').map((field) => field.trim()),
    limit: Number(last[2] ?? '2000'),
  }
}

export type Row = Readonly<Record<string, unknown>> & { readonly Id: string }
const textOf = (row: Row, field: string) => String(row[field] ?? '')

/** Rows that a query asks for. */
export function runSoql(rows: readonly Row[], { where, orderBy, limit }: Soql): readonly Row[] {
  const fits = (row: Row) =>
    where.every(({ field, operator, value }) => {
      const held = textOf(row, field)
      if (operator === '=') return field === 'Id' ? held === value : held.toLowerCase() === value.toLowerCase()
      if (field.endsWith('Date')) return Date.parse(held) >= Date.parse(value)
      return operator === '>' ? held > value : held >= value
    })
  return rows
    .filter(fits)
    .toSorted((a, b) => {
      for (const field of orderBy) {
        const [one, other] = [textOf(a, field), textOf(b, field)]
        if (one !== other) return one < other ? -1 : 1
      }
      return 0
    })
    .slice(0, limit)
}
