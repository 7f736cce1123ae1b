import { globalId } from '#lib/components/connection/path.ts'
import {
  InboundDetailDocument,
  InboundEventReceivedDocument,
  type InboundDetailQuery,
} from '#lib/graphql/generated/graphql.ts'
import { Query } from '#lib/graphql/query.svelte.ts'
import { live } from '#lib/graphql/subscription.svelte.ts'

/** A webhook and its explanation, which follow it as it moves. */
export class InboundView {
  readonly #query: Query<InboundDetailQuery, { id: string }>

  constructor(uuid: () => string | null) {
    this.#query = new Query(InboundDetailDocument, () => {
      const wanted = uuid()
      return wanted === null ? null : { id: globalId('InboundEvent', wanted) }
    })
    const sourceId = $derived(uuid() === null ? null : (this.found?.source?.id ?? null))
    live(
      InboundEventReceivedDocument,
      () => (sourceId === null ? null : { filter: { sourceId: [sourceId] } }),
      ({ inboundEventReceived }) => {
        if (inboundEventReceived.inboundEvents.some((row) => row.uuid === uuid())) this.#query.refetch()
      },
    )
  }

  get query(): Query<InboundDetailQuery, { id: string }> {
    return this.#query
  }
  get found(): InboundDetailQuery['inboundEvent'] | undefined {
    return this.#query.data?.inboundEvent
  }
  get explanation(): InboundDetailQuery['explainInboundEvent'] | undefined {
    return this.#query.data?.explainInboundEvent
  }
}
