import { CallCancelled, CallTimedOut } from '../egress/failures.ts'

/** The one clock of a call: it ends when its time is up or when one of its callers goes away. */
export interface Deadline extends Disposable {
  /** Aborted with the ProviderCallError that tells which of the two it was. */
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
  callers: readonly (AbortSignal | null | undefined)[],
  now: () => number,
): Deadline {
  const end = new AbortController()
  let endsAt = now() + timeoutMs
  let isOver = false
  const timer = setTimeout(() => end.abort(new CallTimedOut(host, timeoutMs)), timeoutMs)
  const cancel = () => end.abort(new CallCancelled(host))
  for (const caller of callers) {
    if (caller?.aborted) cancel()
    caller?.addEventListener('abort', cancel, { once: true })
  }
  return {
    signal: end.signal,
    remainingMs: () => Math.max(0, endsAt - now()),
    extend() {
      // A timer that was cleared would start again.
      if (isOver) return
      endsAt = now() + timeoutMs
      timer.refresh()
    },
    async race(work) {
      let stop = () => {}
      const ended = new Promise<never>((_resolve, reject) => {
        stop = () => reject(end.signal.reason as Error)
        if (end.signal.aborted) stop()
        else end.signal.addEventListener('abort', stop, { once: true })
      })
      try {
        return await Promise.race([work, ended])
      } catch (error) {
        // Work that heard the end itself may have been quicker to fail than the end to be told.
        throw end.signal.aborted ? end.signal.reason : error
      } finally {
        end.signal.removeEventListener('abort', stop)
      }
    },
    [Symbol.dispose]() {
      isOver = true
      clearTimeout(timer)
      for (const caller of callers) caller?.removeEventListener('abort', cancel)
    },
  }
}
