import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import { entryFacts, extendChain, onPrisma, onSql } from './chain.ts'
import type { Audit } from './contract.ts'
import { type Note, noteFacts, Notes } from './notes.ts'
import { trimChains } from './trim.ts'
import { verifyChain } from './verify.ts'

export interface AuditOptions {
  readonly database: Pick<Database, 'system' | 'tenant'>
  readonly now?: () => Date
  readonly newId?: () => string
  /** Told when notes could not be written; they are tried again by themselves. */
  readonly onFault?: (error: unknown) => void
  /** How long a note may wait for others, in milliseconds. Default 250. */
  readonly flushMs?: number
  /** Notes kept in memory at most. Default 5,000. */
  readonly mostNotes?: number
}

/** Entries per transaction when notes are written. */
const chunk = 500

/** The audit log: one hash chain per organization. */
export function createAudit(options: AuditOptions): Audit {
  const { database, now = () => new Date(), newId = randomUUID, onFault = () => {} } = options
  const { flushMs = 250, mostNotes = 5_000 } = options
  const notes = new Notes(mostNotes)
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> = Promise.resolve()
  let closed = false

  function schedule(ms: number): void {
    if (closed) return
    timer ??= setTimeout(() => {
      timer = null
      flush().catch(onFault)
    }, ms)
  }

  function flush(): Promise<void> {
    // One after the other, or a later batch could overtake the one that is put back.
    writing = writing.catch(() => {}).then(write)
    return writing
  }

  async function write(): Promise<void> {
    const taken = notes.take()
    const unwritten = new Set<Note>(taken)
    try {
      for (const [organizationId, own] of Map.groupBy(taken, ({ facts }) => facts.organizationId)) {
        for (let at = 0; at < own.length; at += chunk) {
          const part = own.slice(at, at + chunk)
          await database
            .tenant(organizationId)
            .sql.transaction((sql) => extendChain(onSql(sql), part.map(noteFacts), newId))
          for (const note of part) unwritten.delete(note)
        }
      }
    } catch (error) {
      notes.putBack([...unwritten])
      schedule(flushMs * 4)
      throw error
    }
  }

  return {
    append: (tx, actor, entry) =>
      extendChain('$executeRawUnsafe' in tx ? onPrisma(tx) : onSql(tx), [entryFacts(actor, entry, now())], newId),

    note(actor, entry) {
      notes.add(entryFacts(actor, entry, now()))
      // A full transaction's worth does not wait for the timer; more than memory holds would be counted together.
      if (notes.size === chunk) flush().catch(onFault)
      else schedule(flushMs)
    },

    flush,

    verify: (organizationId) => verifyChain(database.tenant(organizationId).sql, organizationId),

    trim: (before, signal) => trimChains(before, { database, now, newId }, signal),

    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      await flush().catch(onFault)
    },
  }
}
