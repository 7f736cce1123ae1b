import { randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { openDatabase, type OpenOptions } from '@patchbay/prisma/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import pg from 'pg'
import { inject } from 'vitest'
import { databaseUrl } from './postgres-server.ts'

/** A database of one test file's own, migrated and empty. */
export interface TestDatabase extends Database {
  /** Where it is, for processes and replicas of their own; absent on PGlite. */
  readonly url: string | undefined
  /** Closes it and throws it away. */
  cleanup(): Promise<void>
}

export interface TestDatabaseOptions extends Pick<OpenOptions, 'maxConnections' | 'maxTenants'> {
  /** Leaves it without tables. */
  unmigrated?: boolean
}

/** Makes a database on the engine under test (PATCHBAY_TEST_ENGINE). Call `cleanup` in afterAll. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { unmigrated = false, ...open } = options
  const source = inject('database')
  if (source.engine === 'pglite') {
    const loadDataDir = await openAsBlob(unmigrated ? source.empty : source.migrated)
    const database = await openDatabase({ ...open, loadDataDir })
    return { ...database, url: undefined, cleanup: () => database.close() }
  }
  const name = `patchbay_test_${randomBytes(6).toString('hex')}`
  await administer(source.url, `create database ${name}${unmigrated ? '' : ` template ${source.template}`}`)
  const url = databaseUrl(source.url, name)
  const database = await openDatabase({ ...open, url })
  const cleanup = async () => {
    await database.close()
    await administer(source.url, `drop database if exists ${name} with (force)`)
  }
  return { ...database, url, cleanup }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
