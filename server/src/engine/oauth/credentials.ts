import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Fields, Provider } from '../../providers/provider.ts'
import type { Audit } from '../audit/contract.ts'
import type { PlainCalls } from '../calls/contract.ts'
import type { Vault } from '../vault/contract.ts'
import { createChanges } from './changes.ts'
import type { Credentials, OpenCredentials } from './contract.ts'
import { openFields } from './fields.ts'
import { isFresh } from './freshness.ts'
import { createGrants, type HeldTokens } from './grants.ts'
import { createRefresher } from './refresh.ts'
import { createTokenEndpoint } from './token-endpoint.ts'

export interface CredentialsOptions {
  readonly database: Pick<Database, 'tenant' | 'listen'>
  readonly vault: Vault
  readonly audit: Audit
  readonly calls: PlainCalls
  readonly provider: (slug: string) => Provider | undefined
  readonly now?: () => Date
  readonly newId?: () => string
  /** Names this process in leases. Default: a random id. */
  readonly owner?: string
}

/** Opened values stay in memory this long at most, in milliseconds. */
const keptMs = 60_000
/** Connections whose opened values are kept. */
const mostKept = 1_000
/** A vendor that refuses even fresh tokens is not asked for another one sooner than this, in milliseconds. */
const refusalPauseMs = 30_000

interface Kept<T> {
  readonly value: Promise<T>
  readonly until: number
  /** The value with the plain settings it was last asked with: one object as long as neither changes. */
  whole?: { readonly settings: Connection['settings']; readonly fields: Fields }
  /** The same as a call is given it, where no token belongs to it. */
  plain?: OpenCredentials
}

/** Credentials that can be stopped without losing what a vendor just granted. */
export interface StoppableCredentials extends Credentials {
  /** Waits for renewals under way: a rotated refresh token that is not stored exists nowhere else. Close before the egress. */
  close(): Promise<void>
}

/** Opens credentials for calls, from memory where it may. */
export function createCredentials(options: CredentialsOptions): StoppableCredentials {
  const { database, vault, audit, calls, now = () => new Date(), newId = randomUUID } = options
  const reader = { database, vault, audit }
  const fields = new Map<string, Kept<Fields>>()
  const tokens = new Map<string, HeldTokens & { readonly until: number }>()
  const flights = new Map<string, Promise<HeldTokens>>()
  const landing = new Set<Promise<void>>()
  /** Last access token each vendor refused, and when a renewal because of a refusal was last asked for. */
  const refused = new Map<string, { readonly token: string; readonly at: number }>()
  const changes = createChanges(database, forgetOpened)
  const refresher = createRefresher({
    grants: createGrants({ ...reader, now, newId, owner: options.owner ?? randomUUID() }),
    exchange: createTokenEndpoint({ calls, now }),
    now,
    change: changes.wait,
    isRefused: (connectionId, held) => refused.get(connectionId)?.token === held.accessToken,
  })

  function forgetOpened(connectionId: string | null): void {
    if (connectionId === null) {
      for (const map of [fields, tokens, flights]) map.clear()
      return
    }
    fields.delete(connectionId)
    tokens.delete(connectionId)
    flights.delete(connectionId)
  }

  async function fieldsOf(provider: Provider, connection: Connection, actor: Actor): Promise<Fields> {
    // Without the doorbell this process would not hear that another one replaced them: then nothing is kept.
    const mayKeep = await changes.ready()
    const kept = fields.get(connection.id)
    if (kept && kept.until > now().getTime()) {
      if (kept.whole?.settings === connection.settings) return kept.whole.fields
      const opened = { ...(await kept.value), ...(connection.settings as Fields) }
      kept.whole = { settings: connection.settings, fields: opened }
      delete kept.plain
      return opened
    }
    const value = openFields(reader, provider, connection, actor)
    if (mayKeep) remember(fields, connection.id, { value, until: now().getTime() + keptMs })
    value.catch(() => {
      if (fields.get(connection.id)?.value === value) fields.delete(connection.id)
    })
    return value
  }

  /** A token at hand that is still good; null where one has to be asked for. */
  function heldToken(connectionId: string, at: Date): string | null {
    const held = tokens.get(connectionId)
    if (held === undefined || held.until <= at.getTime() || !isFresh(held, at)) return null
    return refused.get(connectionId)?.token === held.accessToken ? null : held.accessToken
  }

  async function tokenOf(provider: Provider, connection: Connection, opened: Fields, actor: Actor): Promise<string> {
    const { oauth: spec } = provider
    if (spec === undefined) throw new TypeError(`${provider.entry.slug} has no OAuth`)
    const held = heldToken(connection.id, now())
    if (held !== null) return held
    let flight = flights.get(connection.id)
    if (flight === undefined) {
      // Many callers share it, so no single one's going away may end it.
      const { signal: _signal, ...lasting } = actor
      flight = refresher.settle({ provider, spec, connection, fields: opened, actor: lasting })
      flights.set(connection.id, flight)
      const landed = land(connection.id, flight)
      landing.add(landed)
      void landed.finally(() => landing.delete(landed))
    }
    return (await flight).accessToken
  }

  /** Keeps what a flight brought, unless it was told to forget meanwhile. */
  async function land(connectionId: string, flight: Promise<HeldTokens>): Promise<void> {
    const found = await flight.catch(() => null)
    if (flights.get(connectionId) !== flight) return
    flights.delete(connectionId)
    if (found) remember(tokens, connectionId, { ...found, until: now().getTime() + keptMs })
  }

  return {
    known(connection) {
      const provider = options.provider(connection.provider)
      const kept = fields.get(connection.id)
      const at = now()
      if (provider === undefined || kept === undefined || kept.until <= at.getTime()) return null
      const opened = kept.whole?.settings === connection.settings ? kept.whole.fields : null
      if (opened === null) return null
      const { oauth } = provider
      if (oauth !== undefined && (oauth.applies?.(opened) ?? true)) {
        const accessToken = heldToken(connection.id, at)
        return accessToken === null ? null : { fields: opened, accessToken }
      }
      return (kept.plain ??= { fields: opened, accessToken: null })
    },

    async open(connection, actor, signal) {
      signal?.throwIfAborted()
      const provider = options.provider(connection.provider)
      if (provider === undefined) throw unknownProvider(connection.provider)
      const opened = await fieldsOf(provider, connection, actor)
      const { oauth } = provider
      if (oauth === undefined || !(oauth.applies?.(opened) ?? true)) return { fields: opened, accessToken: null }
      return { fields: opened, accessToken: await tokenOf(provider, connection, opened, actor) }
    },

    reject(connectionId, accessToken) {
      const before = refused.get(connectionId)
      const at = now().getTime()
      if (before && before.token !== accessToken && at - before.at < refusalPauseMs) return
      remember(refused, connectionId, { token: accessToken, at })
    },

    forget(connectionId) {
      forgetOpened(connectionId)
      refused.delete(connectionId)
      refresher.forget(connectionId)
    },

    async close() {
      await Promise.all(landing)
    },
  }
}

/** Adds to a map of bounded size; the oldest entry makes room. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  const oldest = map.keys().next()
  if (map.size > mostKept && !oldest.done) map.delete(oldest.value)
}

function unknownProvider(slug: string): ProviderCallError {
  return new ProviderCallError({
    errorClass: 'NOT_CONFIGURED',
    message: `This hub knows no provider "${slug}".`,
    advice: 'The hub was set back to an older version, or the provider was removed. Update the hub.',
  })
}
