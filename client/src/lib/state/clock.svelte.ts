import { createSubscriber } from 'svelte/reactivity'

/** One shared clock for every relative time on the page; it ticks only while somebody looks. */
class Clock {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 5000)
    return () => clearInterval(timer)
  })

  /** Milliseconds since the epoch, refreshed every five seconds where it is read reactively. */
  get now(): number {
    this.#subscribe()
    return Date.now()
  }
}

export const clock = new Clock()
