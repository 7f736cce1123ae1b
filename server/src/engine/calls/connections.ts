import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'

/** Rings with a connection's id when anything a call depends on was changed, by whatever process; see the migration. */
export const connectionsChannel = 'hub_connections'

/** Rows stay in memory this long at most, in milliseconds. */
const keptMs = 30_000
const mostKept = 2_000

/** Connections as calls need them, out of memory where that is safe. */
export interface ConnectionReader {
  /** Null when the organization has no such connection. */
  find(organizationId: string, id: string): Promise<Connection | null>
  /** Reads the row anew with the next call. */
  forget(id: string): void
  close(): Promise<void>
}

export interface ConnectionReaderOptions {
  readonly database: Pick<Database, 'tenant' | 'listen'>
  /** Milliseconds. Default Date.now. */
  readonly now?: () => number
}

interface Kept {
  readonly row: Promise<Connection | null>
  readonly until: number
  /** The same, once it is there. */
  found?: Connection
}

/** A row is kept only while the doorbell can be heard: a pause in one process counts in all of them at once. */
export function createConnectionReader({ database, now = Date.now }: ConnectionReaderOptions): ConnectionReader {
  const kept = new Map<string, Kept>()
  let bell: Promise<(() => Promise<void>) | null> | null = null
  let isHeard = false

  async function listen(): Promise<void> {
    bell ??= database
      .listen(
        connectionsChannel,
        (id) => kept.delete(id),
        () => kept.clear(),
      )
      .then(
        (stop) => {
          isHeard = true
          return stop
        },
        () => (bell = null),
      )
    await bell
  }

  return {
    async find(organizationId, id) {
      if (!isHeard) await listen()
      const before = kept.get(id)
      if (before !== undefined && before.until > now()) {
        const row = before.found ?? (await before.row)
        return row?.organizationId === organizationId ? row : null
      }
      const row = database.tenant(organizationId).prisma.connection.findFirst({ where: { id, organizationId } })
      // What is not there is not remembered: anybody may ask for anything.
      const found: Kept = { row, until: now() + keptMs }
      if (isHeard) kept.set(id, found)
      const oldest = kept.keys().next()
      if (kept.size > mostKept && !oldest.done) kept.delete(oldest.value)
      const answer = await row.catch((error: unknown) => {
        if (kept.get(id) === found) kept.delete(id)
        throw error
      })
      if (answer !== null) found.found = answer
      else if (kept.get(id) === found) kept.delete(id)
      return answer
    },
    forget: (id) => void kept.delete(id),
    async close() {
      kept.clear()
      await (
        await bell
      )?.()
    },
  }
}
