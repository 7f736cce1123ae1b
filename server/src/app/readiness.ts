import type { Database } from '@patchbay/prisma/database.ts'

/** What has to answer before this process can take requests. */
export function readinessChecks(database: Database): Readonly<Record<string, () => Promise<void>>> {
  const { sql } = database.system
  const answers = async (query: string) => void (await sql.query(query))
  return {
    database: () => database.ping(),
    // Another version's upgrade, or a restore under the running hub, shows here.
    migrations: () => answers('select 1 / count(*) from _prisma_migrations where finished_at is not null'),
    queue: () => answers('select 1 / count(*) from pgboss.queue'),
  }
}
