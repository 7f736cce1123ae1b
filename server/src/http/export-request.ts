import type { IncomingMessage } from 'node:http'
import { InvalidInputError, type FieldFault } from '@patchbay/schema/errors.ts'
import { logExports, type LogExport } from '@patchbay/schema/exports.ts'
import {
  coerceInputValue,
  getNamedType,
  getNullableType,
  GraphQLBoolean,
  GraphQLInt,
  isInputObjectType,
  isListType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql'
import type { ExportFormat } from './export-format.ts'

/** What the address of an export says. */
export interface ExportRequest {
  readonly name: string
  readonly spec: LogExport
  readonly format: ExportFormat
  /** As the list's query would get it. */
  readonly filter: Readonly<Record<string, unknown>>
  readonly search: string | null
  readonly bodies: boolean
  /** Begin a CSV with a byte order mark, which some spreadsheets want. */
  readonly bom: boolean
  /** Rows at most; null for all. */
  readonly most: number | null
}

const path = /^\/export\/([a-z-]+)\.(csv|ndjson)$/

/** Reads the address; null when there is no such export. Throws InvalidInputError for parameters that make no sense. */
export function readExportRequest(schema: GraphQLSchema, request: IncomingMessage): ExportRequest | null {
  const url = URL.parse(request.url ?? '', 'http://hub')
  const [, name = '', format] = path.exec(url?.pathname ?? '') ?? []
  const spec = logExports.get(name)
  if (url === null || spec === undefined) return null
  const query = new URLSearchParams(url.searchParams)
  const faults: FieldFault[] = []
  const flag = (key: string): boolean => {
    const value = query.get(key)
    query.delete(key)
    if (value !== null && value !== '0' && value !== '1') faults.push({ path: key, message: 'Write 1 or 0.' })
    return value === '1'
  }
  const bodies = flag('bodies')
  const bom = flag('bom')
  const rows = query.get('rows')
  query.delete('rows')
  if (rows !== null && !/^[1-9]\d{0,8}$/.test(rows))
    faults.push({ path: 'rows', message: 'Write a whole number of rows, at least 1.' })
  const search = spec.searches ? query.get('search')?.trim() || null : null
  if (spec.searches) query.delete('search')
  const filter = readFilter(schema, spec.filterType, query, faults)
  if (faults.length > 0) throw new InvalidInputError(faults)
  const most = rows === null ? null : Number(rows)
  return { name, spec, format: format as ExportFormat, filter, search, bodies, bom, most }
}

/** The parameters as the list's filter: a list is written by repeating its name. */
function readFilter(
  schema: GraphQLSchema,
  typeName: string,
  query: URLSearchParams,
  faults: FieldFault[],
): Record<string, unknown> {
  const type = schema.getType(typeName)
  if (!isInputObjectType(type)) throw new Error(`the schema has no filter ${typeName}`)
  const fields = type.getFields()
  const given: Record<string, unknown> = {}
  for (const name of new Set(query.keys())) {
    const field = fields[name]
    if (field === undefined)
      faults.push({ path: name, message: `There is no such filter. Use ${Object.keys(fields).join(', ')}.` })
    else given[name] = readValue(field.type, query.getAll(name))
  }
  if (faults.length > 0) return {}
  return coerceInputValue(given, type, (where, _value, { message }) => {
    faults.push({ path: where.join('.'), message })
  }) as Record<string, unknown>
}

function readValue(type: GraphQLInputType, texts: readonly string[]): unknown {
  const named = getNamedType(type)
  const one = (text: string): unknown => {
    if (named === GraphQLInt) return /^-?\d+$/.test(text) ? Number(text) : text
    if (named === GraphQLBoolean) return text === 'true' ? true : text === 'false' ? false : text
    return text
  }
  return isListType(getNullableType(type)) ? texts.map(one) : one(texts.at(-1) ?? '')
}
