/** An array of PostgreSQL, as text, of values that need no quotes: ids, instants and whole numbers. */
export function plainArray(values: readonly (string | number | null)[]): string {
  // The database reads no word but this one as nothing.
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`
}

const special = /["\\]/g

/** An array of PostgreSQL, as text, of any texts. */
export function textArray(values: readonly (string | null)[]): string {
  let array = '{'
  for (const value of values) {
    if (array.length > 1) array += ','
    array += value === null ? 'NULL' : special.test(value) ? `"${value.replace(special, '\\$&')}"` : `"${value}"`
    special.lastIndex = 0
  }
  return `${array}}`
}
