import type { AnyVariables, OperationResult, TypedDocumentNode } from '@urql/core'
import { pipe, subscribe } from 'wonka'
import { link } from '#lib/state/link.svelte.ts'
import { hub } from './client.svelte.ts'
import { faultOf, type Fault } from './fault.ts'

/**
 * A query that lives with its component: asks again when its variables change, when the live connection returns and when
 * the organization or the language changes. Data of the last answer stays readable while the next one is on its way.
 */
export class Query<Data, Variables extends AnyVariables> {
  #result = $state.raw<OperationResult<Data, Variables> | null>(null)
  #fetching = $state(true)
  readonly #document: TypedDocumentNode<Data, Variables>
  readonly #variables: () => Variables | null
  #reader: number | null = null

  /** `variables` may return null to wait. */
  constructor(document: TypedDocumentNode<Data, Variables>, variables: () => Variables | null) {
    this.#document = document
    this.#variables = variables
    $effect(() => this.#run())
  }

  get data(): Data | undefined {
    return this.#result?.data
  }
  get fetching(): boolean {
    return this.#fetching
  }
  /** No data yet and none failed: show the skeleton. */
  get loading(): boolean {
    return this.#fetching && this.#result?.data === undefined
  }
  /** Nothing to show and a reason for it. With data on screen a failed refresh stays quiet. */
  get fault(): Fault | null {
    const result = this.#result
    return result?.error && (result.data === undefined || result.data === null) ? faultOf(result.error) : null
  }

  /** What was wrong with the last answer, also where it brought a part of what was asked. */
  get trouble(): Fault | null {
    return this.#result?.error ? faultOf(this.#result.error) : null
  }

  /** Asks the hub again, past the cache. */
  refetch = (): void => {
    const variables = this.#variables()
    if (variables === null) return
    this.#fetching = true
    const { client } = hub
    void client
      .query(this.#document, variables, { requestPolicy: 'network-only' })
      .toPromise()
      // Another client has asked by itself, and in its language.
      .then((result) => client === hub.client && this.#take(result))
  }

  #run(): (() => void) | void {
    const variables = this.#variables()
    void link.generation
    const { client, reader } = hub
    // Another reader may be another organization: nothing of the last one may stay on the screen.
    if (this.#reader !== reader) this.#result = null
    this.#reader = reader
    if (variables === null) return
    this.#fetching = true
    const source = client.query(this.#document, variables, { requestPolicy: 'cache-and-network' })
    return pipe(
      source,
      subscribe((result) => this.#take(result)),
    ).unsubscribe
  }

  #take(result: OperationResult<Data, Variables>): void {
    this.#fetching = result.stale
    // A failed refresh must not wipe what is on the screen.
    if (result.error && result.data === undefined && this.#result?.data !== undefined) return
    this.#result = result
  }
}
