import type { StreamName } from '@patchbay/schema/events.ts'
import { formatCursor } from '@patchbay/server/engine/live/cursor.ts'
import { createClient, type Client } from 'graphql-ws'
import { WebSocket } from 'undici'
import type { Door } from './door.ts'
import type { Ledger } from './ledger.ts'

/** A row of a stream as it was received. */
export interface Received {
  readonly uuid: string
  /** Uuid of the connection it speaks of; null when that was gone already. */
  readonly connection: string | null
}

interface Line extends Received {
  readonly incident?: { readonly uuid: string; readonly kind: string }
}

interface Batch {
  readonly cursor: string
  readonly rows: readonly Line[]
}

interface Stream {
  readonly query: string
  readonly batchOf: (data: Record<string, unknown>) => Batch
}

interface About {
  readonly uuid: string
  readonly connectionId: string
}

interface IncidentBatch {
  readonly cursor: string
  readonly entries: readonly {
    readonly entry: { readonly uuid: string; readonly kind: string }
    readonly incident: { readonly uuid: string; readonly connection: { readonly uuid: string } | null } | null
  }[]
}

/** Global ids are opaque to clients; here they name what a deletion took along. */
function about({ uuid, connectionId }: About): Received {
  return { uuid, connection: Buffer.from(connectionId, 'base64').toString().split(':')[1] ?? null }
}

/** Streams whose rows never change: of those, every row must arrive once and in order. */
export type LogStream = Extract<StreamName, 'calls' | 'health' | 'incidents'>

const streams: Readonly<Record<LogStream, Stream>> = {
  calls: {
    query: 'subscription ($after: String) { callLogged(after: $after) { cursor calls { uuid connectionId } } }',
    batchOf: ({ callLogged }) => {
      const { cursor, calls } = callLogged as { cursor: string; calls: About[] }
      return { cursor, rows: calls.map(about) }
    },
  },
  health: {
    query:
      'subscription ($after: String) { connectionHealthChanged(after: $after) { cursor changes { uuid connectionId } } }',
    batchOf: ({ connectionHealthChanged }) => {
      const { cursor, changes } = connectionHealthChanged as { cursor: string; changes: About[] }
      return { cursor, rows: changes.map(about) }
    },
  },
  incidents: {
    query:
      'subscription ($after: String) { incidentChanged(after: $after) { cursor entries { entry { uuid kind } incident { uuid connection { uuid } } } } }',
    batchOf: ({ incidentChanged }) => {
      const { cursor, entries } = incidentChanged as IncidentBatch
      return {
        cursor,
        rows: entries.map(({ entry: { uuid, kind }, incident }) => ({
          uuid,
          connection: incident?.connection?.uuid ?? null,
          ...(incident ? { incident: { uuid: incident.uuid, kind } } : {}),
        })),
      }
    },
  },
}
export const streamNames = Object.keys(streams) as LogStream[]

/** A subscriber that outlives the hub: it remembers its last cursor and goes on there after each death. */
export class Watcher {
  readonly stream: LogStream
  /** All rows ever received, in order. */
  readonly received: Received[] = []
  resumed = 0
  readonly #door: Door
  readonly #ledger: Ledger
  /** From the first row there ever was, so that the whole table is owed. */
  #cursor: string
  #client: Client | null = null

  constructor(stream: LogStream, door: Door, ledger: Ledger) {
    this.stream = stream
    this.#door = door
    this.#ledger = ledger
    this.#cursor = formatCursor(stream, 0n)
  }

  /** Subscribes to the hub of this life, where the last life ended. */
  attach(): void {
    const { url } = this.#door
    if (url === null) return
    const { query, batchOf } = streams[this.stream]
    const client = createClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: this.#door.authorization },
      retryAttempts: 0,
      lazyCloseTimeout: 0,
    })
    this.#client = client
    if (this.received.length > 0) this.resumed += 1
    client.subscribe(
      { query, variables: { after: this.#cursor } },
      {
        next: ({ data, errors }) => {
          // What an earlier connection still had in its pockets comes again after its cursor.
          if (this.#client !== client) return
          if (errors) this.#ledger.violate(`${this.stream}: the stream failed: ${JSON.stringify(errors)}`)
          if (data) this.#take(batchOf(data as Record<string, unknown>))
        },
        // A refusal is a list of errors; the death of the hub is an event of the socket.
        error: (error) => {
          if (Array.isArray(error))
            this.#ledger.violate(`${this.stream}: the stream was refused: ${JSON.stringify(error)}`)
        },
        complete: () => {},
      },
    )
  }

  /** Lets go, as a client that lost its network. */
  detach(): void {
    const client = this.#client
    this.#client = null
    client?.terminate()
  }

  #take({ cursor, rows }: Batch): void {
    this.#cursor = cursor
    for (const { uuid, connection, incident } of rows) {
      this.received.push({ uuid, connection })
      if (incident === undefined || connection === null) continue
      if (incident.kind === 'OPENED') this.#ledger.incident(incident.uuid, 'OPEN', connection)
      if (incident.kind === 'RESOLVED') this.#ledger.incident(incident.uuid, 'RESOLVED', connection)
    }
  }
}
