import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database, Sql } from './database.ts'
import { DatabaseFault } from './errors.ts'

/** Folder of this version's migrations, in Prisma's own format. */
export const migrationsFolder: string = fileURLToPath(new URL('../migrations', import.meta.url))

export interface Migration {
  name: string
  script: string
  /** SHA-256 of the script in hex, as Prisma records it. */
  checksum: string
}

interface Record extends Partial<{ [key: string]: unknown }> {
  migration_name: string
  checksum: string
  finished_at: Date | null
}

// The lock Prisma's own `migrate deploy` takes, so that the two exclude each other.
const migrationLock = 72707369

// As Prisma creates it.
const recordsTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                      VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum                VARCHAR(64) NOT NULL,
  finished_at             TIMESTAMPTZ,
  migration_name          VARCHAR(255) NOT NULL,
  logs                    TEXT,
  rolled_back_at          TIMESTAMPTZ,
  started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`

/** Reads a migrations folder, oldest first. */
export async function readMigrations(folder: string = migrationsFolder): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const script = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, script, checksum: createHash('sha256').update(script).digest('hex') }
    }),
  )
}

async function readRecords(sql: Sql): Promise<Record[]> {
  const [found] = await sql.query<{ table: string | null }>(`select to_regclass('_prisma_migrations')::text as table`)
  if (!found?.table) return []
  return sql.query<Record>(
    `select migration_name, checksum, finished_at from _prisma_migrations
     where rolled_back_at is null order by started_at, migration_name`,
  )
}

/**
 * Compares the folder with what the database remembers.
 * @returns the migrations still to apply, in order
 * @throws DatabaseFault when they contradict each other
 */
function pending(migrations: readonly Migration[], records: readonly Record[]): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const record of records) {
    const migration = byName.get(record.migration_name)
    if (!migration) {
      throw new DatabaseFault(
        'DATABASE_NEWER',
        `The database has migration ${record.migration_name}, which this version does not know: it was made by a newer ` +
          'Patchbay. Start that version, or restore the backup taken before the upgrade.',
      )
    }
    if (!record.finished_at) {
      throw new DatabaseFault(
        'MIGRATION_UNFINISHED',
        `Migration ${migration.name} was begun by "prisma migrate deploy" and did not finish. Repair the database, ` +
          'then run "prisma migrate resolve".',
      )
    }
    if (migration.checksum !== record.checksum) {
      throw new DatabaseFault(
        'MIGRATION_EDITED',
        `Migration ${migration.name} was edited after it had been applied. Put the file back as it was and make the ` +
          'change in a new migration.',
      )
    }
  }
  const done = new Set(records.map((record) => record.migration_name))
  return migrations.filter((migration) => !done.has(migration.name))
}

/**
 * Where a database stands: the names of the migrations it has, and of those this version would apply.
 * @throws DatabaseFault MIGRATION_EDITED, MIGRATION_UNFINISHED or DATABASE_NEWER
 */
export async function migrationState(
  database: Pick<Database, 'system'>,
): Promise<{ applied: string[]; pending: string[] }> {
  const [migrations, records] = await Promise.all([readMigrations(), readRecords(database.system.sql)])
  const missing = pending(migrations, records)
  return { applied: records.map((record) => record.migration_name), pending: missing.map(({ name }) => name) }
}

/** Names the line a statement failed in: PostgreSQL reports a position in characters, from 1. */
function whereIn(script: string, error: unknown): string {
  const position = Number((error as { position?: unknown }).position)
  if (!Number.isInteger(position) || position < 1) return ''
  return ` (line ${script.slice(0, position).split('\n').length})`
}

async function apply(sql: Sql, migration: Migration): Promise<void> {
  const started = new Date()
  try {
    await sql.script(migration.script)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const hint = (error as { hint?: string }).hint
    throw new DatabaseFault(
      'MIGRATION_FAILED',
      `Migration ${migration.name} failed and was rolled back${whereIn(migration.script, error)}: ${reason}${hint ? `. ${hint}` : ''}`,
      { cause: error },
    )
  }
  await sql.query(
    `insert into _prisma_migrations (id, checksum, started_at, finished_at, migration_name, applied_steps_count)
     values ($1, $2, $3, $4, $5, 1)`,
    [randomUUID(), migration.checksum, started, new Date(), migration.name],
  )
}

/**
 * Brings the database to this version, each migration in a transaction of its own. Any number of replicas may call it
 * at once. When nothing is pending it costs two small queries.
 * @returns names of the migrations this call applied
 * @throws DatabaseFault MIGRATION_FAILED, MIGRATION_EDITED, MIGRATION_UNFINISHED or DATABASE_NEWER
 */
export async function migrate(database: Database, options: { folder?: string } = {}): Promise<string[]> {
  const migrations = await readMigrations(options.folder)
  const { sql } = database.system
  const applied: string[] = []
  for (const candidate of pending(migrations, await readRecords(sql))) {
    await sql.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock($1)`, [migrationLock])
      await tx.script(recordsTable)
      // Another replica may have been first while this one waited.
      const [next] = pending(migrations, await readRecords(tx))
      if (next?.name !== candidate.name) return
      await apply(tx, candidate)
      applied.push(candidate.name)
    })
  }
  return applied
}
