import type { SqlPool } from '@patchbay/prisma/database.ts'
import type { Countries } from './countries.ts'
import { neighbourhoodOf } from './networks.ts'
import { RefusalBounds } from './refusal-bounds.ts'

export type RefusalReason = 'UNKNOWN' | 'REVOKED' | 'EXPIRED' | 'NETWORK' | 'RATE' | 'SCOPE'

/** One request of a good key. */
export interface Use {
  readonly id: string
  readonly organizationId: string
  readonly ipAddress: string | null
}

/** One attempt that was turned away. */
export interface Refusal {
  /** The key, where it is known. */
  readonly key: { readonly id: string; readonly organizationId: string } | null
  /** First characters of what was shown. */
  readonly prefix: string
  readonly ipAddress: string | null
  readonly reason: RefusalReason
}

interface Seen {
  readonly id: string
  readonly organizationId: string
  readonly address: string
  requests: number
  readonly first: number
  last: number
}

interface Refused extends Omit<Refusal, 'ipAddress'> {
  readonly hour: number
  readonly address: string
  attempts: number
  readonly first: number
  last: number
}

export interface KeyUseOptions {
  readonly sql: SqlPool
  readonly countries: Countries
  readonly now: () => number
  readonly newId: () => string
  readonly onFault: (error: unknown) => void
}

const flushMs = 2_000
/** Rows kept in memory between two flushes; what comes beyond is counted with its network. */
const mostHeld = 5_000
const hourMs = 3_600_000
/** A busy key must not become a busy row: its last use is written this often. */
const lastUseMs = 60_000

/**
 * Counts what keys do and what was turned away, off the hot path: in memory, written every two seconds in a handful of
 * statements, bounded however many addresses take part. A kill loses what was not written: these are figures, not money.
 */
export class KeyUse {
  readonly #options: KeyUseOptions
  readonly #bounds: RefusalBounds
  #seen = new Map<string, Seen>()
  #refused = new Map<string, Refused>()
  readonly #lastUse = new Map<string, number>()
  #hubOrganization: string | null = null
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()

  constructor(options: KeyUseOptions) {
    this.#options = options
    this.#bounds = new RefusalBounds()
  }

  used({ id, organizationId, ipAddress }: Use): void {
    const now = this.#options.now()
    const address = ipAddress ?? 'unknown'
    const name = `${id} ${address}`
    const known = this.#seen.get(name)
    if (known !== undefined) {
      known.requests += 1
      known.last = now
    } else if (this.#seen.size < mostHeld) {
      this.#seen.set(name, { id, organizationId, address, requests: 1, first: now, last: now })
      this.#soon()
    }
  }

  refused({ key, prefix, ipAddress, reason }: Refusal): void {
    const now = this.#options.now()
    const hour = Math.floor(now / hourMs) * hourMs
    const shown = this.#bounds.fit(hour, ipAddress ?? 'unknown', key === null ? prefix : null)
    const row = { address: shown.address, prefix: shown.prefix ?? prefix }
    const name = `${key?.id ?? ''} ${hour} ${row.address} ${row.prefix} ${reason}`
    const known = this.#refused.get(name)
    if (known !== undefined) {
      known.attempts += 1
      known.last = now
    } else if (this.#refused.size < mostHeld) {
      this.#refused.set(name, { key, reason, ...row, hour, attempts: 1, first: now, last: now })
      this.#soon()
    }
  }

