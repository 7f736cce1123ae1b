type Hearer = (reason: Error | null) => void

/**
 * Something that may be over before its time: a caller that leaves, a time that is up. What an AbortSignal is, without
 * events, which cost more than the rest of a small call.
 */
export class Ending {
  #hearers: Hearer[] = []
  #reason: Error | null = null
  #isOver = false

  get isOver(): boolean {
    return this.#isOver
  }

  /** Why it is over, where somebody said. */
  get reason(): Error | null {
    return this.#reason
  }

  /** Only the first end counts. */
  end(reason: Error | null = null): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#reason = reason
    const hearers = this.#hearers
    this.#hearers = []
    for (const hearer of hearers) hearer(reason)
  }

  /** Calls back at the end, at once when it is over. Returns a function that stops listening. */
  hear(hearer: Hearer): () => void {
    if (this.#isOver) {
      hearer(this.#reason)
      return () => {}
    }
    this.#hearers.push(hearer)
    return () => {
      const at = this.#hearers.indexOf(hearer)
      if (at >= 0) this.#hearers.splice(at, 1)
    }
  }
}

/** Listens to either kind. */
export function hearEnd(source: AbortSignal | Ending | null | undefined, hearer: Hearer): () => void {
  if (source === null || source === undefined) return () => {}
  if (source instanceof Ending) return source.hear(hearer)
  const said = () => hearer(source.reason instanceof Error ? source.reason : null)
  if (source.aborted) {
    said()
    return () => {}
  }
  source.addEventListener('abort', said, { once: true })
  return () => source.removeEventListener('abort', said)
}
