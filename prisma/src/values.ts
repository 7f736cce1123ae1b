import pg from 'pg'

const { builtins } = pg.types

type Parse = (text: string) => unknown

const parseInstant: Parse = (text) => {
  if (text === 'infinity') return Infinity
  if (text === '-infinity') return -Infinity
  return new Date(text)
}

// Sessions run in UTC, so what carries no zone is UTC; the default of `pg` would read it in the machine's zone.
const parseUtc: Parse = (text) => parseInstant(text.includes(' ') ? `${text.replace(' ', 'T')}Z` : text)

const parseBytes: Parse = (text) => {
  const bytes = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const keepText: Parse = (text) => text

/** How a column's text becomes a value, by type; the same shapes Prisma gives. Array types follow their element. */
export const parsers: Readonly<Record<number, Parse>> = {
  [builtins.INT8]: BigInt,
  [builtins.TIMESTAMPTZ]: parseInstant,
  [builtins.TIMESTAMP]: parseUtc,
  [builtins.DATE]: parseInstant,
  [builtins.BYTEA]: parseBytes,
  [builtins.JSON]: JSON.parse,
  [builtins.JSONB]: JSON.parse,
  [builtins.NUMERIC]: keepText,
  [builtins.INTERVAL]: keepText,
}

/** Array types whose elements `pg` would parse otherwise: array type → element type. PGlite finds them by itself. */
const arrayElements: Readonly<Record<number, number>> = {
  1016: builtins.INT8,
  1185: builtins.TIMESTAMPTZ,
  1115: builtins.TIMESTAMP,
  1182: builtins.DATE,
  1001: builtins.BYTEA,
  1231: builtins.NUMERIC,
}

const parseTextArray = pg.types.getTypeParser(1009 as never, 'text') as (text: string) => (string | null)[]

function deepParse(value: unknown, parse: Parse): unknown {
  if (Array.isArray(value)) return value.map((item) => deepParse(item, parse))
  return typeof value === 'string' ? parse(value) : value
}

/** The parsers above in the form a `pg` pool takes. */
export const pgTypes: pg.CustomTypesConfig = {
  getTypeParser: ((type: number, format?: 'text' | 'binary') => {
    if (format !== 'binary') {
      const parse = parsers[type]
      if (parse) return parse
      const element = parsers[arrayElements[type] ?? 0]
      if (element) return (text: string) => deepParse(parseTextArray(text), element)
    }
    return pg.types.getTypeParser(type as never, format as never)
  }) as typeof pg.types.getTypeParser,
}

function quoteElement(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function arrayLiteral(values: readonly unknown[]): string {
  const items = values.map((value) => {
    if (value === null || value === undefined) return 'NULL'
    if (Array.isArray(value)) return arrayLiteral(value)
    return quoteElement(
      value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(toParameter(value)),
    )
  })
  return `{${items.join(',')}}`
}

/** A JavaScript value as PGlite takes it, by the rules `pg` follows, so that one statement means the same on both. */
export function toParameter(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object') return String(value)
  if (value instanceof Uint8Array) return value
  if (value instanceof Date) return value.toISOString()
  return Array.isArray(value) ? arrayLiteral(value) : JSON.stringify(value)
}
