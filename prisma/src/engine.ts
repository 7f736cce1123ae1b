import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { Database, SqlPool } from './database.ts'

/** One way into the data: for the owner, or for one organization as role `hub_app`. */
export interface Door {
  readonly sql: SqlPool
  /** What a Prisma client on this door runs on. */
  adapter(): SqlDriverAdapterFactory
}

/** What PostgreSQL and PGlite each bring; `client.ts` makes a Database of it. */
export interface Engine extends Pick<Database, 'engine' | 'notify' | 'listen' | 'ping' | 'close'> {
  readonly owner: Door
  organization(organizationId: string): Door
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Refuses anything but a UUID as an organization: the value reaches PostgreSQL's settings, where nothing checks it. */
export function checkOrganizationId(value: string): string {
  if (!uuid.test(value)) throw new TypeError('an organization id is a UUID')
  return value.toLowerCase()
}

/** Longest payload PostgreSQL rings with is 8,000 bytes; some room is left for its own. */
const longestPayload = 7_000

/** Refuses a payload PostgreSQL would refuse, before the statement it rides on fails. */
export function checkPayload(payload: string): string {
  if (Buffer.byteLength(payload) > longestPayload) {
    throw new RangeError(`a notification carries at most ${longestPayload} bytes; send a reference to a row instead`)
  }
  return payload
}

/** Quotes a channel for LISTEN, which takes an identifier, so that it equals the text pg_notify takes. */
export function quoteChannel(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`
}
