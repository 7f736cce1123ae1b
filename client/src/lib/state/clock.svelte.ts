import { createSubscriber } from 'svelte/reactivity'

/** A clock that ticks only while somebody looks. */
class Clock {
  #subscribe: () => void

  constructor(everyMs: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, everyMs)
      return () => clearInterval(timer)
    })
  }

  /** Milliseconds since the epoch, refreshed with each tick where it is read reactively. */
  get now(): number {
    this.#subscribe()
    return Date.now()
  }
}

/** One shared clock for every relative time on the page. */
export const clock = new Clock(5000)
/** For what counts down before one's eyes. */
export const stopwatch = new Clock(1000)
