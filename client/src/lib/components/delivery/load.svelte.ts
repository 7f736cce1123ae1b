import { globalId } from '#lib/components/connection/path.ts'
import {
  DeliveryChangedDocument,
  DeliveryDetailDocument,
  PayloadPreviewDocument,
  type DeliveryDetailQuery,
  type PayloadPreviewQuery,
  type PayloadPreviewQueryVariables,
} from '#lib/graphql/generated/graphql.ts'
import { Query } from '#lib/graphql/query.svelte.ts'
import { live } from '#lib/graphql/subscription.svelte.ts'
import { may, useSession } from '#lib/state/session.svelte.ts'

/** A delivery with its attempts, which follows it as it moves, and the payload it is sent with. */
export class DeliveryView {
  readonly #query: Query<DeliveryDetailQuery, { id: string }>
  readonly #payload: Query<PayloadPreviewQuery, PayloadPreviewQueryVariables>

  constructor(uuid: () => string | null) {
    const session = useSession()
    const variables = () => {
      const wanted = uuid()
      return wanted === null ? null : { id: globalId('Delivery', wanted) }
    }
    this.#query = new Query(DeliveryDetailDocument, variables)
    const eventId = $derived(uuid() === null ? null : (this.delivery?.event?.id ?? null))
    live(
      DeliveryChangedDocument,
      () => (eventId === null ? null : { filter: { eventId: [eventId] } }),
      ({ deliveryChanged }) => {
        const { deliveries } = deliveryChanged
        // The first batch is empty: the stream is open, and what moved before it was must be read.
        if (deliveries.length === 0 || deliveries.some((row) => row.uuid === uuid())) this.#query.refetch()
      },
    )
    this.#payload = new Query<PayloadPreviewQuery, PayloadPreviewQueryVariables>(PayloadPreviewDocument, () => {
      const found = this.delivery
      if (!found?.event || !found.endpoint || !may(session(), 'endpoint:write')) return null
      const { payload, payloadText } = found.endpoint
      return { input: { payload, payloadText: payloadText ?? null, eventId: found.event.id } }
    })
  }

  get query(): Query<DeliveryDetailQuery, { id: string }> {
    return this.#query
  }
  get delivery(): DeliveryDetailQuery['delivery'] | undefined {
    return this.#query.data?.delivery
  }
  /** What would be sent now, by what the endpoint asks for today; undefined while it is made or may not be seen. */
  get payload(): PayloadPreviewQuery['previewPayload'] | undefined {
    return this.#payload.data?.previewPayload
  }
}