  /** Resolves once everything counted so far is written. */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#writing = this.#writing.then(() => this.#write()).catch(this.#options.onFault)
    await this.#writing
  }

  close(): Promise<void> {
    return this.flush()
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), flushMs).unref()
  }

  async #write(): Promise<void> {
    const seen = [...this.#seen.values()]
    this.#seen = new Map()
    const refused = [...this.#refused.values()]
    this.#refused = new Map()
    const addresses = [...new Set([...seen, ...refused].map((one) => one.address))]
    const countries = new Map(
      await Promise.all(addresses.map(async (one) => [one, await this.#countryOf(one)] as const)),
    )
    if (seen.length > 0) await this.#writeSeen(seen, countries)
    if (refused.length > 0) await this.#writeRefused(refused, countries)
  }

  async #countryOf(address: string): Promise<string | null> {
    // A network in place of an address: its first address tells as well.
    return this.#options.countries.of(address.replace(/\/\d+$/, ''))
  }

  async #writeSeen(seen: readonly Seen[], countries: ReadonlyMap<string, string | null>): Promise<void> {
    const { sql } = this.#options
    // In one order everywhere, or two replicas could wait for each other.
    const rows = seen.toSorted((a, b) => (`${a.id} ${a.address}` < `${b.id} ${b.address}` ? -1 : 1))
    await sql.query(
      `insert into "ApiKeyAddress" as a ("organizationId", "apiKeyId", "ipAddress", "network", "country", "requests", "firstAt", "lastAt")
       select k."organizationId", k."id", g.address, g.network, g.country, g.requests, g.first, g.last
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
         with ordinality as g(id, address, network, country, requests, first, last, nth)
       join "ApiKey" k on k."id" = g.id order by g.nth
       on conflict ("apiKeyId", "ipAddress") do update set "requests" = a."requests" + excluded."requests",
         "lastAt" = greatest(a."lastAt", excluded."lastAt"), "country" = coalesce(excluded."country", a."country")`,
      [
        rows.map((row) => row.id),
        rows.map((row) => row.address),
        rows.map((row) => neighbourhoodOf(row.address)),
        rows.map((row) => countries.get(row.address) ?? null),
        rows.map((row) => row.requests),
        rows.map((row) => iso(row.first)),
        rows.map((row) => iso(row.last)),
      ],
    )
    await this.#countHours(seen.map(({ id, requests, last }) => ({ id, at: last, requests, refused: 0 })))
    const now = this.#options.now()
    const due = [...new Map(rows.map((row) => [row.id, row.last]))].filter(
      ([id, last]) => last - (this.#lastUse.get(id) ?? -Infinity) >= lastUseMs,
    )
    if (due.length === 0) return
    await sql.query(
      `update "ApiKey" k set "lastUsedAt" = greatest(k."lastUsedAt", g.last)
       from unnest($1::uuid[], $2::timestamptz[]) as g(id, last) where k."id" = g.id`,
      [due.map(([id]) => id), due.map(([, last]) => iso(last))],
    )
    for (const [id, last] of due) this.#lastUse.set(id, last)
    for (const [id, last] of this.#lastUse) if (now - last > lastUseMs) this.#lastUse.delete(id)
  }

  async #countHours(counts: readonly { id: string; at: number; requests: number; refused: number }[]): Promise<void> {
    if (counts.length === 0) return
    const hours = new Map<string, { id: string; hour: number; requests: number; refused: number }>()
    for (const { id, at, requests, refused } of counts) {
      const hour = Math.floor(at / hourMs) * hourMs
      const sum = hours.get(`${id} ${hour}`) ?? { id, hour, requests: 0, refused: 0 }
      hours.set(`${id} ${hour}`, { ...sum, requests: sum.requests + requests, refused: sum.refused + refused })
    }
    const rows = [...hours].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
    await this.#options.sql.query(
      `insert into "ApiKeyHour" as h ("organizationId", "apiKeyId", "hour", "requests", "refused")
       select k."organizationId", k."id", g.hour, g.requests, g.refused
       from unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::int[]) with ordinality as g(id, hour, requests, refused, nth)
       join "ApiKey" k on k."id" = g.id order by g.nth
       on conflict ("apiKeyId", "hour") do update set "requests" = h."requests" + excluded."requests",
         "refused" = h."refused" + excluded."refused"`,
      [
        rows.map((row) => row.id),
        rows.map((row) => iso(row.hour)),
        rows.map((row) => row.requests),
        rows.map((row) => row.refused),
      ],
    )
  }

  async #writeRefused(refused: readonly Refused[], countries: ReadonlyMap<string, string | null>): Promise<void> {
    const { sql, newId } = this.#options
    const rows = await this.#attributed(refused)
    await sql.query(
      `insert into "ApiKeyRefusal" as r ("id", "organizationId", "apiKeyId", "hour", "ipAddress", "country", "prefix", "reason", "attempts", "firstAt", "lastAt")
       select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
         $9::int[], $10::timestamptz[], $11::timestamptz[])
       on conflict ("organizationId", coalesce("apiKeyId", '00000000-0000-0000-0000-000000000000'::uuid), "hour", "ipAddress", "prefix", "reason")
       do update set "attempts" = r."attempts" + excluded."attempts", "lastAt" = greatest(r."lastAt", excluded."lastAt")`,
      [
        rows.map(() => newId()),
        rows.map((row) => row.organizationId),
        rows.map((row) => row.apiKeyId),
        rows.map((row) => iso(row.hour)),
        rows.map((row) => row.address),
        rows.map((row) => countries.get(row.address) ?? null),
        rows.map((row) => row.prefix),
        rows.map((row) => row.reason),
        rows.map((row) => row.attempts),
        rows.map((row) => iso(row.first)),
        rows.map((row) => iso(row.last)),
      ],
    )
    await this.#countHours(
      rows.flatMap(({ apiKeyId, last, attempts }) =>
        apiKeyId === null ? [] : [{ id: apiKeyId, at: last, requests: 0, refused: attempts }],
      ),
    )
  }

  /** Whose each attempt was: of the key it was made with, or begins like; of the hub's oldest organization where nobody knows. */
  async #attributed(refused: readonly Refused[]) {
    const { sql } = this.#options
    const unknown = [...new Set(refused.flatMap((row) => (row.key === null ? [row.prefix] : [])))]
    const found = await sql.query<{ id: string; organizationId: string; prefix: string }>(
      'select "id"::text as "id", "organizationId"::text as "organizationId", "prefix" from "ApiKey" where "prefix" = any($1::text[]) order by "createdAt"',
      [unknown],
    )
    const byPrefix = new Map(found.map((row) => [row.prefix, row]))
    this.#hubOrganization ??= await this.#oldest()
    const rows = new Map<string, Omit<Refused, 'key'> & { organizationId: string; apiKeyId: string | null }>()
    for (const { key, ...row } of refused) {
      const owner = key ?? byPrefix.get(row.prefix) ?? null
      const organizationId = owner?.organizationId ?? this.#hubOrganization
      if (organizationId === null) continue
      // Two of one key, one of which was known only by its prefix, are one row: a statement writes a row once.
      const name = `${organizationId} ${owner?.id ?? ''} ${row.hour} ${row.address} ${row.prefix} ${row.reason}`
      const twin = rows.get(name)
      if (twin === undefined) rows.set(name, { ...row, organizationId, apiKeyId: owner?.id ?? null })
      else {
        twin.attempts += row.attempts
        twin.last = Math.max(twin.last, row.last)
      }
    }
    return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
  }

  async #oldest(): Promise<string | null> {
    const [row] = await this.#options.sql.query<{ id: string }>(
      'select "id"::text as "id" from "Organization" order by "createdAt", "id" limit 1',
    )
    return row?.id ?? null
  }
}

const iso = (at: number): string => new Date(at).toISOString()
