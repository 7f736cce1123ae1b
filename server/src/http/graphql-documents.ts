import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import { costOf } from '@patchbay/schema/cost.ts'
import {
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql'
import { refusal } from './graphql-errors.ts'

/** Bounds of a document, checked before anything runs. */
export const documentLimits = {
  /** Characters of the document's text. */
  characters: 64 * 1024,
  tokens: 3000,
  depth: 14,
  aliases: 40,
  directives: 40,
  /** Cost of an operation, see schema/src/cost.ts. */
  cost: 25_000,
} as const

/** A document that was looked at once. */
export interface KnownDocument {
  readonly document: DocumentNode
  /** Why it cannot run; empty when it can. */
  readonly errors: readonly GraphQLError[]
  /** Asks about the schema itself (`__schema`, `__type`). */
  readonly introspects: boolean
  /** Cost by operation name, for operations without variables, where it never changes. */
  readonly costs: Map<string, number>
}

const rules: ValidationRule[] = [
  ...specifiedRules,
  maxDepthRule({ n: documentLimits.depth, flattenFragments: true }) as ValidationRule,
  maxAliasesRule({ n: documentLimits.aliases }) as ValidationRule,
  maxDirectivesRule({ n: documentLimits.directives }) as ValidationRule,
]

/** Parses and validates each text once. Only signed-in callers' documents are kept, and the least used ones go first. */
export class Documents {
  readonly #schema: GraphQLSchema
  readonly #limit: number
  readonly #byText = new Map<string, KnownDocument>()
  readonly #byDocument = new WeakMap<DocumentNode, KnownDocument>()

  constructor(schema: GraphQLSchema, limit = 300) {
    this.#schema = schema
    this.#limit = limit
  }

  /** The document of a text. Throws a GraphQLError when the text is no GraphQL or exceeds the limits of a text. */
  read(text: string, keep: boolean): DocumentNode {
    const known = this.#byText.get(text)
    if (known !== undefined) {
      // The order of insertion is the order of last use.
      this.#byText.delete(text)
      this.#byText.set(text, known)
      return known.document
    }
    if (text.length > documentLimits.characters)
      throw refusal('TOO_COMPLEX', `A document may have ${documentLimits.characters} characters, not ${text.length}.`)
    const document = parsed(text)
    if (keep) {
      this.#byText.set(text, this.look(document))
      for (const oldest of this.#byText.keys()) {
        if (this.#byText.size <= this.#limit) break
        this.#byText.delete(oldest)
      }
    }
    return document
  }

  /** What is known of a document, from its first look. */
  look(document: DocumentNode): KnownDocument {
    const known = this.#byDocument.get(document)
    if (known !== undefined) return known
    const found = {
      document,
      errors: this.#check(document),
      introspects: introspects(document),
      costs: new Map<string, number>(),
    }
    this.#byDocument.set(document, found)
    return found
  }

  /** Cost of an operation of a valid document. Throws a GraphQLError when the variables do not fit. */
  cost(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Record<string, unknown> | null | undefined,
  ): number {
    const { costs } = this.look(document)
    const name = operationName ?? ''
    const constant = variables == null || Object.keys(variables).length === 0
    const known = constant ? costs.get(name) : undefined
    if (known !== undefined) return known
    const cost = costOf(this.#schema, document, operationName, variables)
    if (constant) costs.set(name, cost)
    return cost
  }

  #check(document: DocumentNode): readonly GraphQLError[] {
    try {
      return validate(this.#schema, document, rules)
    } catch (error) {
      // The limits throw, so that a document far beyond them is not walked to its end.
      if (error instanceof GraphQLError)
        return [new GraphQLError(error.message.replace(/^Syntax Error: /, ''), { extensions: { code: 'TOO_COMPLEX' } })]
      throw error
    }
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: documentLimits.tokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { nodes = null, source = null, positions = null } = error
    const extensions = { code: 'GRAPHQL_PARSE_FAILED', http: { spec: true, status: 400 } }
    throw new GraphQLError(error.message, { nodes, source, positions, extensions })
  }
}

function introspects(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    [Kind.FIELD]: ({ name }) => {
      if (name.value === '__schema' || name.value === '__type') found = true
    },
  })
  return found
}
