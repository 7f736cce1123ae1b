import type { PrismaClient } from '../generated/client/client.ts'

export type { PrismaClient }

/** The transaction handle Prisma hands to `$transaction(async (tx) => …)`. */
export type Tx = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0]

export type Row = Record<string, unknown>

/** Plain SQL on the driver, for hot paths: PostgreSQL placeholders (`$1`), rows as objects keyed by column name. */
export interface Sql {
  /**
   * One statement. Values come back as Prisma gives them, on both engines: bigint for int8, Date for timestamps and
   * dates, Uint8Array for bytea, parsed JSON; numeric stays a string, so cast a `sum` to what you want. Pass JSON as
   * text (`JSON.stringify`), arrays as arrays; cast an array of an enum to text[] when reading it.
   */
  query<R extends Row = Row>(text: string, params?: readonly unknown[]): Promise<R[]>
  /** Several statements without parameters, sent together; the rows of all of them, in order. */
  script<R extends Row = Row>(text: string): Promise<R[]>
}

/** Plain SQL that can also run several statements in one transaction; rolled back when `work` throws. */
export interface SqlPool extends Sql {
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
}

/** What one organization may see and change: every statement runs as role `hub_app` with the organization set, so row level security holds whatever the query says. */
export interface Tenant {
  readonly organizationId: string
  readonly prisma: PrismaClient
  readonly sql: SqlPool
}

/** The only way to the data. One per process. */
export interface Database {
  readonly engine: 'pglite' | 'postgres'
  /** Owner's handle: sees every organization. For workers, sign-in and migrations; never for a request's resolver or rule. */
  readonly system: { readonly prisma: PrismaClient; readonly sql: SqlPool }
  /** Handle bound to one organization; cached, cheap to ask for. */
  tenant(organizationId: string): Tenant
  /** Rings `channel` on every replica once the surrounding statement has committed. Payload at most 7,000 bytes. */
  notify(channel: string, payload: string): Promise<void>
  /** Hears `channel`; reconnects by itself and calls `onGap` after each reconnect, when rings may have been missed. Returns a function that stops listening. */
  listen(channel: string, onRing: (payload: string) => void, onGap?: () => void): Promise<() => Promise<void>>
  /** Answers when the database answers; rejects otherwise. */
  ping(): Promise<void>
  close(): Promise<void>
}
