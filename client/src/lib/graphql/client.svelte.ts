import { Client, fetchExchange, mapExchange, subscriptionExchange, type ExecutionResult } from '@urql/core'
import type { Client as Socket } from 'graphql-ws'
import { createCache } from './cache.ts'
import { faultOf } from './fault.ts'
import { createSocket } from './socket.ts'

const url = '/graphql'
const fetchOptions: RequestInit = { credentials: 'same-origin' }

/**
 * The admin's way to the hub: one cached client for pages, one plain client for the log's history, one socket for both.
 * `reset` drops everything known, for sign-out and another organization; queries that run then ask again.
 */
class Hub {
  #client = $state.raw<Client | null>(null)
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
    this.#client ??= this.#create()
  }

  reset(): void {
    void this.#socket?.dispose()
    this.#socket = null
    this.#plain = null
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
