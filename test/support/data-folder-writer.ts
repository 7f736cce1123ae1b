// A hub process reduced to its database: opens the data folder named by its first argument and writes rows for ever,
// printing each id once the database has acknowledged it. Meant to be killed.
import { randomUUID } from 'node:crypto'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { migrate } from '@patchbay/prisma/migrations.ts'

const database = await openDatabase({ dataDir: process.argv[2] })
await migrate(database)
process.stdout.write('ready\n')
for (;;) {
  const id = randomUUID()
  await database.system.prisma.organization.create({ data: { id, name: id, slug: id } })
  process.stdout.write(`${id}\n`)
}
