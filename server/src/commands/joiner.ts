/** Lets repeats of a request that is still under way wait for it, instead of answering before there is a result. */
export class Joiner<T> {
  readonly #running = new Map<string, Promise<T>>()

  isRunning(key: string): boolean {
    return this.#running.has(key)
  }

  /** Runs `work`, or waits for the run of the same key. A null key never joins. */
  async run(key: string | null, work: () => Promise<T>): Promise<T> {
    if (key === null) return work()
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const started = work().finally(() => this.#running.delete(key))
    this.#running.set(key, started)
    return started
  }
}
