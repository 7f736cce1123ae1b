import { untrack } from 'svelte'
import { hub } from '#lib/graphql/client.svelte.ts'
import {
  DeliveryChangedDocument,
  DeliveryPulseDocument,
  type DeliveryFilter,
  type DeliveryLineFragment,
} from '#lib/graphql/generated/graphql.ts'
import { onceOpen, openStream } from '#lib/graphql/stream.ts'
import { LiveLog, type OpenStream } from '#lib/state/live-log.svelte.ts'

/** Figures are asked for again at most this often while deliveries move. */
const restMs = 2000

/** The live stream of deliveries. */
export const deliveryStream = (filter: DeliveryFilter | null) =>
  openStream(DeliveryChangedDocument, { filter }, ({ deliveryChanged: { deliveries, cursor, catchingUp } }) => ({
    rows: deliveries,
    cursor,
    catchingUp,
  }))

/** Only that they moved: for figures that are asked for again, whatever the rows say. */
const pulseStream = (filter: DeliveryFilter | null) =>
  openStream(DeliveryPulseDocument, { filter }, ({ deliveryChanged: { deliveries, cursor, catchingUp } }) => ({
    rows: deliveries,
    cursor,
    catchingUp,
  }))

/** Calls `refetch` soon after deliveries moved and then at a rest: figures follow without a flood of questions. */
export function followDeliveries(filter: () => DeliveryFilter | null, refetch: () => void): void {
  follow(filter, refetch, pulseStream)
}

/** The same, with the rows themselves. */
export function watchDeliveries(
  filter: () => DeliveryFilter | null,
  refetch: () => void,
): Pick<LiveLog<DeliveryLineFragment>, 'rows'> {
  return follow(filter, refetch, deliveryStream)
}

function follow<Row>(
  filter: () => DeliveryFilter | null,
  refetch: () => void,
  open: (filter: DeliveryFilter | null) => OpenStream<Row>,
): LiveLog<Row> {
  const log = new LiveLog<Row>()
  let timer: ReturnType<typeof setTimeout> | undefined
  // As text: the same filter said again must not start the stream anew.
  const asked = $derived(JSON.stringify(filter()))
  $effect(() => {
    void hub.client
    const wanted = JSON.parse(asked) as DeliveryFilter | null
    return untrack(() => log.start(onceOpen(open(wanted), refetch)))
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
