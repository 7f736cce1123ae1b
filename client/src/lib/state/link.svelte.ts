export type LinkState = 'online' | 'reconnecting' | 'offline'

/** The live connection to the hub, as people see it. Written by the socket only. */
class Link {
  #socket = $state<'idle' | 'open' | 'lost'>('idle')
  #network = $state(typeof navigator === 'undefined' || navigator.onLine)
  #generation = $state(0)

  get state(): LinkState {
    if (!this.#network) return 'offline'
    return this.#socket === 'lost' ? 'reconnecting' : 'online'
  }
  /** Grows with each reconnection: queries that read it ask again, and so catch up. */
  get generation(): number {
    return this.#generation
  }

  opened(again: boolean): void {
    this.#socket = 'open'
    if (again) this.#generation += 1
  }
  lost(): void {
    this.#socket = 'lost'
  }
  idle(): void {
    this.#socket = 'idle'
  }
  /** Follows the browser's own idea of being online. Returns the way to stop. */
  watch(): () => void {
    const update = () => (this.#network = navigator.onLine)
    window.addEventListener('online', update)
    window.addEventListener('offline', update)
    return () => {
      window.removeEventListener('online', update)
      window.removeEventListener('offline', update)
    }
  }
}

export const link = new Link()
