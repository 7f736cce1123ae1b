import type { Door, Mutation } from './door.ts'
import type { Ledger } from './ledger.ts'

/** What a request was about when the hub died before it answered, asked of the hub itself; null when it died again. */
export type Outcome = 'happened' | 'did not happen' | null

/** One change a writer asks for. */
export interface Step {
  readonly mutation: Mutation
  /** Enters what the answer says, in the ledger. */
  readonly done: (answer: Record<string, unknown>) => void
  /** Refusals that are no fault, by code; whoever is refused moves on. */
  readonly mayBeRefused?: (code: string, repeated: boolean) => boolean
  /** Told when the hub died before it answered. */
  readonly onLost?: () => void
  /**
   * How to find out what became of a request nobody answered. Absent: it carries an idempotency key, and is sent again
   * until it is answered.
   */
  readonly ask?: () => Promise<Outcome>
}

/**
 * Asks for one change after the other, and never for the next before it knows what became of the last: so at any kill at
 * most one of its changes is open.
 */
export class Writer {
  readonly #door: Door
  readonly #ledger: Ledger
  readonly #choose: () => Step | null
  #open: Step | null = null

  /** `choose` gives the next step, or null when there is nothing to do right now. */
  constructor(door: Door, ledger: Ledger, choose: () => Step | null) {
    this.#door = door
    this.#ledger = ledger
    this.#choose = choose
  }

  /** Makes a change. False: the hub died meanwhile, and the outcome is open. */
  async turn(): Promise<boolean> {
    if (this.#open !== null) return this.settle()
    const step = this.#choose()
    if (step === null) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return this.#door.url !== null
    }
    this.#open = step
    return this.#send(step, false)
  }

  /** Finds out what became of the last change. False: the hub died meanwhile. */
  async settle(): Promise<boolean> {
    const step = this.#open
    if (step === null) return true
    if (step.ask === undefined) {
      const answered = await this.#send(step, true)
      if (answered) this.#ledger.settled += 1
      return answered
    }
    const outcome = await step.ask()
    if (outcome === null) return false
    if (outcome === 'happened') step.done({})
    this.#open = null
    this.#ledger.settled += 1
    return true
  }

  async #send(step: Step, repeated: boolean): Promise<boolean> {
    const reply = await this.#door.change<Record<string, unknown>>(step.mutation)
    if (reply.kind === 'lost') {
      step.onLost?.()
      return false
    }
    this.#open = null
    if (reply.kind === 'done') {
      this.#ledger.acknowledged += 1
      step.done(reply.data)
    } else if (step.mayBeRefused?.(reply.code, repeated) === true) this.#ledger.refused += 1
    else {
      const again = repeated ? ', asked again,' : ''
      this.#ledger.violate(
        `${step.mutation.name} ${JSON.stringify(step.mutation.input)}${again} was refused with ${reply.code}: ${reply.message}`,
      )
    }
    return true
  }
}
