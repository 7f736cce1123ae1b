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

export function createDeadline(
  host: string,
  timeoutMs: number,
  callers: readonly (AbortSignal | Ending | null | undefined)[],
  now: () => number,
): Deadline {
  const ending = new Ending()
  let endsAt = now() + timeoutMs
  let isOver = false
  const timer = setTimeout(() => ending.end(new CallTimedOut(host, timeoutMs)), timeoutMs)
  const stops = callers.map((caller) => hearEnd(caller, () => ending.end(new CallCancelled(host))))
  let signal: AbortSignal | null = null
  return {
    ending,
    get signal() {
      if (signal === null) {
        const controller = new AbortController()
        signal = controller.signal
        ending.hear((reason) => controller.abort(reason))
      }
      return signal
    },
    remainingMs: () => Math.max(0, endsAt - now()),
    extend() {
      // A timer that was cleared would start again.
      if (isOver) return
      endsAt = now() + timeoutMs
      timer.refresh()
    },
    race: (work) =>
      new Promise((resolve, reject) => {
        const stop = ending.hear((reason) => reject(reason ?? new CallCancelled(host)))
        work.then(
          (value) => {
            stop()
            resolve(value)
          },
          (error: unknown) => {
            stop()
            // Work that heard the end itself may have been quicker to fail than the end to be told.
            reject(ending.reason ?? (error as Error))
          },
        )
      }),
    [Symbol.dispose]() {
      isOver = true
      clearTimeout(timer)
      for (const stop of stops) stop()
    },
  }
}
