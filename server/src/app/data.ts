import { join } from 'node:path'
import { openDatabase } from '@patchbay/prisma/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import { migrate, readMigrations } from '@patchbay/prisma/migrations.ts'
import type { Config } from '../config.ts'

/** The hub may not start, for a reason a person can act on: the words are all that is shown. */
export class StartError extends Error {
  readonly code = 'START'
}

/** Opens the hub's database and makes sure that it fits this version. Throws StartError in words. */
export async function openData(config: Config): Promise<Database> {
  const { url, pool } = config.database
  const database = await openDatabase({
    url: url ?? undefined,
    dataDir: url === null ? join(config.dataFolder, 'database') : undefined,
    maxConnections: pool,
  })
  try {
    if (url === null || config.mode === 'demo' || !(await wasMigrated(database))) await migrate(database)
    else await refuseOldDatabase(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

async function appliedNames(database: Database): Promise<Set<string>> {
  const [table] = await database.system.sql.query<{ found: string | null }>(
    `select to_regclass('_prisma_migrations')::text as found`,
  )
  if (!table?.found) return new Set()
  const rows = await database.system.sql.query<{ name: string }>(
    'select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null',
  )
  return new Set(rows.map((row) => row.name))
}

async function wasMigrated(database: Database): Promise<boolean> {
  return (await appliedNames(database)).size > 0
}

/** A production database is upgraded by a command somebody decided to run, never by the first replica that restarts. */
async function refuseOldDatabase(database: Database): Promise<void> {
  const applied = await appliedNames(database)
  const missing = (await readMigrations()).filter((migration) => !applied.has(migration.name))
  if (missing.length === 0) return void (await migrate(database))
  throw new StartError(
    `The database is older than this hub: ${missing.map((migration) => migration.name).join(', ')} still to be applied.\n` +
      'Make a backup, then run: node prisma/bin/migrate.ts',
  )
}
