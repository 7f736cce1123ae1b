import { once } from 'node:events'
import type { Database } from '@patchbay/prisma/database.ts'
import { createCallLog } from '@patchbay/server/engine/calls/calls.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { WebSocket } from 'ws'
import { startChild } from './children.ts'
import { bounds, hub } from './files.ts'
import { benchCall } from './log-writes.ts'
import { compare, type Comparison } from './measure.ts'
import { benchKey, organizationId } from './seed.ts'

const subscribers = 200
const callsPerRound = 6_000

const subscription =
  'subscription { callLogged { calls { uuid at operation method path status ok latencyMs } cursor catchingUp } }'

/** Sockets that wait together for one last message, each reading all that comes. */
class Audience implements Disposable {
  readonly #sockets: readonly WebSocket[]
  #heard = 0
  #firstAt = Number.NaN
  #wanted = ''
  #done: (() => void) | null = null
  /** Everything the first socket received since `expect`. */
  heardByOne: string[] = []

  constructor(sockets: readonly WebSocket[]) {
    this.#sockets = sockets
    sockets.forEach((socket, n) => {
      socket.on('message', (data: Buffer) => this.#take(data, n === 0))
    })
  }

  /** Resolves with the seconds from the first message anywhere until the last socket heard the one that holds `text`. */
  async expect(text: string): Promise<number> {
    this.#heard = 0
    this.#firstAt = Number.NaN
    this.#wanted = text
    this.heardByOne = []
    await new Promise<void>((resolve) => (this.#done = resolve))
    return (performance.now() - this.#firstAt) / 1000
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  #take(data: Buffer, isFirst: boolean): void {
    if (this.#done === null) return
    if (Number.isNaN(this.#firstAt)) this.#firstAt = performance.now()
    if (isFirst) this.heardByOne.push(data.toString())
    if (!data.includes(this.#wanted)) return
    this.#heard++
    if (this.#heard < this.#sockets.length) return
    this.#done()
    this.#done = null
  }
}

/** Subscribers over WebSocket against a raw broadcast of the very same messages. */
export async function compareFanOut(databaseUrl: string, database: Database): Promise<Comparison[]> {
  await using ours = await startChild(hub, [databaseUrl])
  await using broadcast = await startChild(bounds.broadcast)
  const log = createCallLog({ database, live: createLive({ database }), onFault: (error) => console.error(error) })
  const [connection] = await database.system.sql.query<{ id: string }>(
    `select id from "Connection" where "organizationId" = $1::uuid limit 1`,
    [organizationId],
  )
  using listeners = new Audience(await many(() => subscribe(ours.url)))
  using plain = new Audience(await many(() => open(broadcast.url, [])))
  let messages: readonly string[] = []

  async function logged(): Promise<number> {
    const rows = Array.from({ length: callsPerRound }, (_, n) => benchCall(connection?.id ?? '', n))
    const heard = listeners.expect(rows.at(-1)?.id ?? '')
    for (const row of rows) await log.add(row)
    await log.flush()
    const seconds = await heard
    messages = listeners.heardByOne
    // Each row once, in order: a stream that drops or repeats would be fast and wrong.
    const ids = messages.flatMap((text) => [...text.matchAll(/"uuid":"([^"]+)"/g)].map((match) => match[1]))
    if (ids.join() !== rows.map(({ id }) => id).join()) throw new Error('the stream is not what was logged')
    return (callsPerRound * subscribers) / seconds
  }

  async function raw(): Promise<number> {
    const last = messages.at(-1) ?? ''
    const heard = plain.expect(/"cursor":"[^"]+"/.exec(last)?.[0] ?? '')
    for (const body of messages) await fetch(broadcast.url, { method: 'POST', body })
    return (callsPerRound * subscribers) / (await heard)
  }

  const result = await compare(
    `live: calls delivered to ${subscribers} subscribers`,
    logged,
    raw,
    'calls/s',
    'ws broadcasting the same messages, made beforehand',
  )
  await log.close()
  return [result]
}

const many = (make: () => Promise<WebSocket>): Promise<WebSocket[]> =>
  Promise.all(Array.from({ length: subscribers }, make))

async function open(url: string, protocols: readonly string[]): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), [...protocols], { perMessageDeflate: false })
  await once(socket, 'open')
  return socket
}

/** A subscriber whose first, empty batch has arrived: from here on it misses nothing. */
async function subscribe(url: string): Promise<WebSocket> {
  const socket = await open(`${url}/graphql`, ['graphql-transport-ws'])
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${benchKey}` } }))
  await once(socket, 'message')
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription } }))
  const [first] = (await once(socket, 'message')) as [Buffer]
  if (!first.includes('"calls":[]')) throw new Error(`the subscription began with ${first.toString()}`)
  return socket
}
