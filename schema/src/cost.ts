import { complexityFromQuery } from '@pothos/plugin-complexity'
import { Kind, type DocumentNode, type GraphQLSchema } from 'graphql'

/**
 * What an operation would cost before it runs: roughly the number of fields it may answer, pages counted by the rows they
 * may hold. Throws a GraphQLError when the variables do not fit the operation.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Record<string, unknown> | null | undefined,
): number {
  const definitions = document.definitions.filter(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION ||
      operationName == null ||
      definition.name?.value === operationName,
  )
  if (!definitions.some((definition) => definition.kind === Kind.OPERATION_DEFINITION)) return 0
  return complexityFromQuery({ kind: Kind.DOCUMENT, definitions }, { schema, variables: variables ?? {} }).complexity
}
