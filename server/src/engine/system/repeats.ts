import type { SystemFact } from './contract.ts'

interface Told {
  readonly fact: SystemFact
  readonly until: number
  more: number
}

/** A fact with a key is told once in this time. */
const quietMs = 10 * 60_000
/** Keys remembered at most. */
const most = 500

/** Counts facts that repeat, so that one fault does not fill the log. */
export class Repeats {
  readonly #told = new Map<string, Told>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  /** Whether a fact is to be told now; counted otherwise. */
  admit(fact: SystemFact): boolean {
    if (fact.repeats === undefined) return true
    const key = `${fact.organizationId ?? ''} ${fact.kind} ${fact.repeats}`
    const told = this.#told.get(key)
    const now = this.#now().getTime()
    if (told !== undefined && now < told.until) {
      told.more += 1
      return false
    }
    if (this.#told.size >= most) this.#told.clear()
    this.#told.set(key, { fact, until: now + quietMs, more: 0 })
    return true
  }

  /** Facts whose quiet time is over and that happened again meanwhile. */
  due(): SystemFact[] {
    const now = this.#now().getTime()
    return this.#take((told) => told.until <= now)
  }

  /** Everything counted so far. */
  rest(): SystemFact[] {
    return this.#take(() => true)
  }

  #take(wanted: (told: Told) => boolean): SystemFact[] {
    const found: SystemFact[] = []
    for (const [key, told] of this.#told) {
      if (!wanted(told)) continue
      this.#told.delete(key)
      if (told.more > 0)
        found.push({
          ...told.fact,
          text: `${told.fact.text} It happened ${told.more} times more.`,
          facts: { ...told.fact.facts, times: told.more },
        })
    }
    return found
  }
}
