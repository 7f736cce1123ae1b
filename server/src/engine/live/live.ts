import type { Database } from '@patchbay/prisma/database.ts'
import type { StreamName } from '@patchbay/schema/events.ts'
import type { LiveHub } from './contract.ts'
import { cursorFault, formatCursor, parseCursor } from './cursor.ts'
import { streamNames, streamReader, type StreamReader } from './streams.ts'
import { Subscriber, type SubscriberLimits } from './subscriber.ts'
import { Tail } from './tail.ts'

export interface LiveOptions {
  readonly database: Pick<Database, 'system' | 'tenant' | 'listen'>
  /** Told about failed reads; they are repeated by themselves. */
  readonly onFault?: (error: unknown) => void
  readonly limits?: Partial<SubscriberLimits>
  /** Looks for rows nobody rang for, in milliseconds. Only costs a read while someone is subscribed. Default 5,000. */
  readonly pollMs?: number
}

const channel = 'hub_live'
const appendStatement = 'select hub_append($1::text)'

interface Stream<N extends StreamName> {
  readonly reader: StreamReader<N>
  readonly tail: Tail<N>
}

/** Live streams over the database: a notification is a doorbell, the table is the truth. */
export function createLive(options: LiveOptions): LiveHub {
  const { database, onFault = () => {}, pollMs = 5_000 } = options
  const limits = { batchRows: 200, bufferRows: 1_000, paceMs: 50, quietRows: 1_000, ...options.limits }
  const open = new Set<{ close: () => void }>()
  const streams: { readonly [N in StreamName]: Stream<N> } = {
    calls: stream('calls'),
    health: stream('health'),
    incidents: stream('incidents'),
    inbound: stream('inbound'),
    deliveries: stream('deliveries'),
    replays: stream('replays'),
    alerts: stream('alerts'),
    lanes: stream('lanes'),
    system: stream('system'),
  }
  let stopListening: (() => Promise<void>) | null = null
  let poll: NodeJS.Timeout | null = null
  let closed = false

  function stream<N extends StreamName>(name: N): Stream<N> {
    const reader = streamReader(name)
    const tail = new Tail(reader, { sql: database.system.sql, pageRows: 500, gapMs: 10, retryMs: 1_000, onFault })
    return { reader, tail }
  }

  function ringAll(): void {
    for (const name of streamNames) streams[name].tail.ring()
  }

  return {
    get subscriberCount() {
      return open.size
    },

    async append(tx, name) {
      if ('$executeRawUnsafe' in tx) await tx.$executeRawUnsafe(appendStatement, name)
      else await tx.query(appendStatement, [name])
    },

    subscribe(name, { organizationId, after, filter, signal }) {
      const { reader, tail } = streams[name]
      const position = after === null || after === undefined ? null : parseCursor(name, after)
      return {
        [Symbol.asyncIterator]: () => {
          const subscriber = new Subscriber({
            organizationId,
            after: position,
            filter,
            signal,
            tail,
            limits,
            // As the organization, so that row level security stands behind the condition.
            page: (from, upTo, limit) =>
              reader.page(database.tenant(organizationId).sql, { organizationId, after: from, upTo }, limit),
            async checkAhead(wanted) {
              if (wanted <= (await reader.taken(database.system.sql))) return
              throw cursorFault(
                'This cursor is ahead of the stream: the hub was restored from a backup. Subscribe without it.',
              )
            },
            format: (seq) => formatCursor(name, seq),
            onClosed: (self) => open.delete(self),
          })
          if (closed) subscriber.close()
          else if (!subscriber.closed) open.add(subscriber)
          return subscriber
        },
      }
    },

    async follow(name, listener) {
      const { tail } = streams[name]
      // One of its own for every call, so that a listener may follow twice.
      const follower: typeof listener = (row) => listener(row)
      await tail.follow(follower)
      return () => tail.unfollow(follower)
    },

    async start() {
      poll ??= setInterval(ringAll, pollMs).unref()
      stopListening ??= await database.listen(
        channel,
        (payload) => {
          if (Object.hasOwn(streams, payload)) streams[payload as StreamName].tail.ring()
        },
        ringAll,
      )
    },

    async close() {
      closed = true
      if (poll) clearInterval(poll)
      for (const subscriber of [...open]) subscriber.close()
      await stopListening?.()
      stopListening = null
    },
  }
}
