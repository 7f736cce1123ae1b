import { openAsBlob, readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { openDatabase } from '@patchbay/prisma/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import { schemaDrift } from '@patchbay/prisma/drift.ts'
import { migrate, migrationsFolder, migrationState, readMigrations } from '@patchbay/prisma/migrations.ts'
import { modelsFolder } from '@patchbay/prisma/schema-engine.ts'
import { afterAll, expect, inject, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'

const opened: { close(): Promise<void> }[] = []
const home = await mkdtemp(join(tmpdir(), 'patchbay-migrations-'))
afterAll(async () => {
  for (const database of opened) await database.close()
  await rm(home, { recursive: true, force: true })
})

async function database(options: { unmigrated: boolean }): Promise<TestDatabase> {
  const fresh = await testDatabase(options)
  opened.push({ close: fresh.cleanup })
  return fresh
}

/** A copy of the migrations with one more, or with the first one changed. */
async function folder(name: string, change: { add?: string; edit?: string }): Promise<string> {
  const copy = join(home, name)
  await cp(migrationsFolder, copy, { recursive: true })
  if (change.add !== undefined) {
    await mkdir(join(copy, '20991231000000_more'))
    await writeFile(join(copy, '20991231000000_more/migration.sql'), change.add)
  }
  const [first] = await readMigrations()
  if (change.edit !== undefined)
    await writeFile(join(copy, `${first?.name}/migration.sql`), `${first?.script}${change.edit}`)
  return copy
}

test('N3: replicas that start together migrate once', async () => {
  const first = await database({ unmigrated: true })
  const replicas: Database[] = [first]
  if (first.url) for (let n = 0; n < 3; n++) replicas.push(await openDatabase({ url: first.url }))
  const applied = await Promise.all([...replicas, ...replicas].map((replica) => migrate(replica)))
  for (const replica of replicas.slice(1)) await replica.close()
  const names = (await readMigrations()).map(({ name }) => name)
  expect(applied.flat().sort()).toEqual(names)
  const records = await first.system.sql.query<{ name: string }>(
    'select migration_name as name from _prisma_migrations order by 1',
  )
  expect(records.map(({ name }) => name)).toEqual(names)
  expect(await migrationState(first)).toEqual({ applied: names, pending: [] })
})

test('N3: the record is what Prisma itself would have written', async () => {
  const { system } = await database({ unmigrated: false })
  const [first] = await readMigrations()
  const [record] = await system.sql.query('select * from _prisma_migrations order by started_at limit 1')
  expect(record).toMatchObject({
    migration_name: first?.name,
    checksum: first?.checksum,
    applied_steps_count: 1,
    rolled_back_at: null,
    logs: null,
  })
  expect(record?.['id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(record?.['finished_at']).toBeInstanceOf(Date)
})

test('N3: a migration that fails changes nothing, says where, and can be repaired and tried again', async () => {
  const target = await database({ unmigrated: false })
  const broken = await folder('broken', { add: 'create table "Later" (id int);\n\nselect nonsense from nowhere;\n' })
  await expect(migrate(target, { folder: broken })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/20991231000000_more .*\(line 3\).*nowhere/) as string,
  })
  expect(await target.system.sql.query(`select to_regclass('"Later"')::text as found`)).toEqual([{ found: null }])
  const repaired = await folder('repaired', { add: 'create table "Later" (id int);' })
  expect(await migrate(target, { folder: repaired })).toEqual(['20991231000000_more'])
  expect(await migrate(target, { folder: repaired })).toEqual([])
})

test('N3: a database of a newer version is refused', async () => {
  const target = await database({ unmigrated: false })
  await migrate(target, { folder: await folder('newer', { add: 'select 1;' }) })
  await expect(migrate(target)).rejects.toMatchObject({ code: 'DATABASE_NEWER' })
})

test('N3: a migration edited after it was applied is refused', async () => {
  const target = await database({ unmigrated: false })
  const edited = await folder('edited', { edit: '\n-- one more thought\n' })
  await expect(migrate(target, { folder: edited })).rejects.toMatchObject({ code: 'MIGRATION_EDITED' })
})

test('N3: a migration that another tool left half done is refused, one it rolled back is not', async () => {
  const target = await database({ unmigrated: false })
  const { sql } = target.system
  await sql.query('update _prisma_migrations set finished_at = null')
  await expect(migrate(target)).rejects.toMatchObject({ code: 'MIGRATION_UNFINISHED' })
  await sql.query('update _prisma_migrations set finished_at = now()')
  await sql.query(
    `insert into _prisma_migrations (id, checksum, migration_name, rolled_back_at) values ('x', 'y', '20250101000000_gone', now())`,
  )
  expect(await migrate(target)).toEqual([])
})

test('N3: the migrations say what the models say, and a changed model is noticed', async () => {
  const source = inject('database')
  const target =
    source.engine === 'pglite'
      ? { pglite: await PGlite.create({ loadDataDir: await openAsBlob(source.migrated) }) }
      : { url: (await database({ unmigrated: false })).url }
  if (target.pglite) opened.push(target.pglite)
  expect(await schemaDrift(target)).toBe('')

  const models = join(home, 'models')
  await cp(modelsFolder, models, { recursive: true })
  const change = (file: string, from: RegExp, to: string) => {
    const path = join(models, file)
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(from)
    writeFileSync(path, text.replace(from, to))
  }
  change('call.prisma', /latencyMs( +)Int\n/, 'latencyMs$1BigInt\n')
  change('health.prisma', /message( +)String\?\n/, 'message$1String?\n  weather String?\n')
  change('audit.prisma', /@@index\(\[organizationId, at\]\)/, '@@index([at])')
  const script = await schemaDrift({ ...target, models })
  expect(script).toContain('ALTER TABLE "Call" ALTER COLUMN "latencyMs" SET DATA TYPE BIGINT')
  expect(script).toContain('ADD COLUMN     "weather" TEXT')
  expect(script).toContain('CREATE INDEX "AuditEntry_at_idx"')
})
