import { hub } from '#lib/graphql/client.svelte.ts'
import { faultOf, type Fault } from '#lib/graphql/fault.ts'
import { CallHistoryDocument, type CallFilter, type CallLineFragment } from '#lib/graphql/generated/graphql.ts'

const pageSize = 100

/** Logged calls, newest first, one page after another as the reader comes to the end. */
export class CallPages {
  #rows = $state.raw<readonly CallLineFragment[]>([])
  #fetching = $state(true)
  #fault = $state.raw<Fault | null>(null)
  #after: string | null = null
  #ended = false
  #asked: { readonly filter: CallFilter; readonly search: string | null } = { filter: {}, search: null }
  /** Grows with each start, so that an answer to an earlier question is recognised and dropped. */
  #turn = 0

  get rows(): readonly CallLineFragment[] {
    return this.#rows
  }
  get fetching(): boolean {
    return this.#fetching
  }
  get fault(): Fault | null {
    return this.#fault
  }

  /** Begins anew at the newest call. Rows of the last answer stay readable until the next one is here. */
  start(filter: CallFilter, search: string | null): void {
    this.#turn += 1
    this.#asked = { filter, search }
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
    const turn = this.#turn
    const after = this.#after
    this.#fetching = true
    const { data, error } = await hub.client
      .query(CallHistoryDocument, { ...this.#asked, first: pageSize, after }, { requestPolicy: 'network-only' })
      .toPromise()
    if (turn !== this.#turn) return
    this.#fetching = false
    this.#fault = error ? faultOf(error) : null
    const page = data?.calls
    if (!page) return
    const fresh = page.edges.map(({ node }) => node)
    this.#rows = after === null ? fresh : [...this.#rows, ...fresh]
    this.#after = page.pageInfo.endCursor ?? null
    this.#ended = !page.pageInfo.hasNextPage
  }
}
