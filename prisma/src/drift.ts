import { PGlite, type QueryOptions } from '@electric-sql/pglite'
import pg from 'pg'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { openDatabase } from './client.ts'
import { migrate } from './migrations.ts'
import { diffToModels } from './schema-engine.ts'

export interface DriftOptions {
  /** A migrated PostgreSQL database. Without it and `pglite`, one is made for the question, in memory. */
  url?: string | undefined
  /** A migrated PGlite instance. */
  pglite?: PGlite | undefined
  /** Folder of migrations to make that one with; default: this package's. */
  migrations?: string | undefined
  /** Folder of models; default: this package's. */
  models?: string | undefined
}

/**
 * The adapter of PGlite on a PostgreSQL connection. The schema engine reads catalogue columns of type "char", which
 * Prisma's own adapter for `pg` (7.10) does not know; this one does.
 */
function adapterOn(client: pg.Client): PrismaPGlite {
  const query = async (text: string, values: unknown[], { parsers = {} }: QueryOptions) => {
    const getTypeParser = ((type: number) =>
      parsers[type] ?? pg.types.getTypeParser(type)) as typeof pg.types.getTypeParser
    return client.query({ text, values, rowMode: 'array', types: { getTypeParser } })
  }
  return new PrismaPGlite({ query } as unknown as PGlite)
}

/**
 * What a migrated database lacks, or has too much, against the models.
 * @returns the SQL that would close the gap; empty when there is none
 */
export async function schemaDrift(options: DriftOptions = {}): Promise<string> {
  const { url, migrations, models } = options
  if (url) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return await diffToModels(adapterOn(client), models)
    } finally {
      await client.end()
    }
  }
  if (options.pglite) return diffToModels(new PrismaPGlite(options.pglite), models)
  const pglite = await PGlite.create()
  const database = await openDatabase({ pglite })
  try {
    await migrate(database, migrations === undefined ? {} : { folder: migrations })
    return await diffToModels(new PrismaPGlite(pglite), models)
  } finally {
    await database.close()
  }
}
