import type { Row, Sql } from '@patchbay/prisma/database.ts'
import { type Json, toJson } from './canonical.ts'
import { type ChainEntry, hashEntry, noHash } from './chain.ts'
import type { ChainVerdict } from './contract.ts'

interface StoredEntry extends Row, Omit<ChainEntry, 'at' | 'before' | 'after'> {
  at: Date
  before: unknown
  after: unknown
  hash: string
}

const pageRows = 1_000
const pageText = `select "id", "organizationId", "position", "at", "actorKind", "actorId", "actorName", "ipAddress",
    "action", "subjectType", "subjectId", "before", "after", "correlationId", "previousHash", "hash"
  from "AuditEntry" where "organizationId" = $1::uuid and "position" > $2::int order by "position" limit ${pageRows}`

/** Walks the chain page by page, so its length does not matter for memory. */
export async function verifyChain(sql: Sql, organizationId: string): Promise<ChainVerdict> {
  let position = 0
  let previousHash = noHash
  for (;;) {
    const page = await sql.query<StoredEntry>(pageText, [organizationId, position])
    for (const stored of page) {
      const fits = stored.position === position + 1 && stored.previousHash === previousHash && isWhole(stored)
      // A position that is missing is named itself, not the one found in its place.
      if (!fits) return { ok: false, entries: position, brokenAt: position + 1 }
      position = stored.position
      previousHash = stored.hash
    }
    if (page.length < pageRows) return { ok: true, entries: position, brokenAt: null }
  }
}

function isWhole({ hash, at, before, after, ...rest }: StoredEntry): boolean {
  const json = (value: unknown): Json => toJson(value)
  return hashEntry({ ...rest, at: at.toISOString(), before: json(before), after: json(after) }) === hash
}
