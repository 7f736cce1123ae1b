import type { Row, Sql } from '@patchbay/prisma/database.ts'
import { type Json, toJson } from './canonical.ts'
import { type ChainEntry, hashEntry, noHash } from './chain.ts'
import type { ChainVerdict } from './contract.ts'
import { trimmedAction, type TrimmedHead } from './trim.ts'

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
  let entries = 0
  let position = 0
  let previousHash = noHash
  let head: TrimmedHead | null = null
  for (;;) {
    const page = await sql.query<StoredEntry>(pageText, [organizationId, position])
    for (const stored of page) {
      if (entries === 0 && stored.position > 1) {
        head = { through: stored.position - 1, hash: stored.previousHash }
        position = head.through
        previousHash = head.hash
      }
      const fits = stored.position === position + 1 && stored.previousHash === previousHash && isWhole(stored)
      // A position that is missing is named itself, not the one found in its place.
      if (!fits) return { ok: false, entries, brokenAt: position + 1 }
      if (head && vouches(stored, head)) head = null
      position = stored.position
      previousHash = stored.hash
      entries += 1
    }
    if (page.length === pageRows) continue
    return head ? { ok: false, entries: 0, brokenAt: 1 } : { ok: true, entries, brokenAt: null }
  }
}

function vouches({ action, after }: StoredEntry, head: TrimmedHead): boolean {
  if (action !== trimmedAction || typeof after !== 'object' || after === null) return false
  const claim = after as Partial<TrimmedHead>
  return claim.through === head.through && claim.hash === head.hash
}

function isWhole({ hash, at, before, after, ...rest }: StoredEntry): boolean {
  const json = (value: unknown): Json => toJson(value)
  return hashEntry({ ...rest, at: at.toISOString(), before: json(before), after: json(after) }) === hash
}
