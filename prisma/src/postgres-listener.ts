import pg from 'pg'
import { quoteChannel } from './engine.ts'

interface Ear {
  onRing(payload: string): void
  onGap?: (() => void) | undefined
}

const firstRetryMs = 50
const longestRetryMs = 5_000
const heartbeatMs = 10_000
const heartbeatPatienceMs = 5_000

/**
 * One connection that listens for this process. When it breaks it comes back by itself, listens again to everything
 * and tells every ear that rings may have been missed. A silent break (a dropped network path sends nothing) is found
 * by asking now and then.
 */
export class PostgresListener {
  readonly #config: pg.ClientConfig
  readonly #channels = new Map<string, Set<Ear>>()
  #client: pg.Client | undefined
  #connecting: Promise<pg.Client> | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(config: pg.ClientConfig) {
    this.#config = config
  }

  async listen(channel: string, onRing: (payload: string) => void, onGap?: () => void): Promise<() => Promise<void>> {
    const ear: Ear = { onRing, onGap }
    const ears = this.#channels.get(channel) ?? new Set<Ear>()
    this.#channels.set(channel, ears.add(ear))
    const stop = async () => {
      if (!ears.delete(ear) || ears.size > 0 || this.#channels.get(channel) !== ears) return
      this.#channels.delete(channel)
      // A broken connection listens to nothing, which is what was asked for.
      await this.#client?.query(`UNLISTEN ${quoteChannel(channel)}`).catch(() => {})
      // Someone may have come to listen while that was on its way.
      if (this.#channels.has(channel)) await this.#client?.query(`LISTEN ${quoteChannel(channel)}`).catch(() => {})
    }
    try {
      const client = await this.#connected()
      await client.query(`LISTEN ${quoteChannel(channel)}`)
      return stop
    } catch (error) {
      await stop()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    clearInterval(this.#heartbeat)
    await this.#connecting?.catch(() => {})
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => {})
  }

  #connected(): Promise<pg.Client> {
    if (this.#client) return Promise.resolve(this.#client)
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config)
    const onLoss = () => this.#lost(client)
    client.on('error', onLoss)
    client.on('end', onLoss)
    client.on('notification', ({ channel, payload }) => {
      for (const ear of this.#channels.get(channel) ?? []) ear.onRing(payload ?? '')
    })
    try {
      await client.connect()
      for (const channel of this.#channels.keys()) await client.query(`LISTEN ${quoteChannel(channel)}`)
    } catch (error) {
      await client.end().catch(() => {})
      throw error
    }
    this.#client = client
    clearInterval(this.#heartbeat)
    this.#heartbeat = setInterval(() => this.#beat(client), heartbeatMs).unref()
    return client
  }

  #beat(client: pg.Client): void {
    const patience = setTimeout(() => this.#lost(client), heartbeatPatienceMs).unref()
    client.query('select 1').then(
      () => clearTimeout(patience),
      () => this.#lost(client),
    )
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return
    this.#client = undefined
    clearInterval(this.#heartbeat)
    // Not awaited: a connection that fell silent may take minutes to admit it.
    void client.end().catch(() => {})
    if (!this.#closed) this.#reconnect(firstRetryMs)
  }

  #reconnect(waitMs: number): void {
    this.#retry = setTimeout(() => {
      if (this.#closed) return
      this.#connected().then(
        () => {
          for (const ears of this.#channels.values()) for (const ear of ears) ear.onGap?.()
        },
        () => this.#reconnect(Math.min(waitMs * 2, longestRetryMs)),
      )
    }, waitMs)
  }
}
