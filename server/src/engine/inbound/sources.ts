import type { Database } from '@patchbay/prisma/database.ts'
import type { FoundSource } from './contract.ts'
import { hashToken, type Opened, type SourceReader } from './read-source.ts'

/** Finds sources by token, from memory where it may. */
export interface Sources {
  /** Null for a token that opens nothing. Rejects when the database does. */
  find(token: string): Promise<FoundSource | null>
  /** The same from memory alone, at once; undefined when the database has to be asked. */
  recall(token: string): FoundSource | null | undefined
  /** Forgets a source, or every source of a connection; null forgets all. */
  forget(id: string | null): void
  start(): Promise<void>
  close(): Promise<void>
}

export interface SourcesOptions {
  readonly database: Pick<Database, 'listen'>
  readonly reader: SourceReader
  readonly now: () => Date
}

/** Channels on which changes are rung: of a source (its id or its connection's), and of a connection's credentials. */
const channels = ['hub_sources', 'hub_credentials']
/** A ring that got lost is made up for after this long, in milliseconds. */
const keptMs = 10_000
/** A token that opened nothing will not do so soon: tokens are random and stored before anybody sees them. */
const unknownMs = 30_000
const mostKept = 5_000

interface Kept {
  readonly found: FoundSource | null
  readonly opened: Opened
  readonly until: number
}

const nothing: Opened = new Map()

export function createSources({ database, reader, now }: SourcesOptions): Sources {
  const known = new Map<string, Kept>()
  const unknown = new Map<string, Kept>()
  const flights = new Map<string, Promise<FoundSource | null>>()
  let stops: (() => Promise<void>)[] = []
  /** Raised by every ring: what was read before it is not kept. */
  let rings = 0

  const fresh = (hash: string): Kept | undefined => {
    const kept = known.get(hash) ?? unknown.get(hash)
    return kept !== undefined && kept.until > now().getTime() ? kept : undefined
  }

  function remember(map: Map<string, Kept>, hash: string, kept: Kept): void {
    map.delete(hash)
    map.set(hash, kept)
    const oldest = map.keys().next()
    if (map.size > mostKept && !oldest.done) map.delete(oldest.value)
  }

  async function read(hash: string): Promise<FoundSource | null> {
    const before = rings
    const row = await reader.byToken(hash)
    // Opened values outlive the look at the source, so that a key service is not asked every few seconds.
    const open = row === null ? null : await reader.open(row, known.get(hash)?.opened ?? nothing)
    const found = row === null || open === null ? null : { ...open.source, tokenUntil: row.tokenUntil }
    if (before !== rings || stops.length === 0) {
      known.delete(hash)
      return found
    }
    const at = now().getTime()
    if (found === null) {
      known.delete(hash)
      remember(unknown, hash, { found, opened: nothing, until: at + unknownMs })
    } else remember(known, hash, { found, opened: open?.opened ?? nothing, until: at + keptMs })
    return found
  }

  /** Time goes on while a source is in memory: what ran out meanwhile counts no more. */
  function asOfNow(found: FoundSource | null): FoundSource | null {
    if (found === null) return null
    const at = now().getTime()
    const holds = (until: number | null) => until === null || until > at
    if (!holds(found.tokenUntil)) return null
    if (found.secrets.every(({ until }) => holds(until))) return found
    return { ...found, secrets: found.secrets.filter(({ until }) => holds(until)) }
  }

  function forget(id: string | null): void {
    rings++
    if (id === null) known.clear()
    else for (const [hash, { found }] of known) if (found?.id === id || found?.connection.id === id) known.delete(hash)
  }

  return {
    async find(token) {
      const hash = hashToken(token)
      const kept = fresh(hash)
      if (kept !== undefined) return asOfNow(kept.found)
      const flight = flights.get(hash) ?? read(hash).finally(() => flights.delete(hash))
      flights.set(hash, flight)
      return asOfNow(await flight)
    },
    recall(token) {
      const kept = fresh(hashToken(token))
      return kept === undefined ? undefined : asOfNow(kept.found)
    },
    forget,
    async start() {
      const stop = (channel: string) => database.listen(channel, forget, () => forget(null))
      stops = await Promise.all(channels.map(stop))
    },
    async close() {
      const listening = stops
      stops = []
      known.clear()
      await Promise.all(listening.map((stop) => stop()))
    },
  }
}
