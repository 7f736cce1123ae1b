import { createHmac } from 'node:crypto'
import type { Database, Sql } from '@patchbay/prisma/database.ts'
import { transact } from '@patchbay/prisma/transact.ts'
import type { ErasureTable } from '@patchbay/schema/commands/erasure.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Audit } from '../audit/contract.ts'
import type { Vault } from '../vault/contract.ts'
import type { Erasures } from './contract.ts'
import { patternOf, type SubjectPattern } from './spellings.ts'
import { erasedTables } from './tables.ts'
import { walkStep, type Place } from './walk.ts'

export interface ErasuresOptions {
  readonly database: Database
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly audit: Pick<Audit, 'append'>
  /** Secret of this hub, for the keyed hash of subjects; at least 32 bytes. */
  readonly hashKey: Uint8Array
  readonly now: () => Date
  readonly newId: () => string
  /** Told once an erasure is done, to drop what is kept in memory. */
  readonly onDone?: (organizationId: string) => Promise<void>
  /** Rows of one step at most. Default 500. */
  readonly batch?: number
}

/** Where the work goes on. */
interface Position {
  readonly table: number
  readonly after: Place | null
}

interface ErasureRow extends Record<string, unknown> {
  readonly report: { readonly tables?: readonly ErasureTable[] }
  readonly position: Position | null
  readonly keyId: string | null
  readonly wrappedKey: Uint8Array | null
  readonly ciphertext: Uint8Array | null
  readonly subjectHash: string
}

const fresh = (): ErasureTable[] =>
  erasedTables.map(({ name, kept }) => ({ name, lookedAt: 0, changed: 0, kept: 0, reason: kept ?? null, done: false }))

export function createErasures(options: ErasuresOptions): Erasures {
  const { database, vault, hashKey, newId, batch = 500 } = options
  const { sql } = database.system
  const hashOf = (subject: string): string =>
    createHmac('sha256', hashKey).update(subject.normalize('NFC').trim().toLowerCase()).digest('hex')
  const binding = (organizationId: string, rowId: string) => ({ organizationId, rowId, table: 'Erasure' as const })

  return {
    hashOf,

    async draft(organizationId, subject) {
      const id = newId()
      return { id, subjectHash: hashOf(subject), ...(await vault.seal(subject, binding(organizationId, id))) }
    },

    async preview(organizationId, subject, signal) {
      const pattern = patternOf(subject)
      const tables = []
      for (const table of erasedTables) {
        let rows = 0
        let after: Place | null = null
        do {
          signal?.throwIfAborted()
          const step = await walkStep(sql, table, { organizationId, pattern, after, limit: batch, write: false })
          rows += step.found
          after = step.next
        } while (after !== null)
        tables.push({ name: table.name, rows, kept: table.kept !== undefined, reason: table.kept ?? null })
      }
      return tables
    },

    async run({ organizationId, id }, signal) {
      const [row] = await sql.query<ErasureRow>(
        `select "keyId", "wrappedKey", "ciphertext" from "Erasure"
         where "id" = $1::uuid and "organizationId" = $2::uuid and "state" = 'RUNNING'`,
        [id, organizationId],
      )
      if (row === undefined) return
      const { keyId, wrappedKey, ciphertext } = row
      if (keyId === null || wrappedKey === null || ciphertext === null)
        throw new Error(`erasure ${id} is under way without its subject`)
      const subject = await vault.open({ keyId, wrappedKey, ciphertext }, binding(organizationId, id))
      const pattern = patternOf(subject)
      for (;;) {
        if (signal.aborted) return
        const more = await sql.transaction((tx) => step(tx, { organizationId, id, pattern, batch }))
        if (!more) break
      }
      await finish(options, { organizationId, id })
    },
  }
}

/** One bounded step of an erasure, with its place and its counts in the same transaction; false at the end. */
async function step(
  sql: Sql,
  erasure: {
    readonly organizationId: string
    readonly id: string
    readonly pattern: SubjectPattern
    readonly batch: number
  },
): Promise<boolean> {
  const { organizationId, id, pattern, batch: limit } = erasure
  const [row] = await sql.query<ErasureRow>(
    `select "report", "position" from "Erasure" where "id" = $1::uuid and "state" = 'RUNNING' for no key update`,
    [id],
  )
  if (row === undefined) return false
  const { table: n, after } = row.position ?? { table: 0, after: null }
  const table = erasedTables[n]
  if (table === undefined) return false
  const { lookedAt, found, next } = await walkStep(sql, table, { organizationId, pattern, after, limit, write: true })
  const tables = [...(row.report.tables ?? fresh())]
  const before = tables[n] ?? { name: table.name, lookedAt: 0, changed: 0, kept: 0, reason: null, done: false }
  const isKept = table.kept !== undefined
  tables[n] = {
    name: table.name,
    lookedAt: before.lookedAt + lookedAt,
    changed: before.changed + (isKept ? 0 : found),
    kept: before.kept + (isKept ? found : 0),
    reason: table.kept ?? null,
    done: next === null,
  }
  const position: Position = next === null ? { table: n + 1, after: null } : { table: n, after: next }
  await sql.query(`update "Erasure" set "report" = $2::jsonb, "position" = $3::jsonb where "id" = $1::uuid`, [
    id,
    JSON.stringify({ tables }),
    JSON.stringify(position),
  ])
  return position.table < erasedTables.length
}

/** Forgets the subject and leaves word of what was done. */
async function finish(
  { database, audit, now, newId, onDone }: ErasuresOptions,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
): Promise<void> {
  const actor: Actor = {
    kind: 'SYSTEM',
    id: null,
    name: 'Eraser',
    organizationId,
    ipAddress: null,
    correlationId: newId(),
    connectionIds: [],
  }
  // Before it counts as done: what is kept in memory would go on showing it.
  await onDone?.(organizationId)
  await transact(database.tenant(organizationId).prisma, async (tx) => {
    await tx.$queryRaw`select 1 from "Erasure" where "id" = ${id}::uuid for no key update`
    const row = await tx.erasure.findUnique({ where: { id } })
    if (row === null || row.state === 'DONE') return
    const gone = { keyId: null, wrappedKey: null, ciphertext: null }
    await tx.erasure.update({ where: { id }, data: { state: 'DONE', finishedAt: now(), ...gone } })
    const { tables = [] } = row.report as { tables?: ErasureTable[] }
    await audit.append(tx, actor, {
      action: 'erasure.finished',
      subjectType: 'Erasure',
      subjectId: id,
      after: {
        subjectHash: row.subjectHash,
        changed: tables.reduce((sum, table) => sum + table.changed, 0),
        kept: tables.reduce((sum, table) => sum + table.kept, 0),
      },
    })
  })
}

/** Erasures that were under way when a hub stopped. */
export async function unfinishedErasures(
  sql: Sql,
): Promise<{ readonly organizationId: string; readonly id: string }[]> {
  return sql.query(`select "organizationId", "id" from "Erasure" where "state" = 'RUNNING' order by "createdAt"`)
}
