import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { migrate, readMigrations } from '@patchbay/prisma/migrations.ts'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { databaseUrl, startPostgres } from './postgres-server.ts'

/** What a test file needs to know to get a database of its own. */
export type TestDatabaseSource =
  | {
      engine: 'pglite'
      /** Dumps of a data directory: migrated, and with nothing in it. */ migrated: string
      empty: string
    }
  | { engine: 'postgres'; /** Maintenance database. */ url: string; /** Migrated database to copy. */ template: string }

declare module 'vitest' {
  export interface ProvidedContext {
    database: TestDatabaseSource
  }
}

const artifacts = fileURLToPath(new URL('../.artifacts', import.meta.url))

/**
 * Prepares, once per run, the database every test file copies: PATCHBAY_TEST_ENGINE=postgres for PostgreSQL (the one at
 * TEST_DATABASE_URL, or one started for this run), PGlite otherwise.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = process.env['PATCHBAY_TEST_ENGINE'] ?? 'pglite'
  if (engine !== 'pglite' && engine !== 'postgres')
    throw new Error(`PATCHBAY_TEST_ENGINE is pglite or postgres, not ${engine}`)
  const [source, teardown] = engine === 'pglite' ? await preparePglite() : await preparePostgres()
  project.provide('database', source)
  return teardown
}

/** Dumps are kept between runs: making one takes five seconds, and it only changes with what is hashed here. */
async function preparePglite(): Promise<[TestDatabaseSource, () => Promise<void>]> {
  const migrations = await readMigrations()
  const pgliteFile = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  // The resolved path names the version. The month counts: the migration makes this month's partitions.
  const parts = [
    'without templates',
    await realpath(pgliteFile),
    new Date().toISOString().slice(0, 7),
    ...migrations.map(({ checksum }) => checksum),
  ]
  const key = createHash('sha256').update(parts.join()).digest('hex').slice(0, 12)
  const source: TestDatabaseSource = {
    engine: 'pglite',
    migrated: join(artifacts, `pglite-migrated-${key}.tar`),
    empty: join(artifacts, `pglite-empty-${key}.tar`),
  }
  const made = await access(source.migrated).then(
    () => true,
    () => false,
  )
  if (!made) {
    await mkdir(artifacts, { recursive: true })
    await removeOldDumps()
    const pglite = await PGlite.create()
    await keep(source.empty, await pglite.dumpDataDir('none'))
    const database = await openDatabase({ pglite })
    await migrate(database)
    // Nobody makes databases of these copies, and two templates are two thirds of what each copy would carry.
    await pglite.exec(`update pg_database set "datistemplate" = false`)
    for (const name of ['template0', 'template1']) await pglite.exec(`drop database ${name}`)
    await pglite.exec('checkpoint')
    await keep(source.migrated, await pglite.dumpDataDir('none'))
    await database.close()
  }
  return [source, async () => {}]
}

const dayMs = 86_400_000

async function removeOldDumps(): Promise<void> {
  for (const name of await readdir(artifacts)) {
    const path = join(artifacts, name)
    if (name.startsWith('pglite-') && (await stat(path)).mtimeMs < Date.now() - dayMs) await rm(path, { force: true })
  }
}

async function keep(path: string, dump: Blob): Promise<void> {
  // Several runs may prepare at once; a file under its final name is always whole.
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, Buffer.from(await dump.arrayBuffer()))
  await rename(draft, path)
}

async function preparePostgres(): Promise<[TestDatabaseSource, () => Promise<void>]> {
  const given = process.env['TEST_DATABASE_URL']
  const server = given ? { url: given, stop: async () => {} } : await startPostgres()
  const template = `patchbay_template_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client({ connectionString: server.url })
  const teardown = async () => {
    await admin.query(`drop database if exists ${template} with (force)`).catch(() => {})
    await admin.end()
    await server.stop()
  }
  try {
    await admin.connect()
    await admin.query(`create database ${template}`)
    const database = await openDatabase({ url: databaseUrl(server.url, template) })
    await migrate(database).finally(() => database.close())
  } catch (error) {
    await teardown()
    throw error
  }
  return [{ engine: 'postgres', url: server.url, template }, teardown]
}
