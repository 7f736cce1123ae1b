import { hubSchema } from '@patchbay/schema/schema.ts'
import type { Commands } from '@patchbay/schema/commands/index.ts'
import { PatchbayError } from '@patchbay/schema/errors.ts'
import {
  execute,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql'
import type { Authenticated } from '../engine/people/contract.ts'
import type { QueryRunner } from '../engine/delivery/contract.ts'
import { contextOf, type Surroundings } from './graphql-context.ts'
import { documentLimits, Documents } from './graphql-documents.ts'

export interface RunnerOptions {
  readonly surroundings: Omit<Surroundings, 'commands'>
  readonly newId: () => string
}

/** What every document is asked with. */
const given = ['id', 'uuid', 'type'] as const
/** Stands for the values at the time a document is saved. */
const stand = { id: 'id', uuid: '00000000-0000-7000-8000-000000000000', type: 'payment.succeeded' }

/** A query calls no rule, and the rules need payloads: one that tried would fail, as it should. */
const noCommands = Object.freeze({}) as Commands

/** Asks the hub's own schema for the payload of a delivery: as a viewer of one organization who may read and nothing else. */
export function createQueryRunner({ surroundings, newId }: RunnerOptions): QueryRunner {
  const schema = hubSchema()
  const documents = new Documents(schema)

  function faultsOf(text: string): readonly string[] {
    let document: DocumentNode
    try {
      document = documents.read(text, true)
    } catch (error) {
      if (error instanceof GraphQLError) return [inWords(error)]
      throw error
    }
    const [operation, ...more] = operationsOf(document)
    if (operation === undefined || more.length > 0) return ['Write exactly one query.']
    if (operation.operation !== OperationTypeNode.QUERY)
      return [`A payload is made by a query, not by a ${operation.operation}.`]
    const { errors, introspects } = documents.look(document)
    if (introspects) return ['A payload does not ask about the schema itself.']
    if (errors.length > 0) return errors.map(inWords)
    const unknown = operation.variableDefinitions?.find(
      ({ variable, defaultValue, type }) =>
        !given.some((name) => name === variable.name.value) &&
        defaultValue === undefined &&
        type.kind === Kind.NON_NULL_TYPE,
    )
    if (unknown) return [`The variable $${unknown.variable.name.value} is not given. Given are $id, $uuid and $type.`]
    return costFaults(document)
  }

  function costFaults(document: DocumentNode): readonly string[] {
    try {
      const cost = documents.cost(document, null, stand)
      if (cost <= documentLimits.cost) return []
      return [
        `The document costs ${cost}; at most ${documentLimits.cost} is allowed. Ask for smaller pages or fewer fields.`,
      ]
    } catch (error) {
      if (error instanceof GraphQLError) return [inWords(error)]
      throw error
    }
  }

  return {
    check: faultsOf,

    async run(organizationId, text, variables) {
      // Checked again: the schema may have changed since it was saved.
      const faults = faultsOf(text)
      if (faults.length > 0) return { data: null, errors: faults }
      const asker = {
        viewer: readerOf(organizationId),
        correlationId: newId(),
        ipAddress: null,
        signal: undefined,
      }
      const { data, errors = [] } = await execute({
        schema,
        document: documents.read(text, true),
        contextValue: contextOf({ ...surroundings, commands: noCommands }, asker),
        variableValues: variables,
      })
      return { data, errors: errors.map(expected) }
    },
  }
}

/** Somebody who sees what every member of the organization may see. */
function readerOf(organizationId: string): Authenticated {
  return {
    kind: 'API_KEY',
    // No key has it, so nothing that belongs to one is found.
    id: '00000000-0000-0000-0000-000000000000',
    name: 'Endpoint payload',
    organizationId,
    role: 'VIEWER',
    scopes: ['*'],
    connectionIds: [],
    superAdmin: false,
    sessionId: null,
  }
}

const operationsOf = ({ definitions }: DocumentNode): OperationDefinitionNode[] =>
  definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)

function inWords({ message, locations }: GraphQLError): string {
  const said = /[.!?]$/.test(message) ? message : `${message}.`
  const [place] = locations ?? []
  return place === undefined ? said : `${said} (line ${place.line}, column ${place.column})`
}

/** An expected failure in words. Any other is the hub's own trouble, not the document's: it is thrown, and tried again. */
function expected(error: GraphQLError): string {
  let cause: unknown = error
  while (cause instanceof GraphQLError && cause.originalError != null) cause = cause.originalError
  if (cause instanceof PatchbayError) return `${(error.path ?? []).join('.')}: ${cause.message}`
  if (cause instanceof GraphQLError) return inWords(error)
  throw cause
}
