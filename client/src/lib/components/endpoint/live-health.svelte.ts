import { untrack } from 'svelte'
import { hub } from '#lib/graphql/client.svelte.ts'
import {
  DeliveryChangedDocument,
  type DeliveryFilter,
  type DeliveryLineFragment,
} from '#lib/graphql/generated/graphql.ts'
import { openStream } from '#lib/graphql/stream.ts'
import { LiveLog } from '#lib/state/live-log.svelte.ts'

/** Figures are asked for again at most this often while deliveries move. */
const restMs = 2000

/** The live stream of deliveries. */
export const deliveryStream = (filter: DeliveryFilter | null) =>
  openStream(DeliveryChangedDocument, { filter }, ({ deliveryChanged: { deliveries, cursor, catchingUp } }) => ({
    rows: deliveries,
    cursor,
    catchingUp,
  }))

/** Calls `refetch` when deliveries move, soon after the first and then at a rest: figures follow without a flood of questions. */
export function followDeliveries(
  filter: () => DeliveryFilter | null,
  refetch: () => void,
): LiveLog<DeliveryLineFragment> {
  const log = new LiveLog<DeliveryLineFragment>()
  let timer: ReturnType<typeof setTimeout> | undefined
  // As text: the same filter said again must not start the stream anew.
  const asked = $derived(JSON.stringify(filter()))
  $effect(() => {
    void hub.client
    const wanted = JSON.parse(asked) as DeliveryFilter | null
    return untrack(() => log.start(deliveryStream(wanted)))
  })
  $effect(() => {
    if (log.rows.length === 0) return
    timer ??= setTimeout(() => {
      timer = undefined
      refetch()
    }, restMs)
  })
  $effect(() => () => clearTimeout(timer))
  return log
}
