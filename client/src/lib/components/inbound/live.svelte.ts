import { untrack } from 'svelte'
import { hub } from '#lib/graphql/client.svelte.ts'
import {
  InboundEventReceivedDocument,
  type InboundEventFilter,
  type InboundLineFragment,
} from '#lib/graphql/generated/graphql.ts'
import { onceOpen, openStream } from '#lib/graphql/stream.ts'
import { LiveLog } from '#lib/state/live-log.svelte.ts'

/** Figures are asked for again at most this often while webhooks arrive. */
const restMs = 2000

/** The live stream of what comes in. */
export const inboundStream = (filter: InboundEventFilter | null, search: string | null = null) =>
  openStream(
    InboundEventReceivedDocument,
    { filter, search },
    ({ inboundEventReceived: { inboundEvents, cursor, catchingUp } }) => ({
      rows: inboundEvents,
      cursor,
      catchingUp,
    }),
  )

/** Calls `refetch` when webhooks arrive or move, and then at a rest: figures follow without a flood of questions. */
export function followInbound(
  filter: () => InboundEventFilter | null,
  refetch: () => void,
): LiveLog<InboundLineFragment> {
  const log = new LiveLog<InboundLineFragment>()
  let timer: ReturnType<typeof setTimeout> | undefined
  // As text: the same filter said again must not start the stream anew.
  const asked = $derived(JSON.stringify(filter()))
  $effect(() => {
    void hub.client
    const wanted = JSON.parse(asked) as InboundEventFilter | null
    // Once it is open, too: what arrived since the page was read must not be missed.
    return untrack(() => log.start(onceOpen(inboundStream(wanted), refetch)))
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
