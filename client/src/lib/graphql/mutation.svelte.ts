import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { hub } from './client.svelte.ts'
import { faultOf, type Fault } from './fault.ts'

export type Outcome<Data> =
  { readonly data: Data; readonly fault: null } | { readonly data: null; readonly fault: Fault }

/** A mutation with its own busy state. Expected refusals arrive inside the data, as the typed union the schema declares. */
export class Mutation<Data, Variables extends AnyVariables> {
  #running = $state(0)
  readonly #document: TypedDocumentNode<Data, Variables>

  constructor(document: TypedDocumentNode<Data, Variables>) {
    this.#document = document
  }

  get busy(): boolean {
    return this.#running > 0
  }

  run = async (variables: Variables): Promise<Outcome<Data>> => {
    this.#running += 1
    try {
      const result = await hub.client.mutation(this.#document, variables).toPromise()
      if (result.data !== undefined && result.data !== null) return { data: result.data, fault: null }
      return {
        data: null,
        fault: result.error ? faultOf(result.error) : { kind: 'unexpected', message: null, correlationId: null },
      }
    } finally {
      this.#running -= 1
    }
  }
}
