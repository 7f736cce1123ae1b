import { untrack } from 'svelte'
import { hub } from '#lib/graphql/client.svelte.ts'
import { ConnectionsLiveDocument, type CallLineFragment } from '#lib/graphql/generated/graphql.ts'
import type { LiveLog } from '#lib/state/live-log.svelte.ts'

/** At most one question in this time, however many calls arrive. */
const restMs = 2000

/**
 * Keeps cards current between changes of state: connections that just made calls are asked for their figures again, in one
 * query every two seconds at most, and the answer lands in the cache.
 */
export function freshConnections(log: LiveLog<CallLineFragment>, onFresh: () => void): void {
  let stale: Record<string, true> = {}
  let last: CallLineFragment | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const ask = () => {
    timer = undefined
    const ids = Object.keys(stale).slice(0, 100)
    stale = {}
    if (ids.length === 0) return
    void hub.client.query(ConnectionsLiveDocument, { ids }, { requestPolicy: 'network-only' }).toPromise()
    onFresh()
  }

  $effect(() => {
    const { rows } = log
    untrack(() => {
      for (const row of rows) {
        if (row === last) break
        stale[row.connectionId] = true
      }
      last = rows[0]
      if (Object.keys(stale).length > 0) timer ??= setTimeout(ask, restMs)
    })
  })
  $effect(() => () => clearTimeout(timer))
}
