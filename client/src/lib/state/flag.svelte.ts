/** Something a person has seen or dismissed, remembered in this browser. */
export class Flag {
  #on = $state(false)
  readonly #key: string

  constructor(key: string) {
    this.#key = key
    try {
      this.#on = localStorage.getItem(key) !== null
    } catch {
      // Storage may be forbidden: then it is forgotten on reload.
    }
  }

  get on(): boolean {
    return this.#on
  }
  raise(): void {
    this.#on = true
    try {
      localStorage.setItem(this.#key, '1')
    } catch {
      // As above.
    }
  }
}
