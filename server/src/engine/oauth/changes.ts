import type { Database } from '@patchbay/prisma/database.ts'
import { credentialsChannel } from './grants.ts'

/** Hears that a connection's secrets changed, in whatever process. */
export interface Changes {
  /** Starts listening on first use. False while nothing can be heard. */
  ready(): Promise<boolean>
  /** Resolves at the next change of this connection, at the latest after `ms`. */
  wait(connectionId: string, ms: number): Promise<void>
}

/** @param onChange told the connection's id, or null when rings may have been missed */
export function createChanges(
  database: Pick<Database, 'listen'>,
  onChange: (connectionId: string | null) => void,
): Changes {
  const waiting = new Map<string, Set<() => void>>()
  let listening: Promise<boolean> | null = null

  function wake(connectionId: string): void {
    for (const resolve of waiting.get(connectionId) ?? []) resolve()
  }

  function listen(): Promise<boolean> {
    listening ??= database
      .listen(
        credentialsChannel,
        (connectionId) => {
          onChange(connectionId)
          wake(connectionId)
        },
        () => {
          onChange(null)
          for (const connectionId of waiting.keys()) wake(connectionId)
        },
      )
      .then(
        () => true,
        () => {
          listening = null
          return false
        },
      )
    return listening
  }

  return {
    ready: listen,
    async wait(connectionId, ms) {
      void listen()
      await new Promise<void>((resolve) => {
        const waiters = waiting.get(connectionId) ?? new Set()
        const done = () => {
          clearTimeout(timer)
          waiters.delete(done)
          if (waiters.size === 0) waiting.delete(connectionId)
          resolve()
        }
        const timer = setTimeout(done, ms)
        waiting.set(connectionId, waiters.add(done))
      })
    },
  }
}
