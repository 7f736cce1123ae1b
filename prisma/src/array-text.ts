/** An array of PostgreSQL, as text, of values that need no quotes: ids, instants and whole numbers. */
export function plainArray(values: readonly (string | number | null)[]): string {
  // The database reads no word but this one as nothing.
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`
}

const special = /["\\]/g
// eslint-disable-next-line no-control-regex -- JSON escapes these in a way of its own
const control = /[\u0000-\u001f]/

/** An array of PostgreSQL, as text, of any texts. */
export function textArray(values: readonly (string | null)[]): string {
  let array = '{'
  for (const value of values) {
    if (array.length > 1) array += ','
    array += value === null ? 'NULL' : quoted(value)
  }
  return `${array}}`
}

/**
 * One text as it stands inside an array. Quotes and backslashes are escaped as in JSON, which the engine writes in one piece;
 * for the rest JSON has other ideas.
 */
export function quoted(value: string): string {
  const text = JSON.stringify(value)
  // As long as before: nothing in it had to be escaped, by whichever rules.
  if (text.length === value.length + 2) return text
  return control.test(value) || !value.isWellFormed() ? `"${value.replace(special, '\\$&')}"` : text
}
