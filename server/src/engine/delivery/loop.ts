import { setImmediate as others } from 'node:timers/promises'

export interface LoopOptions {
  /** Says whether there may be more to do. */
  readonly work: () => Promise<boolean>
  /** Milliseconds until it is worth looking again without a ring; null for never. */
  readonly nextMs: () => number | null
  readonly onFault: (error: unknown) => void
}

/** Work that runs when it is rung, one run at a time; rings during a run make another one. */
export interface Loop {
  start(): void
  ring(): void
  /** A run failed, and the pause after it is not over. */
  readonly resting: boolean
  /** Begins no more and waits for the run in hand. */
  stop(): Promise<void>
}

/** Pause after a failed run, in milliseconds. */
const retryMs = 500

export function createLoop({ work, nextMs, onFault }: LoopOptions): Loop {
  let running = false
  let rung = false
  let resting = false
  let turning: Promise<void> | null = null
  let timer: NodeJS.Timeout | undefined

  async function run(): Promise<void> {
    try {
      while (rung && running) {
        rung = false
        if (await work()) rung = true
        // The embedded database answers without ever letting go of the process: without this, sockets would starve.
        await others()
      }
    } catch (error) {
      onFault(error)
      resting = true
    }
    turning = null
    sleep()
  }

  function sleep(): void {
    clearTimeout(timer)
    const wait = resting ? retryMs : nextMs()
    if (!running || wait === null) return
    timer = setTimeout(
      () => {
        resting = false
        ring()
      },
      Math.max(0, wait),
    )
  }

  function ring(): void {
    rung = true
    if (running && !resting) turning ??= run()
  }

  return {
    get resting() {
      return resting
    },
    ring,
    start() {
      running = true
      ring()
    },
    async stop() {
      running = false
      clearTimeout(timer)
      await turning
    },
  }
}
