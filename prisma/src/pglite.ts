import { mkdir } from 'node:fs/promises'
import { PGlite, type QueryOptions, type Results } from '@electric-sql/pglite'
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import type { Row, Sql, SqlPool } from './database.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { checkPayload, type Door, type Engine, quoteChannel } from './engine.ts'
import { DatabaseFault } from './errors.ts'
import { openPgliteFolder } from './pglite-folder.ts'
import { Turnstile } from './turnstile.ts'
import { parsers, toParameter } from './values.ts'

export interface PgliteOptions {
  /** The hub's data folder; the database lives in `database` inside it. Absent: in memory, gone with the process. */
  dataDir?: string | undefined
  /** A dumped data directory to start an in-memory database from. */
  loadDataDir?: Blob | undefined
  /** An instance made elsewhere, instead of any of the above; closed with the database. */
  pglite?: PGlite | undefined
}

/** PGlite hangs the statement's parameters on its errors, where a logger would find them; a secret may be among them. */
function withoutParameters(error: unknown): unknown {
  if (error instanceof Error) {
    for (const key of ['params', 'query', 'queryOptions']) Reflect.deleteProperty(error, key)
  }
  return error
}

/** The statements that open a transaction for the owner, or for one organization as `hub_app`. */
function opening(organizationId: string | undefined): string {
  if (!organizationId) return 'BEGIN'
  return `BEGIN; SET LOCAL ROLE hub_app; SELECT set_config('hub.organization', '${organizationId}', true)`
}

/** Opens PGlite. Every statement of this process takes its turn at the one connection. */
export async function openPglite(options: PgliteOptions): Promise<Engine> {
  const { dataDir, loadDataDir } = options
  if (dataDir) await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const unlock = dataDir ? await lockDataFolder(dataDir) : async () => {}
  const held: Held = { pglite: null }
  try {
    if (dataDir) held.pglite = await openPgliteFolder(dataDir)
    else held.pglite = options.pglite ?? (await PGlite.create(loadDataDir ? { loadDataDir } : {}))
    Object.assign(held.pglite.parsers, parsers)
    await held.pglite.exec(`SET TIME ZONE 'UTC'`)
  } catch (error) {
    await unlock()
    throw error
  }
  const turnstile = new Turnstile()
  const owner = door(held, turnstile, undefined)
  let closing: Promise<void> | undefined

  return {
    engine: 'pglite',
    owner,
    organization: (organizationId) => door(held, turnstile, organizationId),
    async notify(channel, payload) {
      await owner.sql.query('select pg_notify($1, $2)', [channel, checkPayload(payload)])
    },
    async listen(channel, onRing) {
      // The connection lives in this process, so there is no gap to tell of. Not the function PGlite returns to stop
      // with: it misses a channel whose name is not all lower case.
      const quoted = quoteChannel(channel)
      const ear = (payload: string) => onRing(payload)
      await turnstile.alone(() => opened(held).listen(quoted, ear))
      return () => turnstile.alone(async () => held.pglite?.unlisten(quoted, ear))
    },
    async ping() {
      await owner.sql.query('select 1')
    },
    close() {
      closing ??= turnstile
        .alone(() => opened(held).close())
        .finally(() => {
          held.pglite = null
          return unlock()
        })
      return closing
    },
  }
}

/** Lets go of the instance once it is closed: a hundred megabytes that would stay for as long as somebody knows the database. */
interface Held {
  pglite: PGlite | null
}

/** @throws DatabaseFault CLOSED once it is */
function opened({ pglite }: Held): PGlite {
  if (pglite === null) throw new DatabaseFault('CLOSED', 'the embedded database is closed')
  return pglite
}

function door(held: Held, turnstile: Turnstile, organizationId: string | undefined): Door {
  const open = opening(organizationId)

  async function commit(): Promise<void> {
    const [result] = await opened(held).exec('COMMIT')
    if (result?.command === 'ROLLBACK') {
      throw new DatabaseFault(
        'TRANSACTION_ABORTED',
        'a failed statement was ignored, so its transaction was rolled back',
      )
    }
  }

  async function inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await opened(held).exec(open)
    let result
    try {
      result = await work()
    } catch (error) {
      await opened(held).exec('ROLLBACK')
      throw withoutParameters(error)
    }
    await commit()
    return result
  }

  /** One statement: as it is for the owner, in a transaction that carries role and setting for an organization. */
  async function single<T>(statement: () => Promise<T>): Promise<T> {
    try {
      return await turnstile.alone(() => (organizationId ? inTransaction(statement) : statement()))
    } catch (error) {
      throw withoutParameters(error)
    }
  }

  const plain: Sql = {
    async query<R extends Row>(text: string, params?: readonly unknown[]) {
      return (await opened(held).query<R>(text, params?.map(toParameter))).rows
    },
    async script<R extends Row>(text: string) {
      return (await opened(held).exec(text)).flatMap((result) => result.rows as R[])
    },
  }

  const sql: SqlPool = {
    query: (text, params) => single(() => plain.query(text, params)),
    script: (text) =>
      single(async () => {
        try {
          return await plain.script(text)
        } catch (error) {
          // The script may have begun a transaction of its own, which would poison the next statement.
          if (!organizationId) await opened(held).exec('ROLLBACK')
          throw error
        }
      }),
    async transaction(work) {
      const turn = await turnstile.enter()
      try {
        return await inTransaction(() => turn.inside(() => work(plain)))
      } finally {
        turn.leave()
      }
    },
  }

  const query = (text: string, params?: unknown[], options?: QueryOptions): Promise<Results> =>
    single(() => opened(held).query(text, params, options) as Promise<Results>)

  return { sql, adapter: () => prismaAdapter({ query, begin }) }

  /** Opens a transaction that ends in another call frame, as Prisma's interactive transactions do. */
  async function begin() {
    const turn = await turnstile.enter()
    let over = false
    const end = async (statement: () => Promise<unknown>) => {
      if (over) return
      over = true
      try {
        await statement()
      } finally {
        turn.leave()
      }
    }
    try {
      await opened(held).exec(open)
    } catch (error) {
      turn.leave()
      throw withoutParameters(error)
    }
    return {
      query: ((text, params, options) => opened(held).query(text, params, options)) as Query,
      commit: () => end(commit),
      rollback: () => end(() => opened(held).exec('ROLLBACK')),
    }
  }
}

type Query = (text: string, params?: unknown[], options?: QueryOptions) => Promise<Results>

interface PrismaDoor {
  query: Query
  begin(): Promise<{ query: Query; commit(): Promise<void>; rollback(): Promise<void> }>
}

/**
 * pglite-prisma-adapter for values and statements, transactions our own: its COMMIT swallows a failure, and it hands
 * the connection back before a ROLLBACK has run. Isolation levels are ignored: with one connection nothing runs beside.
 */
function prismaAdapter(door: PrismaDoor): SqlDriverAdapterFactory {
  const over = (query: Query) => new PrismaPGlite({ query } as unknown as PGlite).connect()
  return {
    provider: 'postgres',
    adapterName: 'pglite-prisma-adapter',
    async connect() {
      const adapter = await over(door.query)
      const startTransaction: typeof adapter.startTransaction = async () => {
        const { query, commit, rollback } = await door.begin()
        return Object.assign(await over(query), { options: { usePhantomQuery: true }, commit, rollback })
      }
      return Object.assign(adapter, { startTransaction })
    },
  }
}
