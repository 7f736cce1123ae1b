import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { Row, Sql, SqlPool } from './database.ts'
import { checkPayload, type Door, type Engine } from './engine.ts'
import { DatabaseFault } from './errors.ts'
import { PostgresListener } from './postgres-listener.ts'
import { StatementNames } from './statement-names.ts'
import { pgTypes } from './values.ts'

export interface PostgresOptions {
  /** Connection URL. Behind a pooler, session pooling only: an organization is set for a session, not a transaction. */
  url: string
  /** Connections this process may hold, besides one that listens; default 20. */
  maxConnections: number
}

/** Splits a URL's own `options` off, so that ours can be added: `pg` would let the URL's replace them. */
export function connectionConfig(url: string, settings: Record<string, string>): pg.ClientConfig {
  const parsed = new URL(url)
  const own = parsed.searchParams.get('options')
  parsed.searchParams.delete('options')
  const ours = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  return {
    connectionString: parsed.href,
    options: [own, ...ours].filter(Boolean).join(' '),
    application_name: parsed.searchParams.get('application_name') ?? 'patchbay',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: pgTypes,
  }
}

/** Takes a client from a pool and gives it back, broken ones to be closed. */
async function borrow<T>(
  connect: () => Promise<pg.PoolClient>,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect()
  let broken = false
  const onError = () => {
    broken = true
  }
  // Without a listener a connection lost while in use would end the process.
  client.on('error', onError)
  try {
    return await work(client)
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

function sqlOn(client: pg.PoolClient, names: StatementNames): Sql {
  return {
    async query<R extends Row>(text: string, params?: readonly unknown[]) {
      if (!params) return (await client.query<R>(text)).rows
      const name = names.nameFor(text)
      const statement = { text, values: [...params] }
      return (await client.query<R>(name ? { ...statement, name } : statement)).rows
    },
    async script<R extends Row>(text: string) {
      const results = (await client.query<R>(text)) as pg.QueryResult<R> | pg.QueryResult<R>[]
      return Array.isArray(results) ? results.flatMap((result) => result.rows) : results.rows
    },
  }
}

// After a migration by a newer replica, a statement prepared before it may no longer fit. Asked once more without a
// name it does.
function isStalePlan(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '0A000' && error.message.includes('cached plan')
}

function sqlPool(connect: () => Promise<pg.PoolClient>, names: StatementNames): SqlPool {
  return {
    query: <R extends Row>(text: string, params?: readonly unknown[]) =>
      borrow(connect, async (client) => {
        try {
          return await sqlOn(client, names).query<R>(text, params)
        } catch (error) {
          if (!isStalePlan(error)) throw error
          return (await client.query<R>({ text, values: [...(params ?? [])] })).rows
        }
      }),
    script: <R extends Row>(text: string) =>
      borrow(connect, async (client) => {
        try {
          return await sqlOn(client, names).script<R>(text)
        } catch (error) {
          // The script may have begun a transaction of its own.
          await client.query('ROLLBACK')
          throw error
        }
      }),
    transaction: (work) =>
      borrow(connect, async (client) => {
        await client.query('BEGIN')
        let result
        try {
          result = await work(sqlOn(client, names))
        } catch (error) {
          await client.query('ROLLBACK')
          throw error
        }
        const { command } = await client.query('COMMIT')
        if (command === 'ROLLBACK')
          throw new DatabaseFault(
            'TRANSACTION_ABORTED',
            'a failed statement was ignored, so its transaction was rolled back',
          )
        return result
      }),
  }
}

/** Opens PostgreSQL: one pool for the owner, one for `hub_app`, one connection that listens. Nothing connects yet. */
export function openPostgres(options: PostgresOptions): Engine {
  const half = Math.max(1, Math.ceil(options.maxConnections / 2))
  const ownerPool = new pg.Pool({ ...connectionConfig(options.url, { TimeZone: 'UTC' }), max: half })
  const appPool = new pg.Pool({ ...connectionConfig(options.url, { TimeZone: 'UTC', role: 'hub_app' }), max: half })
  // An idle connection that breaks is dropped by the pool; the next one asked for is a new one.
  for (const pool of [ownerPool, appPool]) pool.on('error', () => {})
  const listener = new PostgresListener(connectionConfig(options.url, { TimeZone: 'UTC' }))
  const ownerNames = new StatementNames()
  const appNames = new StatementNames()
  const lastOrganization = new WeakMap<pg.PoolClient, string>()

  /** A `hub_app` connection that speaks for `organizationId` and stays so until another organization takes it. */
  async function connectFor(organizationId: string): Promise<pg.PoolClient> {
    const client = await appPool.connect()
    if (lastOrganization.get(client) === organizationId) return client
    try {
      lastOrganization.delete(client)
      await client.query({
        name: 'hub_organization',
        text: `select set_config('hub.organization', $1, false)`,
        values: [organizationId],
      })
      lastOrganization.set(client, organizationId)
      return client
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  const owner: Door = {
    sql: sqlPool(() => ownerPool.connect(), ownerNames),
    adapter: () => new PrismaPg(ownerPool, { statementNameGenerator: ({ sql }) => ownerNames.nameFor(sql) ?? '' }),
  }

  return {
    engine: 'postgres',
    owner,
    organization(organizationId) {
      const connect = () => connectFor(organizationId)
      return {
        sql: sqlPool(connect, appNames),
        adapter: () =>
          new PrismaPg(poolFacade(appPool, connect), {
            statementNameGenerator: ({ sql }) => appNames.nameFor(sql) ?? '',
          }),
      }
    },
    async notify(channel, payload) {
      await owner.sql.query('select pg_notify($1, $2)', [channel, checkPayload(payload)])
    },
    listen: (channel, onRing, onGap) => listener.listen(channel, onRing, onGap),
    async ping() {
      await ownerPool.query('select 1')
    },
    async close() {
      await listener.close()
      await Promise.all([ownerPool.end(), appPool.end()])
    },
  }
}

/** What Prisma's adapter uses of a pool (it asks `instanceof Pool`), with each connection set to one organization. */
function poolFacade(pool: pg.Pool, connect: () => Promise<pg.PoolClient>): pg.Pool {
  return Object.assign(Object.create(pg.Pool.prototype) as pg.Pool, {
    options: pool.options,
    connect,
    query: (config: pg.QueryConfig) => borrow(connect, (client) => client.query(config)),
    end: async () => {},
  })
}
