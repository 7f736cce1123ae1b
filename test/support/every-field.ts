import {
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isUnionType,
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'

/** A document that reads one root field with everything below it, and the values of its variables. */
export interface FieldReader {
  readonly field: string
  readonly query: string
  readonly variables: Record<string, unknown>
}

/** Values for arguments the walk must fill, by argument name or `field.argument`; the ids of a foreign organization, for example. */
export type ArgumentValues = Readonly<Record<string, unknown>>

interface Walk {
  readonly schema: GraphQLSchema
  readonly values: ArgumentValues
  readonly maxDepth: number
  readonly reached: Set<string>
}

const isPage = (type: GraphQLNamedType) => type.name.endsWith('Connection') && type.name !== 'Connection'

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType)
  if (isListType(type))
    return `[${(Array.isArray(value) ? value : [value]).map((each) => literal(each, type.ofType)).join(', ')}]`
  if (isInputObjectType(type)) {
    const fields = type.getFields()
    const given = Object.entries(value as object).flatMap(([name, each]) => {
      const field = fields[name]
      return field === undefined ? [] : [`${name}: ${literal(each, field.type)}`]
    })
    return `{ ${given.join(', ')} }`
  }
  return isEnumType(type) ? String(value) : JSON.stringify(value)
}

function argumentsOf(walk: Walk, owner: string, field: GraphQLField<unknown, unknown>, top: boolean): string | null {
  const given: string[] = []
  const one = (argument: GraphQLArgument): boolean => {
    const value =
      argument.name === 'first'
        ? top
          ? 10
          : 2
        : (walk.values[`${field.name}.${argument.name}`] ?? walk.values[argument.name])
    if (value !== undefined) given.push(`${argument.name}: ${literal(value, argument.type)}`)
    return value !== undefined || !isNonNullType(argument.type) || argument.defaultValue !== undefined
  }
  for (const argument of field.args) if (argument.name === 'first' || top) if (!one(argument)) return null
  if (!top && field.args.some((each) => isNonNullType(each.type) && each.defaultValue === undefined)) return null
  walk.reached.add(`${owner}.${field.name}`)
  return given.length > 0 ? `(${given.join(', ')})` : ''
}

function selection(walk: Walk, type: GraphQLNamedType, depth: number, trail: readonly string[]): string | null {
  if (isLeafType(type)) return ''
  if (!isCompositeType(type)) return null
  if (isUnionType(type) || isInterfaceType(type)) return '{ __typename }'
  const seen = trail.filter((name) => name === type.name).length
  if (depth > walk.maxDepth || seen > 0) return null
  const fields: string[] = ['__typename']
  const page = isPage(type) || type.name.endsWith('Edge')
  for (const field of Object.values(type.getFields())) {
    const inner = selection(walk, getNamedType(field.type), page ? depth : depth + 1, [...trail, type.name])
    if (inner === null) continue
    const given = argumentsOf(walk, type.name, field, false)
    if (given !== null) fields.push(`${field.name}${given} ${inner}`)
  }
  return `{ ${fields.join(' ')} }`
}

/**
 * One document per query field, reading every field that can be reached below it. `reached` names all `Type.field` the
 * documents touch, so that a test can tell what it did not see.
 */
export function everyField(
  schema: GraphQLSchema,
  values: ArgumentValues,
  maxDepth = 3,
): { readonly readers: readonly FieldReader[]; readonly reached: ReadonlySet<string> } {
  const walk: Walk = { schema, values, maxDepth, reached: new Set() }
  const readers: FieldReader[] = []
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const given = argumentsOf(walk, 'Query', field, true)
    const type = getNamedType(field.type)
    if (given === null) continue
    // One document for each thing a `node` can be: fields of one name may differ between them.
    const kinds = isUnionType(type) || isInterfaceType(type) ? schema.getPossibleTypes(type) : [type]
    for (const kind of kinds) {
      const inner = selection(walk, kind, 1, [])
      if (inner === null) continue
      const body = kind === type ? inner : `{ __typename ... on ${kind.name} ${inner} }`
      readers.push({ field: field.name, query: `query Every { ${field.name}${given} ${body} }`, variables: {} })
    }
  }
  return { readers, reached: walk.reached }
}
