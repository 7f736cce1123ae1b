import type { Environment } from '#lib/graphql/generated/graphql.ts'
import type { Sent } from './draft.svelte.ts'
import type { SendOutcome } from './outcome.ts'

export interface Entry {
  readonly id: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly connection: {
    readonly id: string
    readonly uuid: string
    readonly name: string
    readonly environment: Environment
  }
  readonly sent: Sent
  readonly tookMs: number
  readonly outcome: SendOutcome
}

const kept = 30

/**
 * Requests this tab sent. They may hold what nobody else should read, so they are kept in memory alone and belong to one
 * person in one organization: another one finds an empty list.
 */
class RequestHistory {
  #entries = $state.raw<readonly Entry[]>([])
  #owner = ''
  #next = 1

  /** Newest first. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  /** Forgets what somebody else sent. */
  openFor(owner: string): void {
    if (this.#owner !== owner) this.#entries = []
    this.#owner = owner
  }
  add(entry: Omit<Entry, 'id'>): Entry {
    const whole = { ...entry, id: this.#next }
    this.#next += 1
    this.#entries = [whole, ...this.#entries].slice(0, kept)
    return whole
  }
  clear(): void {
    this.#entries = []
  }
}

export const requests = new RequestHistory()
