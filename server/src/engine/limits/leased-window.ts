import type { WindowStore } from './store.ts'

/** Share of a limit one replica may hold unspent, and the most of it: what idle replicas keep from the others. */
const blockShare = 0.005
const mostBlock = 256
/** Blocks shrink to this share of what is left, so that the last calls are not locked up in leases. */
const edgeShare = 1 / 16
/** A used-up window is looked at again so often: others may have given points back. */
const recheckMs = 250
/** Unspent points go back after so long without a call. */
export const idleMs = 1_000
/** Callers that may wait for one lease. */
const mostWaiting = 10_000

export interface LeasedWindowOptions {
  readonly key: string
  readonly limit: number
  readonly endsAt: number
  readonly store: WindowStore
  /** Wall clock of windows, in milliseconds. */
  readonly now: () => number
  /** Clock of this process, in milliseconds. */
  readonly ticks: () => number
  /** The window has so many points now, over all replicas. */
  readonly onUse: (used: number) => void
}

interface Waiter {
  resolve(granted: boolean): void
  reject(error: unknown): void
}

/**
 * One window as one replica sees it: points leased in blocks and spent here. A window's points never fall below what was
 * granted, because each replica adds first and grants only what lies below the limit; so however many replicas add at the
 * same time, what they grant together never exceeds it. A replica that dies takes its unspent points with it.
 */
export class LeasedWindow {
  readonly #options: LeasedWindowOptions
  readonly #waiters: Waiter[] = []
  #local = 0
  #used = 0
  #block = 1
  #leasedAt = -Infinity
  #spentAt = 0
  #emptyAt = -Infinity
  #isLeasing = false

  constructor(options: LeasedWindowOptions) {
    this.#options = options
  }

  get key(): string {
    return this.#options.key
  }

  get endsAt(): number {
    return this.#options.endsAt
  }

  get limit(): number {
    return this.#options.limit
  }

  /** Calls left, as far as this replica knows. */
  get remaining(): number {
    return Math.max(0, this.limit - this.#used) + this.#local
  }

  /** A call can be taken without asking anybody. */
  get isReady(): boolean {
    return this.#local > 0
  }

  /** It was used up a moment ago: asking again is of no use yet. */
  get isEmpty(): boolean {
    return this.#local === 0 && this.#used >= this.limit && this.#options.ticks() - this.#emptyAt < recheckMs
  }

  /** Spends a point at hand. Only when ready. */
  spend(): void {
    this.#local -= 1
    this.#spentAt = this.#options.ticks()
  }

  /** Takes a point, leasing more where none is at hand. False when the window is used up. Rejects when it cannot be known. */
  take(): Promise<boolean> {
    if (this.#local > 0) {
      this.spend()
      return Promise.resolve(true)
    }
    if (this.#waiters.length >= mostWaiting) return Promise.reject(new Error('too many callers wait for one window'))
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
      if (!this.#isLeasing) void this.#lease()
    })
  }

  /** A point taken for a call that another window refused. */
  untake(): void {
    this.#local += 1
    this.#serve()
  }

  /** Counts a call that is not to be refused. */
  async count(): Promise<void> {
    if (this.#local > 0) return this.spend()
    this.#sawUse(await this.#options.store.add(this.key, 1, this.#endsInMs))
  }

  /** Gives back what lies idle; with `all`, what is not spent. */
  async giveBack(all = false): Promise<void> {
    const points = this.#local
    const isIdle = this.#options.ticks() - this.#spentAt >= idleMs
    if (points === 0 || !(isIdle || all)) return
    this.#local = 0
    this.#block = 1
    if (this.#endsInMs > 0) await this.#options.store.giveBack(this.key, points, this.#endsInMs)
  }

  get #endsInMs(): number {
    return this.endsAt - this.#options.now()
  }

  async #lease(): Promise<void> {
    this.#isLeasing = true
    // Whoever comes in this turn rides along.
    await Promise.resolve()
    try {
      while (this.#waiters.length > 0) {
        const granted = await this.#ask()
        this.#local += granted
        this.#serve()
        if (granted === 0) for (const waiter of this.#waiters.splice(0)) waiter.resolve(false)
      }
    } catch (error) {
      for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
    } finally {
      this.#isLeasing = false
    }
  }

  #serve(): void {
    while (this.#local > 0) {
      const waiter = this.#waiters.shift()
      if (waiter === undefined) return
      this.spend()
      waiter.resolve(true)
    }
  }

  /** Points granted. A window known to be used up is only looked at. */
  async #ask(): Promise<number> {
    const { store, ticks } = this.#options
    if (this.isEmpty) return 0
    if (this.#used >= this.limit) {
      this.#used = await store.points(this.key)
      if (this.#used >= this.limit) {
        this.#emptyAt = ticks()
        return 0
      }
    }
    const wanted = Math.min(Math.max(this.#nextBlock(), this.#waiters.length), Math.max(1, this.limit - this.#used))
    const after = await store.add(this.key, wanted, this.#endsInMs)
    const granted = Math.min(wanted, Math.max(0, this.limit - (after - wanted)))
    this.#sawUse(after)
    this.#leasedAt = ticks()
    if (granted < wanted) {
      this.#emptyAt = this.#leasedAt
      await store.giveBack(this.key, wanted - granted, this.#endsInMs)
    }
    return granted
  }

  /** Doubles while blocks are spent quickly, so that a rare caller leases one call and holds nothing. */
  #nextBlock(): number {
    const isQuick = this.#options.ticks() - this.#leasedAt < idleMs
    const most = Math.min(
      mostBlock,
      Math.floor(this.limit * blockShare),
      Math.floor((this.limit - this.#used) * edgeShare),
    )
    this.#block = Math.max(1, Math.min(most, isQuick ? this.#block * 2 : 1))
    return this.#block
  }

  #sawUse(used: number): void {
    this.#used = used
    this.#options.onUse(Math.min(used, this.limit))
  }
}
