/** Prepared statements cost memory on every connection, so only so many are kept; the rest run unnamed. */
const mostNames = 400
const mostSeen = 4_000
const longestText = 20_000

/**
 * Decides which statements are worth preparing: those seen a second time. PostgreSQL then parses and plans them once per
 * connection instead of every time.
 */
export class StatementNames {
  readonly #seen = new Set<string>()
  readonly #names = new Map<string, string>()

  /** Name to prepare `text` under, or undefined when it should run unprepared. */
  nameFor(text: string): string | undefined {
    const name = this.#names.get(text)
    if (name) return name
    if (text.length > longestText || this.#names.size >= mostNames) return undefined
    if (!this.#seen.has(text)) {
      if (this.#seen.size >= mostSeen) this.#seen.clear()
      this.#seen.add(text)
      return undefined
    }
    this.#seen.delete(text)
    const fresh = `hub_${this.#names.size + 1}`
    this.#names.set(text, fresh)
    return fresh
  }
}
