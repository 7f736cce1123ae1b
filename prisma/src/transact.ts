import { Prisma, type PrismaClient } from '../generated/client/client.ts'
import type { Tx } from './database.ts'

// The embedded database runs one transaction at a time: under a burst the last one waits for all before it.
const patience = { maxWait: 30_000, timeout: 30_000 }
const attempts = 3

/**
 * Runs `work` in one transaction. When PostgreSQL ends it to resolve a deadlock or a write conflict, it runs again, at
 * most twice; `work` must therefore have no effect outside of `tx`.
 */
export async function transact<T>(prisma: PrismaClient, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await prisma.$transaction(work, patience)
    } catch (error) {
      if (attempt === attempts || !isWriteConflict(error)) throw error
    }
  }
}

/** Prisma names it P2034 from its own queries, and P2010 with the driver's words inside from raw ones. */
function isWriteConflict(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false
  if (error.code === 'P2034') return true
  const driver = error.meta?.['driverAdapterError'] as { cause?: { kind?: string } } | undefined
  return driver?.cause?.kind === 'TransactionWriteConflict'
}
