import type { Database } from '@patchbay/prisma/database.ts'
import type { Lane, Lanes } from '../lanes/contract.ts'
import type { LimitedConnection } from './contract.ts'
import { silenceOf } from './quiet.ts'
import type { LimitTeller } from './tell.ts'

export interface SilencesOptions {
  readonly database: Pick<Database, 'system'>
  readonly lanes: Pick<Lanes, 'change' | 'heard'>
  readonly teller: Pick<LimitTeller, 'silenced'>
  readonly now: () => Date
  readonly onFault: (error: unknown) => void
}

/** Shorter silences are over before the other replicas would know. */
const sharedMs = 2_000
/** Longer ones are worth an alert. */
const toldMs = 60_000
/** Timers may fire a little early; who waited as long as the vendor asked must not be sent away. */
const earlyMs = 25
/** Silences that end at nearly the same time are one. */
const sameMs = 1_000

/** Silences that vendors asked for: kept here, and shared when they are long. */
export class Silences {
  readonly #options: SilencesOptions
  readonly #until = new Map<string, number>()
  readonly #shared = new Map<string, number>()
  readonly #writing = new Set<Promise<void>>()
  readonly #unhear: () => void

  constructor(options: SilencesOptions) {
    this.#options = options
    this.#unhear = options.lanes.heard((lane) => this.#learn(lane))
  }

  /** Milliseconds until calls may pass; 0 when they may. */
  remainingMs(connectionId: string): number {
    const until = this.#until.get(connectionId)
    if (until === undefined) return 0
    const left = until - this.#options.now().getTime()
    if (left > earlyMs) return left
    this.#until.delete(connectionId)
    this.#shared.delete(connectionId)
    return 0
  }

  heard(connection: LimitedConnection, headers: Readonly<Record<string, string>>, status: number): void {
    const at = this.#options.now().getTime()
    const silence = silenceOf(headers, status, at)
    if (silence === null) return
    const until = at + silence
    if (until <= (this.#until.get(connection.id) ?? 0)) return
    this.#until.set(connection.id, until)
    if (silence <= sharedMs || until - (this.#shared.get(connection.id) ?? 0) < sameMs) return
    this.#shared.set(connection.id, until)
    const writing = this.#share(connection, new Date(until), silence > toldMs)
      .catch(this.#options.onFault)
      .finally(() => this.#writing.delete(writing))
    this.#writing.add(writing)
  }

  async flush(): Promise<void> {
    await Promise.all(this.#writing)
  }

  async close(): Promise<void> {
    this.#unhear()
    await this.flush()
  }

  async #share(connection: LimitedConnection, until: Date, isLong: boolean): Promise<void> {
    const { database, lanes, teller } = this.#options
    await database.system.sql.transaction((tx) => lanes.change(tx, connection, { quietUntil: until }))
    if (isLong) teller.silenced(connection, until)
  }

  /** A lane without a silence ends the one known here: somebody closed it by hand. */
  #learn({ connectionId, quietUntil }: Lane): void {
    const until = quietUntil?.getTime() ?? 0
    if (until > this.#options.now().getTime()) {
      this.#until.set(connectionId, Math.max(until, this.#until.get(connectionId) ?? 0))
      this.#shared.set(connectionId, until)
    } else if (this.#shared.delete(connectionId)) this.#until.delete(connectionId)
  }
}
