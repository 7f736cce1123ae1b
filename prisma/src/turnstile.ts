import { AsyncLocalStorage } from 'node:async_hooks'
import { DatabaseFault } from './errors.ts'

/** A turn at the one connection; leaving twice is leaving once. */
export interface Turn {
  leave(): void
  /** Runs `work` as part of this turn, so that a statement that waits for the turn it is part of is found out. */
  inside<T>(work: () => Promise<T>): Promise<T>
}

/**
 * PGlite has one connection: whoever holds a transaction holds everybody. Turns are given in order of asking. A
 * statement that waits for the very transaction it was called from would wait for ever; after five seconds it is
 * refused instead, in words that name the mistake.
 */
export class Turnstile {
  readonly #current = new AsyncLocalStorage<{ over: boolean }>()
  readonly #patienceMs: number
  #tail: Promise<void> = Promise.resolve()

  constructor(patienceMs = 5_000) {
    this.#patienceMs = patienceMs
  }

  async enter(): Promise<Turn> {
    const ahead = this.#tail
    const token = { over: false }
    let open = () => {}
    this.#tail = new Promise((resolve) => {
      open = resolve
    })
    const leave = () => {
      token.over = true
      open()
    }
    if (this.#current.getStore()?.over === false) {
      const refused = await this.#outwait(ahead)
      if (refused) {
        // The place in the line is given up only when it comes, or the next would run beside the open transaction.
        void ahead.then(leave)
        throw refused
      }
    } else {
      await ahead
    }
    return { leave, inside: (work) => this.#current.run(token, work) }
  }

  async #outwait(ahead: Promise<void>): Promise<DatabaseFault | undefined> {
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<DatabaseFault>((resolve) => {
      timer = setTimeout(() => {
        const message =
          'this statement waits for the transaction it was called from: inside a transaction, use the handle it hands you'
        resolve(new DatabaseFault('STATEMENT_NESTED', message))
      }, this.#patienceMs)
    })
    try {
      return await Promise.race([ahead.then(() => undefined), tooLong])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Runs `work` alone. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = await this.enter()
    try {
      return await work()
    } finally {
      turn.leave()
    }
  }
}
