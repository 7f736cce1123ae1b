import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { databaseUrl } from '../support/postgres-server.ts'

/** A database of its own for hubs that are processes of their own: on PostgreSQL an empty one; embedded, the hub makes one. */
export function emptyDatabase(purpose: string) {
  const source = inject('database')
  const name = `patchbay_${purpose}_${randomBytes(6).toString('hex')}`

  async function administer(statement: string): Promise<void> {
    if (source.engine !== 'postgres') return
    const client = new pg.Client({ connectionString: source.url })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  return {
    url: source.engine === 'postgres' ? databaseUrl(source.url, name) : undefined,
    create: () => administer(`create database ${name}`),
    drop: () => administer(`drop database if exists ${name} with (force)`),
  }
}
