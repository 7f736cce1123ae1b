import { stringify } from 'csv-stringify/sync'

export type ExportFormat = 'csv' | 'ndjson'

/** How rows become text. */
export interface Formatter {
  readonly contentType: string
  /** What stands before the first row. */
  readonly head: string
  rows(rows: readonly Readonly<Record<string, unknown>>[]): string
}

const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString()
  return value instanceof Date ? value.toISOString() : value
}

/** One JSON object a line (https://github.com/ndjson/ndjson-spec); large numbers as strings, instants as RFC 3339. */
const ndjson: Formatter = {
  contentType: 'application/x-ndjson; charset=utf-8',
  head: '',
  rows: (rows) => rows.map((row) => `${JSON.stringify(row, (_name, value) => plain(value))}\n`).join(''),
}

/** A cell; what is no text, number or truth value is JSON. */
function cell(value: unknown): string {
  const simple = plain(value)
  if (simple === null || simple === undefined) return ''
  return typeof simple === 'object' ? JSON.stringify(simple, (_name, inner) => plain(inner)) : String(simple)
}

/**
 * RFC 4180 with a header. A cell that a spreadsheet would run as a formula (it begins with =, +, -, @, tab or carriage
 * return, full-width forms included) gets an apostrophe before it.
 */
function csv(columns: readonly string[], bom: boolean): Formatter {
  const options = {
    record_delimiter: '\r\n',
    escape_formulas: true,
    // A lone line feed or carriage return is no delimiter, and readers differ in what they make of it.
    quoted_match: /[\r\n]/,
  } as const
  return {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: `${bom ? '\uFEFF' : ''}${stringify([[...columns]], options)}`,
    rows: (rows) =>
      stringify(
        rows.map((row) => columns.map((column) => cell(row[column]))),
        options,
      ),
  }
}

export const formatterOf = (format: ExportFormat, columns: readonly string[], bom: boolean): Formatter =>
  format === 'csv' ? csv(columns, bom) : ndjson
