import { readFileSync } from 'node:fs'
import { buildSchema, execute, getOperationAST, type GraphQLSchema, Kind, parse, validate } from 'graphql'
import type { Exchange, Judge, Verdict } from './exchange.ts'

/**
 * A vendor's GraphQL schema, as a judge of exchanges: the document must be valid, the variables must fit, and the answer
 * must be what executing the document may bring.
 */
export class GraphQlDescription implements Judge {
  readonly #schema: GraphQLSchema

  constructor(file: string) {
    this.#schema = buildSchema(readFileSync(file, 'utf8'), { assumeValidSDL: true })
  }

  judge({ body, answer, status }: Exchange): Verdict | null {
    const { query, variables } = parsed(body)
    if (typeof query !== 'string') return null
    const document = parse(query)
    const roots = getOperationAST(document)?.selectionSet.selections ?? []
    const fields = roots.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []))
    const verdict = { operation: fields.join(' '), surplus: [] }
    const invalid = validate(this.#schema, document).map(({ message }) => `request: ${message}`)
    const data = status < 400 ? parsed(answer)['data'] : null
    if (invalid.length > 0 || data === null || data === undefined) return { ...verdict, faults: invalid }
    const result = execute({
      schema: this.#schema,
      document,
      variableValues: variables as Readonly<Record<string, unknown>>,
      rootValue: data,
      // The answer is walked by its own names, aliases included.
      fieldResolver: (source: Readonly<Record<string, unknown>>, _args, _context, { path }) => source[path.key],
    })
    if (result instanceof Promise) throw new Error('Nothing here waits')
    return { ...verdict, faults: (result.errors ?? []).map(({ message }) => `answer: ${message}`) }
  }
}

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}
