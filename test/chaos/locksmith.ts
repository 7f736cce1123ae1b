import { randomBytes, randomUUID } from 'node:crypto'
import type { Tools } from './keeper.ts'
import type { Step } from './writer.ts'

/** Turns the two master keys around between lives, and asks for one rotation under each. */
export class Locksmith {
  readonly #tools: Pick<Tools, 'ledger'>
  readonly #keys: [string, string]
  #asked = true
  /** A rotation was acknowledged, and nobody has seen its end. */
  awaited = false
  rotations = 0
  /** Rotations found unfinished by the life after. */
  interrupted = 0

  constructor(tools: Pick<Tools, 'ledger'>) {
    this.#tools = tools
    this.#keys = [`k1:${randomBytes(32).toString('base64')}`, `k2:${randomBytes(32).toString('base64')}`]
  }

  /** As PATCHBAY_MASTER_KEYS takes them, the primary one first. */
  get masterKeys(): string {
    return this.#keys.join()
  }

  get primaryKeyId(): string {
    return this.#keys[0].split(':')[0] ?? ''
  }

  /** Whether the keys may be turned around: not while a request for a rotation is still open. */
  get idle(): boolean {
    return this.#asked && !this.awaited
  }

  /** A rotation is still to be asked for. */
  get due(): boolean {
    return !this.#asked
  }

  turnKeys(): void {
    this.#keys.reverse()
    this.#asked = false
  }

  readonly choose = (): Step | null => {
    if (this.#asked) return null
    const { ledger } = this.#tools
    return {
      mutation: {
        name: 'rotateMasterKey',
        wanted: 'vault { remaining }',
        input: { idempotencyKey: randomUUID() },
      },
      done: () => {
        this.#asked = true
        this.awaited = true
        this.rotations += 1
        ledger.entry('vault.rotationRequested', this.primaryKeyId)
      },
    }
  }
}
