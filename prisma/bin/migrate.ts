// Brings the PostgreSQL database at DATABASE_URL to this version. Safe to run from several places at once.
import { openDatabase } from '../src/client.ts'
import { DatabaseFault } from '../src/errors.ts'
import { migrate } from '../src/migrations.ts'

const url = process.env['DATABASE_URL']
if (!url) {
  console.error('Set DATABASE_URL. The embedded database is migrated when the hub starts.')
  process.exit(2)
}
const database = await openDatabase({ url, maxConnections: 2 })
try {
  const applied = await migrate(database)
  console.log(applied.length > 0 ? `Applied ${applied.join(', ')}` : 'Nothing to apply')
} catch (error) {
  console.error(error instanceof DatabaseFault ? error.message : error)
  process.exitCode = 1
} finally {
  await database.close()
}
