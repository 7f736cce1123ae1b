import { setTimeout as pause } from 'node:timers/promises'
import type { Sql } from '@patchbay/prisma/database.ts'
import type { StreamName, StreamRows } from '@patchbay/schema/events.ts'
import type { StreamReader } from './streams.ts'

/** Someone who wants an organization's rows as they come. */
export interface Listener<R> {
  readonly organizationId: string
  /** The listener now hears every row after `position`. Must not throw. */
  joined(position: bigint): void
  /** New rows of the organization, in order; `upTo` is the number this page reaches over all organizations. Must not throw. */
  accept(rows: readonly R[], upTo: bigint): void
}

/** Hears the rows of everyone as they come. Must not throw. */
export type Follower<R> = (row: R) => void

export interface TailOptions {
  readonly sql: Sql
  /** Rows read at once. */
  readonly pageRows: number
  /** Shortest time between two reads, in milliseconds: a thousand small commits a second must not mean a thousand reads. */
  readonly gapMs: number
  /** Wait before the next read after a failed one, in milliseconds. */
  readonly retryMs: number
  readonly onFault: (error: unknown) => void
}

interface Waiter {
  resolve(): void
  reject(error: unknown): void
}

/**
 * Follows one stream's table for this process: every ring means "there may be rows after my position". With nobody
 * listening it reads nothing; the first listener anchors it at the newest row.
 */
export class Tail<N extends StreamName> {
  readonly #reader: StreamReader<N>
  readonly #options: TailOptions
  readonly #groups = new Map<string, Set<Listener<StreamRows[N]>>>()
  readonly #followers = new Set<Follower<StreamRows[N]>>()
  #members = 0
  #position = 0n
  #anchored: Promise<void> | null = null
  #ready = false
  #wanted = false
  #waiters: Waiter[] = []
  #run: Promise<void> | null = null
  #retry: NodeJS.Timeout | null = null

  constructor(reader: StreamReader<N>, options: TailOptions) {
    this.#reader = reader
    this.#options = options
  }

  /** Every committed row up to here has been handed to its listeners. */
  get position(): bigint {
    return this.#position
  }

  get members(): number {
    return this.#members
  }

  /** Brings the tail up to everything committed before the call, then adds the listener. Rejects when the database does. */
  async join(listener: Listener<StreamRows[N]>): Promise<void> {
    await this.#enter()
    const group = this.#groups.get(listener.organizationId) ?? new Set()
    this.#groups.set(listener.organizationId, group.add(listener))
    // In the same turn: rows handed over between the two would be heard twice.
    listener.joined(this.#position)
  }

  leave(listener: Listener<StreamRows[N]>): void {
    const group = this.#groups.get(listener.organizationId)
    if (!group?.delete(listener)) return
    if (group.size === 0) this.#groups.delete(listener.organizationId)
    this.#left()
  }

  /** Brings the tail up to everything committed before the call, then lets the follower hear what comes after. */
  async follow(follower: Follower<StreamRows[N]>): Promise<void> {
    await this.#enter()
    this.#followers.add(follower)
  }

  unfollow(follower: Follower<StreamRows[N]>): void {
    if (this.#followers.delete(follower)) this.#left()
  }

  async #enter(): Promise<void> {
    this.#members += 1
    try {
      // Rows committed before this call are not news to the new listener, so they must be behind the tail.
      if (this.#anchored) {
        await this.#anchored
        await this.sync()
      } else {
        await (this.#anchored = this.#anchor())
      }
    } catch (error) {
      this.#left()
      throw error
    }
  }

  /** There may be new rows. */
  ring(): void {
    this.#wanted = true
    // Before the anchor is known a read would start at a stale position, and move it back.
    if (!this.#ready || this.#run) return
    this.#run = this.#follow().finally(() => {
      this.#run = null
      if (this.#wanted) this.ring()
    })
  }

  /** Resolves after a read that began after this call. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
      this.ring()
    })
  }

  #left(): void {
    this.#members -= 1
    if (this.#members > 0) return
    this.#anchored = null
    this.#ready = false
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
  }

  async #anchor(): Promise<void> {
    await this.#run
    try {
      const head = await this.#reader.head(this.#options.sql)
      if (head > this.#position) this.#position = head
    } catch (error) {
      this.#anchored = null
      throw error
    }
    this.#ready = true
    if (this.#wanted) this.ring()
  }

  async #follow(): Promise<void> {
    while (this.#wanted && this.#ready) {
      this.#wanted = false
      const waiters = this.#waiters.splice(0)
      try {
        await this.#read()
        for (const waiter of waiters) waiter.resolve()
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error)
        this.#options.onFault(error)
        this.#retry ??= setTimeout(() => {
          this.#retry = null
          this.ring()
        }, this.#options.retryMs)
      }
      await pause(this.#options.gapMs)
    }
  }

  async #read(): Promise<void> {
    for (;;) {
      const rows = await this.#reader.tail(this.#options.sql, this.#position, this.#options.pageRows)
      const last = rows.at(-1)
      if (!last) return
      const upTo = last.seq
      this.#position = upTo
      for (const [organizationId, own] of Map.groupBy(rows, (row) => row.organizationId)) {
        for (const listener of this.#groups.get(organizationId) ?? []) listener.accept(own, upTo)
      }
      for (const follower of this.#followers) rows.forEach(follower)
      if (rows.length < this.#options.pageRows) return
    }
  }
}
