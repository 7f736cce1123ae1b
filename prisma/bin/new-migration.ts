// Writes the next migration: what the models say and the migrations so far do not. Needs no database.
//   pnpm migrate:new add_routes
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { schemaDrift } from '../src/drift.ts'
import { migrationsFolder } from '../src/migrations.ts'

const name = process.argv[2]
if (!name || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('Name the migration in lower case, words joined by underscores: pnpm migrate:new add_routes')
  process.exit(2)
}
const script = await schemaDrift()
if (!script) {
  console.log('The migrations already say what the models say.')
  process.exit(0)
}

// A table with an organization must be guarded where it is made; a test refuses one that is not.
const made = script.matchAll(/CREATE TABLE "(\w+)" \((.*?)\n\);/gs)
const owned = [...made].filter(([, , columns]) => columns?.includes('"organizationId"')).map(([, table]) => table)
const guards = owned.map((table) => `SELECT hub_guard_table('${table}');`)
const hand = guards.length > 0 ? `\n\n-- Row level security\n${guards.join('\n')}` : ''

const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
const folder = join(migrationsFolder, `${stamp}_${name}`)
await mkdir(folder)
await writeFile(join(folder, 'migration.sql'), `${script}${hand}\n`)
console.log(`Wrote ${join(folder, 'migration.sql')}. Read it before you commit it: it may drop what it cannot rename.`)
