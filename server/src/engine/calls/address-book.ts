import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { CallRequest, ConnectionFacts, Fields, Provider } from '../../providers/provider.ts'

/** Where a connection's requests go. */
export interface AddressBook {
  /** What a provider may know of the connection. */
  facts(provider: Provider, connection: Connection): ConnectionFacts
  /** Address of a request. @throws ProviderCallError when the host is unknown or the path leaves it */
  urlOf(provider: Provider, connection: Connection, request: Pick<CallRequest, 'host' | 'path' | 'query'>): URL
  /** The same for a full address a vendor's SDK wants to reach; only the provider's own hosts are found. */
  locate(provider: Provider, connection: Connection, wanted: URL): URL
}

/** @param labOrigin where simulated connections go (`http://127.0.0.1:4010`); null where there is no lab */
export function createAddressBook(labOrigin: string | null): AddressBook {
  function facts(provider: Provider, connection: Connection): ConnectionFacts {
    return {
      id: connection.id,
      environment: connection.environment,
      settings: connection.settings as Fields,
      baseUrl: provider.entry.baseUrlOverride ? connection.baseUrl : null,
    }
  }

  function baseOf(provider: Provider, connection: Connection, host: string): string {
    const base = provider.hosts(facts(provider, connection))[host]
    if (base === undefined)
      throw refused(`${provider.entry.name} has no host called "${host}".`, 'Use one of the hosts the provider names.')
    if (!connection.simulated) return base
    if (labOrigin !== null) return `${labOrigin}/${provider.entry.slug}/${host}`
    throw refused(
      'This connection talks to the provider lab, and this hub runs without one.',
      'Create a connection with real credentials, or start the hub in demo mode.',
    )
  }

  function below(base: string, path: string): URL {
    const url = URL.parse(base + path)
    // "/../" would climb out of a base with a path, for the lab into another vendor.
    const room = roomOf(base)
    if (url === null || !path.startsWith('/') || !`${url.pathname}/`.startsWith(`${room}/`) || climbs(path))
      throw refused(
        'The path leaves the provider’s address.',
        'Send a path below the provider’s host, starting with "/".',
      )
    if (path.includes('#')) url.hash = ''
    return url
  }

  return {
    facts,
    urlOf(provider, connection, { host = 'api', path, query = {} }) {
      const url = below(baseOf(provider, connection, host), path)
      for (const [name, value] of Object.entries(query))
        if (value !== undefined) url.searchParams.append(name, String(value))
      return url
    },
    locate(provider, connection, wanted) {
      for (const [host, base] of Object.entries(provider.hosts(facts(provider, connection)))) {
        const home = new URL(base)
        const room = home.pathname.replace(/\/$/, '')
        if (home.origin !== wanted.origin || !`${wanted.pathname}/`.startsWith(`${room}/`)) continue
        return below(baseOf(provider, connection, host), wanted.pathname.slice(room.length) + wanted.search)
      }
      throw refused(
        `${wanted.host} is not a host of ${provider.entry.name}.`,
        'Only the provider’s own hosts can be reached through its connection.',
      )
    },
  }
}

/** Paths of bases, which are few. */
const rooms = new Map<string, string>()

function roomOf(base: string): string {
  let room = rooms.get(base)
  if (room === undefined) {
    room = new URL(base).pathname.replace(/\/$/, '')
    if (rooms.size > 10_000) rooms.clear()
    rooms.set(base, room)
  }
  return room
}

/**
 * Does a path climb, in whatever spelling: "..", "%2e%2e", "..%2f", once more encoded, with backslashes. What URL leaves
 * alone, the vendor's own server may still decode, and what lies beside a base with a path belongs to somebody else.
 */
function climbs(path: string): boolean {
  if (!/\.\.|%(25)*2e/i.test(path)) return false
  let text = path.split(/[?#]/, 1)[0] ?? ''
  for (let round = 0; round < 4; round++) {
    if (text.split(/[\\/]/).some((segment) => /^\.\.(;.*)?$/.test(segment))) return true
    text = text.replaceAll(/%(2e|2f|5c|25)/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)))
  }
  return false
}

function refused(message: string, advice: string): ProviderCallError {
  return new ProviderCallError({ errorClass: 'EGRESS_DENIED', message, advice })
}
