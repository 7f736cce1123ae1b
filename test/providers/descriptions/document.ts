import { readFileSync } from 'node:fs'
import { JSON_SCHEMA, load } from 'js-yaml'
import { convertObj } from 'swagger2openapi'

export interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly style?: string
  readonly explode?: boolean
  readonly schema?: unknown
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>
}

/** A request body or an answer. */
export interface Described {
  readonly $ref?: string
  readonly required?: boolean
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>
}

interface Server {
  readonly url?: string
}

export interface OperationDescription {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Described
  readonly responses?: Readonly<Record<string, Described>>
  readonly servers?: readonly Server[]
}

export interface PathDescription extends Readonly<Record<string, unknown>> {
  readonly parameters?: readonly Parameter[]
  readonly servers?: readonly Server[]
}

/** OpenAPI 3. */
export interface Description {
  readonly servers?: readonly Server[]
  readonly paths: Readonly<Record<string, PathDescription>>
}

/** Reads a description in JSON or YAML; Swagger 2 is brought to OpenAPI 3. */
export async function readDescription(file: string): Promise<Description> {
  const text = readFileSync(file, 'utf8')
  // Dates stay texts: as in JSON, where every description could have been written too.
  const read = (file.endsWith('.json') ? JSON.parse(text) : load(text, { schema: JSON_SCHEMA })) as Description
  if (!('swagger' in read)) return read
  const { openapi } = await convertObj(read as never, { patch: true, warnOnly: true })
  return openapi as unknown as Description
}

/** Who a schema is read for: what only the vendor writes is not asked of a request, and the other way round. */
export type Side = 'request' | 'answer'

/** Members of a description whose own members are names that somebody chose. */
const named = new Set([
  'properties',
  'patternProperties',
  'schemas',
  'parameters',
  'requestBodies',
  'responses',
  'headers',
  'paths',
  'content',
])
const raw = new Set(['enum', 'const', 'default'])
const dropped = new Set(['example', 'examples', 'discriminator', 'externalDocs', 'xml'])

/**
 * The whole description with every schema in it as JSON Schema: OpenAPI 3.0 says `nullable` where JSON Schema says
 * `type: null`, bounds its numbers differently, and has words JSON Schema does not know.
 */
export function asJsonSchema(value: unknown, side: Side): unknown {
  if (Array.isArray(value)) return value.map((inner) => asJsonSchema(inner, side))
  if (typeof value !== 'object' || value === null) return value
  const { nullable, ...rest } = value as Readonly<Record<string, unknown>>
  const schema: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(rest)) {
    if (dropped.has(name) || name.startsWith('x-')) continue
    if (raw.has(name)) schema[name] = inner
    // Vendors write "one of" for kinds that overlap, and of texts every number is a string too.
    else if (name === 'oneOf' && !('anyOf' in rest)) schema['anyOf'] = asJsonSchema(inner, side)
    else if (named.has(name) && isRecord(inner))
      schema[name] = Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, asJsonSchema(one, side)]))
    else schema[name] = asJsonSchema(inner, side)
  }
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const)
    if (typeof schema[exclusive] === 'boolean') {
      if (schema[exclusive] && bound in schema) schema[exclusive] = schema[bound]
      else delete schema[exclusive]
    }
  if (typeof schema['pattern'] === 'string' && !isPattern(schema['pattern'])) delete schema['pattern']
  if (Array.isArray(schema['required']) && isRecord(rest['properties'])) {
    const properties = rest['properties']
    const absent = side === 'request' ? 'readOnly' : 'writeOnly'
    schema['required'] = schema['required'].filter(
      (name: string) => (properties[name] as Readonly<Record<string, unknown>> | undefined)?.[absent] !== true,
    )
  }
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}

/** What a JSON pointer leads to. */
export const at = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (here, key) =>
        (here as Readonly<Record<string, unknown>> | undefined)?.[
          decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
        ],
      document,
    )

/** A name as a step of a JSON pointer in a URI fragment. */
export const step = (name: string | number): string =>
  encodeURIComponent(String(name).replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('%7E', '~')

/** A text as a pattern that fits nothing else. */
export const literally = (text: string): string => text.replace(/[\^$.*+?()[\]{}|/-]/g, '\\$&')
