import { Ending, hearEnd } from '../egress/ending.ts'
import { CallCancelled, CallTimedOut } from '../egress/failures.ts'

/** The one clock of a call: it ends when its time is up or when one of its callers goes away. */
export interface Deadline extends Disposable {
  /** Ends with the ProviderCallError that tells which of the two it was. */
  readonly ending: Ending
  /** The same as an AbortSignal, for those who need one. */
  readonly signal: AbortSignal
  remainingMs(): number
  /** Something moved: the whole time begins anew. For bodies that are passed on while they arrive. */
  extend(): void
  /** Waits for `work` at most until the end; then throws the end's reason, however deaf `work` is. */
  race<T>(work: Promise<T>): Promise<T>
}

/** One object for each call, and no closure but its timer's: everything that travels makes one. */
class CallDeadline implements Deadline {
  readonly ending = new Ending()
  readonly #host: string
  readonly #timeoutMs: number
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #stops: (() => void)[] | null = null
  #endsAt: number
  #isOver = false
  #signal: AbortSignal | null = null

  constructor(host: string, timeoutMs: number, now: () => number) {
    this.#host = host
    this.#timeoutMs = timeoutMs
    this.#now = now
    this.#endsAt = now() + timeoutMs
    this.#timer = setTimeout(timeUp, timeoutMs, this)
  }

  timeUp(): void {
    this.ending.end(new CallTimedOut(this.#host, this.#timeoutMs))
  }

  hear(caller: AbortSignal | Ending): void {
    const stop = hearEnd(caller, () => this.ending.end(new CallCancelled(this.#host)))
    if (this.#stops === null) this.#stops = [stop]
    else this.#stops.push(stop)
  }

  get signal(): AbortSignal {
    if (this.#signal === null) {
      const controller = new AbortController()
      this.#signal = controller.signal
      this.ending.hear((reason) => controller.abort(reason))
    }
    return this.#signal
  }

  remainingMs(): number {
    return Math.max(0, this.#endsAt - this.#now())
  }

  extend(): void {
    // A timer that was cleared would start again.
    if (this.#isOver) return
    this.#endsAt = this.#now() + this.#timeoutMs
    this.#timer.refresh()
  }

  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.ending.hear((reason) => reject(reason ?? new CallCancelled(this.#host)))
      work.then(
        (value) => {
          stop()
          resolve(value)
        },
        (error: unknown) => {
          stop()
          // Work that heard the end itself may have been quicker to fail than the end to be told.
          reject(this.ending.reason ?? (error as Error))
        },
      )
    })
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    if (this.#stops !== null) for (const stop of this.#stops) stop()
  }
}

const timeUp = (deadline: CallDeadline): void => deadline.timeUp()

export function createDeadline(
  host: string,
  timeoutMs: number,
  callers: readonly (AbortSignal | Ending | null | undefined)[],
  now: () => number,
): Deadline {
  const deadline = new CallDeadline(host, timeoutMs, now)
  for (const caller of callers) if (caller !== null && caller !== undefined) deadline.hear(caller)
  return deadline
}
