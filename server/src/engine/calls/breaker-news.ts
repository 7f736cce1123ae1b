import { setTimeout as pause } from 'node:timers/promises'

const firstPauseMs = 250
const longestPauseMs = 10_000

/**
 * What this process saw of breakers and has to write, in order per connection. Calls do not wait for it. A write that
 * fails is repeated until it works or the process stops: the breaker holds here in any case.
 */
export class BreakerNews {
  readonly #waiting = new Map<string, Promise<unknown>>()
  readonly #stop = new AbortController()
  readonly #onFault: (error: unknown) => void

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault
  }

  isWaiting(connectionId: string): boolean {
    return this.#waiting.has(connectionId)
  }

  tell(connectionId: string, write: () => Promise<unknown>): void {
    const turn = (this.#waiting.get(connectionId) ?? Promise.resolve()).then(() => this.#repeat(write))
    this.#waiting.set(connectionId, turn)
    void turn.finally(() => {
      if (this.#waiting.get(connectionId) === turn) this.#waiting.delete(connectionId)
    })
  }

  /** Waits until what was seen of a connection so far is written; false when that takes longer. */
  async told(connectionId: string, patienceMs: number): Promise<boolean> {
    const turn = this.#waiting.get(connectionId)
    if (turn === undefined) return true
    return Promise.race([turn.then(() => true), pause(patienceMs, false, { ref: false })])
  }

  async allTold(): Promise<void> {
    await Promise.all(this.#waiting.values())
  }

  /** Each write under way gets one more chance, and no repeat. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.allTold()
  }

  async #repeat(write: () => Promise<unknown>): Promise<void> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        await write()
        return
      } catch (error) {
        this.#onFault(error)
      }
      if (this.#stop.signal.aborted) return
      await pause(pauseMs, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {})
    }
  }
}
