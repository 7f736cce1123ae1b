/** What a screen reader hears, politely, when something changes by itself. */
class Announcer {
  #message = $state('')

  get message(): string {
    return this.#message
  }
  say(message: string): void {
    // The same words twice are not read twice unless the text changes: a no-break space makes it differ.
    this.#message = message === this.#message ? `${message}\u00a0` : message
  }
}

export const announcer = new Announcer()
