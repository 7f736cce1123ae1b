import { Client, fetchExchange, mapExchange, subscriptionExchange, type ExecutionResult } from '@urql/core'
import type { Client as Socket } from 'graphql-ws'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { createCache } from './cache.ts'
import { faultOf } from './fault.ts'
import { createSocket } from './socket.ts'

const url = '/graphql'
/** Read for each request: providers' texts and refusals come in the language of the page. */
const fetchOptions = (): RequestInit => ({
  credentials: 'same-origin',
  headers: { 'accept-language': i18n.language },
})

/**
 * The admin's way to the hub: one cached client for pages, one plain client for the log's history, one socket for both.
 * `reset` drops everything known, for sign-out and another organization; queries that run then ask again. `speak` does the
 * same for another language, and what is on the screen stays until its answer is here.
 */
class Hub {
  #client = $state.raw<Client | null>(null)
  #readers = 0
  #spoken = i18n.language
  #plain: Client | null = null
  #socket: Socket | null = null
  #onSignedOut: () => void = () => {}

  /** Called when the hub no longer knows who is asking. */
  onSignedOut(listener: () => void): void {
    this.#onSignedOut = listener
  }

  get socket(): Socket {
    return (this.#socket ??= createSocket(() => this.#onSignedOut()))
  }

  /** Normalised cache: whatever arrives by query, mutation or subscription updates every page that shows it. */
  get client(): Client {
    if (this.#client === null) throw new Error('The hub client is used before start().')
    return this.#client
  }

  /** Changes with `reset`: what was read before may not be shown any longer. */
  get reader(): number {
    return this.#readers
  }

  /** Without cache, for rows nobody reads twice. */
  get plain(): Client {
    return (this.#plain ??= new Client({
      url,
      fetchOptions,
      preferGetMethod: false,
      requestPolicy: 'network-only',
      exchanges: [this.#watch(), fetchExchange],
    }))
  }

  start(): void {
    this.#spoken = i18n.language
    this.#client ??= this.#create()
  }

  /** The cache holds texts of one language: another one begins with an empty cache. No stream carries such texts. */
  speak(language: typeof i18n.language): void {
    if (this.#spoken === language) return
    this.#spoken = language
    this.#client = this.#create()
  }

  reset(): void {
    void this.#socket?.dispose()
    this.#socket = null
    this.#plain = null
    this.#readers += 1
    this.#client = this.#create()
  }

  #create(): Client {
    return new Client({
      url,
      fetchOptions,
      preferGetMethod: false,
      requestPolicy: 'cache-and-network',
      exchanges: [
        createCache(),
        this.#watch(),
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: (operation) => ({
            subscribe: (sink) => ({
              unsubscribe: this.socket.subscribe(
                { query: operation.query ?? '', variables: operation.variables ?? null },
                {
                  next: (value) => sink.next(value as ExecutionResult),
                  error: (fault) => sink.error(fault),
                  complete: () => sink.complete(),
                },
              ),
            }),
          }),
        }),
      ],
    })
  }

  #watch() {
    return mapExchange({
      onError: (error) => {
        if (faultOf(error).kind === 'unauthenticated') this.#onSignedOut()
      },
    })
  }
}

export const hub = new Hub()
