import { untrack } from 'svelte'
import { hub } from '#lib/graphql/client.svelte.ts'
import { ConnectionLaneChangedDocument } from '#lib/graphql/generated/graphql.ts'
import { onceOpen, openStream } from '#lib/graphql/stream.ts'
import { every } from '#lib/state/every.svelte.ts'
import { LiveLog } from '#lib/state/live-log.svelte.ts'

/** Calls are counted without an announcement each: figures are asked for again this often while somebody looks. */
const countedMs = 10_000

/** Calls `refetch` the moment a connection's breaker, silence, limits or cache change, and now and then for what is counted. */
export function followLane(connectionId: () => string, refetch: () => void): void {
  const log = new LiveLog<unknown>()
  $effect(() => {
    void hub.client
    const id = connectionId()
    const open = openStream(
      ConnectionLaneChangedDocument,
      { connectionId: id },
      ({ connectionLaneChanged: { changes, cursor, catchingUp } }) => ({ rows: changes, cursor, catchingUp }),
    )
    return untrack(() => log.start(onceOpen(open, refetch)))
  })
  $effect(() => {
    if (log.rows.length > 0) untrack(refetch)
  })
  every(countedMs, refetch)
}
