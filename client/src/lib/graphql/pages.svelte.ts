import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { hub } from './client.svelte.ts'
import { faultOf, type Fault } from './fault.ts'

interface Page<Row> {
  readonly edges: readonly { readonly node: Row }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null }
}
type Turning = AnyVariables & { readonly first?: number | null | undefined; readonly after?: string | null | undefined }

/** Rows of a long list, one page after another as the reader comes to the end, past the cache. */
export class Pages<Row, Data, Variables extends Turning> {
  #rows = $state.raw<readonly Row[]>([])
  #fetching = $state(true)
  #fault = $state.raw<Fault | null>(null)
  #ended = $state(false)
  #after: string | null = null
  #asked: Variables | null = null
  /** Grows with each start, so that an answer to an earlier question is recognised and dropped. */
  #turn = 0
  readonly #document: TypedDocumentNode<Data, Variables>
  readonly #pageOf: (data: Data) => Page<Row> | null | undefined

  constructor(document: TypedDocumentNode<Data, Variables>, pageOf: (data: Data) => Page<Row> | null | undefined) {
    this.#document = document
    this.#pageOf = pageOf
  }

  get rows(): readonly Row[] {
    return this.#rows
  }
  get fetching(): boolean {
    return this.#fetching
  }
  get fault(): Fault | null {
    return this.#fault
  }
  /** There is nothing after the last row. */
  get ended(): boolean {
    return this.#ended
  }

  /** Begins anew at the first row. Rows of the last answer stay readable until the next one is here. */
  start(variables: Variables): void {
    this.#turn += 1
    this.#asked = variables
    this.#after = null
    this.#ended = false
    void this.#ask()
  }

  /** The next page, if there is one and none is on its way. */
  more = (): void => {
    if (!this.#fetching && !this.#ended && this.#fault === null) void this.#ask()
  }
  retry = (): void => void this.#ask()

  async #ask(): Promise<void> {
    if (this.#asked === null) return
    const turn = this.#turn
    const after = this.#after
    this.#fetching = true
    const { data, error } = await hub.client
      .query(this.#document, { ...this.#asked, after }, { requestPolicy: 'network-only' })
      .toPromise()
    if (turn !== this.#turn) return
    this.#fetching = false
    this.#fault = error ? faultOf(error) : null
    const page = data === undefined || data === null ? null : this.#pageOf(data)
    if (!page) return
    const fresh = page.edges.map(({ node }) => node)
    this.#rows = after === null ? fresh : [...this.#rows, ...fresh]
    this.#after = page.pageInfo.endCursor ?? null
    this.#ended = !page.pageInfo.hasNextPage
  }
}
