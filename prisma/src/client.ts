import type { PGlite } from '@electric-sql/pglite'
import { PrismaClient } from '../generated/client/client.ts'
import type { Database, Tenant } from './database.ts'
import { checkOrganizationId, type Door, type Engine } from './engine.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'

export interface OpenOptions {
  /** PostgreSQL connection URL. Absent: PGlite. */
  url?: string | undefined
  /** PGlite: the hub's data folder. Absent: in memory. */
  dataDir?: string | undefined
  /** PGlite in memory, started from a dumped data directory. */
  loadDataDir?: Blob | undefined
  /** PGlite: an instance made elsewhere (tests); closed with the database. */
  pglite?: PGlite | undefined
  /** PostgreSQL connections this process may hold, besides one that listens; default 20. */
  maxConnections?: number | undefined
  /** Organizations whose Prisma client is kept; default 16. Each costs 5 MB, and 17 ms to make anew. */
  maxTenants?: number | undefined
}

// Prisma's own patience (2 s to begin) is short for PGlite, where one transaction waits for another.
const transactionOptions = { maxWait: 10_000, timeout: 15_000 }

function prismaOn(door: Door): PrismaClient {
  return new PrismaClient({ adapter: door.adapter(), transactionOptions })
}

/** Handles by organization, the longest unused forgotten first. A forgotten one goes on working for whoever holds it. */
class Tenants {
  readonly #engine: Engine
  readonly #most: number
  readonly #kept = new Map<string, Tenant>()

  constructor(engine: Engine, most: number) {
    this.#engine = engine
    this.#most = most
  }

  get(organizationId: string): Tenant {
    const id = checkOrganizationId(organizationId)
    const tenant = this.#kept.get(id) ?? this.#make(id)
    this.#kept.delete(id)
    this.#kept.set(id, tenant)
    const oldest = this.#kept.keys().next()
    // Nothing to disconnect: the connections belong to the engine, and the client is collected when nobody holds it.
    if (this.#kept.size > this.#most && !oldest.done) this.#kept.delete(oldest.value)
    return tenant
  }

  #make(organizationId: string): Tenant {
    const door = this.#engine.organization(organizationId)
    let prisma: PrismaClient | undefined
    return {
      organizationId,
      sql: door.sql,
      // Many requests need plain SQL only; they should not pay for a Prisma client.
      get prisma() {
        prisma ??= prismaOn(door)
        return prisma
      },
    }
  }
}

/**
 * Opens the hub's data: PostgreSQL when a URL is given, PGlite otherwise. The only place a database is opened. Does not
 * migrate (see migrations.ts).
 * @throws DatabaseFault DATABASE_IN_USE when another process holds the data folder
 */
export async function openDatabase(options: OpenOptions = {}): Promise<Database> {
  const { url, dataDir, loadDataDir, pglite, maxConnections = 20, maxTenants = 16 } = options
  const engine = url ? openPostgres({ url, maxConnections }) : await openPglite({ dataDir, loadDataDir, pglite })
  const tenants = new Tenants(engine, maxTenants)
  const prisma = prismaOn(engine.owner)
  return {
    engine: engine.engine,
    system: { prisma, sql: engine.owner.sql },
    tenant: (organizationId) => tenants.get(organizationId),
    notify: (channel, payload) => engine.notify(channel, payload),
    listen: (channel, onRing, onGap) => engine.listen(channel, onRing, onGap),
    ping: () => engine.ping(),
    async close() {
      await prisma.$disconnect()
      await engine.close()
    },
  }
}
