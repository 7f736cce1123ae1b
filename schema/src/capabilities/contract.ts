import type { z } from 'zod'

/** What an operation takes and gives, the same for every provider of its category. */
export interface OperationContract {
  /** A mutation has an effect outside; a query may be repeated freely. */
  readonly kind: 'query' | 'mutation'
  /** Its field in the GraphQL schema. */
  readonly field: string
  /** One sentence for the schema and the documentation. */
  readonly description: string
  readonly input: z.ZodObject
  readonly output: z.ZodObject
}

/** Typed operations of one category, by name (`noun.verb`). */
export type OperationContracts = Readonly<Record<string, OperationContract>>
