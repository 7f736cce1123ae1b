import type { Row, Sql, Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { canonicalJson, cleanText, type Json, sha256, toJson } from './canonical.ts'
import type { AuditEntryInput } from './contract.ts'

/** Hash before the first entry. */
export const noHash = '0'.repeat(64)

/** Everything an entry's hash covers. */
export interface ChainEntry {
  readonly id: string
  readonly organizationId: string
  readonly position: number
  /** ISO 8601, milliseconds, UTC. */
  readonly at: string
  readonly actorKind: string
  readonly actorId: string | null
  readonly actorName: string | null
  readonly ipAddress: string | null
  readonly action: string
  readonly subjectType: string
  readonly subjectId: string | null
  readonly before: Json
  readonly after: Json
  readonly correlationId: string | null
  readonly previousHash: string
}

/** What an entry says, before it has its place in the chain. */
export type EntryFacts = Omit<ChainEntry, 'id' | 'position' | 'previousHash'>

/** SHA-256 over the canonical JSON of the entry, its position and the hash before it. */
export function hashEntry(entry: ChainEntry): string {
  return sha256(canonicalJson({ v: 1, ...entry }))
}

export function entryFacts(actor: Actor, input: AuditEntryInput, at: Date): EntryFacts {
  const text = (value: string | null) => (value === null ? null : cleanText(value))
  return {
    organizationId: actor.organizationId.toLowerCase(),
    at: at.toISOString(),
    actorKind: actor.kind,
    actorId: text(actor.id),
    actorName: text(actor.name),
    ipAddress: text(actor.ipAddress),
    action: cleanText(input.action),
    subjectType: cleanText(input.subjectType),
    subjectId: text(input.subjectId),
    before: toJson(input.before),
    after: toJson(input.after),
    correlationId: text(actor.correlationId),
  }
}

/** The two kinds of statement the chain needs, from whatever transaction it is written in. */
export interface ChainTx {
  query(text: string, params: readonly string[]): Promise<Row[]>
  /** For statements whose rows do not matter. */
  execute(text: string, params: readonly string[]): Promise<unknown>
}

export function onPrisma(tx: Tx): ChainTx {
  return {
    query: (text, params) => tx.$queryRawUnsafe<Row[]>(text, ...params),
    execute: (text, params) => tx.$executeRawUnsafe(text, ...params),
  }
}

export function onSql(sql: Sql): ChainTx {
  return { query: (text, params) => sql.query(text, params), execute: (text, params) => sql.query(text, params) }
}

const lockText = `select pg_advisory_xact_lock(hashtextextended('hub.audit.' || $1::text, 0))`
const lastText = `select "position", "hash" from "AuditEntry"
  where "organizationId" = $1::uuid order by "position" desc limit 1`
// One parameter for any number of entries, so that both drivers take it alike.
const insertText = `insert into "AuditEntry" ("id", "organizationId", "position", "at", "actorKind", "actorId",
    "actorName", "ipAddress", "action", "subjectType", "subjectId", "before", "after", "correlationId", "previousHash", "hash")
  select "id", "organizationId", "position", "at", "actorKind", "actorId",
    "actorName", "ipAddress", "action", "subjectType", "subjectId", "before", "after", "correlationId", "previousHash", "hash"
  from jsonb_to_recordset($1::jsonb) as entry("id" uuid, "organizationId" uuid, "position" int, "at" timestamptz,
    "actorKind" text, "actorId" text, "actorName" text, "ipAddress" text, "action" text, "subjectType" text,
    "subjectId" text, "before" jsonb, "after" jsonb, "correlationId" text, "previousHash" text, "hash" text)
  order by "position"`

/** Takes an organization's chain until the transaction ends; taking it twice is taking it once. */
export async function lockChain(tx: ChainTx, organizationId: string): Promise<void> {
  await tx.execute(lockText, [organizationId])
}

/** Appends entries of one organization in order. Holds the organization's chain until the transaction ends. */
export async function extendChain(tx: ChainTx, entries: readonly EntryFacts[], newId: () => string): Promise<void> {
  const [first] = entries
  if (!first) return
  const { organizationId } = first
  await lockChain(tx, organizationId)
  // A statement of its own, after the lock: only now does its snapshot hold the entry of whoever had the lock before.
  const [last] = await tx.query(lastText, [organizationId])
  let position = Number(last?.['position'] ?? 0)
  let previousHash = typeof last?.['hash'] === 'string' ? last['hash'] : noHash
  const rows = entries.map((facts) => {
    position += 1
    const entry: ChainEntry = { ...facts, id: newId(), position, previousHash }
    previousHash = hashEntry(entry)
    return { ...entry, hash: previousHash }
  })
  await tx.execute(insertText, [JSON.stringify(rows)])
}
