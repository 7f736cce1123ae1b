import { getNamedType, type GraphQLNamedType, type GraphQLSchema, isLeafType, isObjectType, isUnionType } from 'graphql'

/** Deep enough for everything a typed operation answers with; shapes that hold themselves end here. */
const deepest = 8

function everything(type: GraphQLNamedType, depth: number): string | null {
  if (isLeafType(type)) return ''
  if (!isObjectType(type) || depth > deepest) return null
  // The connection that served it is the hub's own: its id is enough.
  if (type.name === 'Connection') return '{ id }'
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const inner = everything(getNamedType(field.type), depth + 1)
    return inner === null ? [] : [`${field.name} ${inner}`]
  })
  return `{ ${fields.join(' ')} }`
}

/** A document that runs a typed operation by its root field and reads every field of its success, and why it failed. */
export function operationDocument(schema: GraphQLSchema, kind: 'query' | 'mutation', field: string): string {
  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType()
  const found = root?.getFields()[field]
  const success = schema.getType(`${field.slice(0, 1).toUpperCase()}${field.slice(1)}Success`)
  if (found === undefined || success === undefined) throw new Error(`The schema has no ${kind} ${field}`)
  if (!isUnionType(getNamedType(found.type))) throw new Error(`${field} answers without its errors`)
  const input = String(found.args.find(({ name }) => name === 'input')?.type)
  return `${kind} ($input: ${input}) { it: ${field}(input: $input) { __typename
    ... on ${success.name} ${everything(success, 0)}
    ... on Error { said: message } ... on ProviderCallError { errorClass advice } ... on InvalidInputError { faults { path message } } } }`
}
