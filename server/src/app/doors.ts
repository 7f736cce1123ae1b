import { join } from 'node:path'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Catalog } from '@patchbay/schema/catalog.ts'
import type { Commands } from '@patchbay/schema/commands/index.ts'
import type { HubFacts, HubReaders } from '@patchbay/schema/context.ts'
import { projectFolder, type Config } from '../config.ts'
import type { ConnectionReader } from '../engine/calls/connections.ts'
import type { Calls } from '../engine/calls/contract.ts'
import type { Inbound } from '../engine/inbound/contract.ts'
import type { LiveHub } from '../engine/live/contract.ts'
import type { OAuth } from '../engine/oauth/contract.ts'
import type { People } from '../engine/people/contract.ts'
import { adminDoor } from '../http/admin.ts'
import { authDoor } from '../http/auth.ts'
import { createExportDoor } from '../http/export.ts'
import { createGraphql } from '../http/graphql.ts'
import { readTrustedDocuments, type TrustedDocuments } from '../http/graphql-trusted.ts'
import { inboundDoor } from '../http/inbound.ts'
import type { Metrics } from '../http/metrics.ts'
import { oauthDoor } from '../http/oauth.ts'
import { opsDoor } from '../http/ops.ts'
import { proxyDoor } from '../http/proxy.ts'
import { restDoor } from '../http/rest.ts'
import type { Doors } from '../http/server.ts'
import type { Log } from '../log.ts'
import type { Provider } from '../providers/provider.ts'
import { StartError } from './data.ts'
import { readinessChecks } from './readiness.ts'

export interface DoorsOptions {
  readonly config: Config
  readonly database: Database
  readonly people: People
  readonly commands: Commands
  readonly live: LiveHub
  readonly catalog: Catalog
  readonly hub: HubFacts
  readonly readers: HubReaders
  readonly inbound: Inbound
  readonly authorizations: Pick<OAuth, 'finish'>
  readonly connections: ConnectionReader
  readonly calls: Calls
  readonly provider: (slug: string) => Provider | undefined
  readonly now: () => Date
  readonly metrics: Metrics
  readonly log: Log
  /** Built admin pages. Default client/build. */
  readonly clientFolder?: string
}

function trustedOf(files: readonly string[]): TrustedDocuments {
  try {
    return readTrustedDocuments(files)
  } catch (cause) {
    throw new StartError(`${(cause as Error).message}. The admin’s own are made by: pnpm generate`, { cause })
  }
}

/** Everything that opens to the outside. `letGo` sends subscribers away; they come back with their cursors. */
export function createDoors(options: DoorsOptions): Doors & { readonly letGo: () => Promise<void> } {
  const { config, database, people, hub, inbound, metrics, log } = options
  const { requestsPerMinute, corsOrigins, metricsToken } = config
  const trusted = config.trustedDocuments === null ? null : trustedOf(config.trustedDocuments)
  const graphql = createGraphql({ ...options, corsOrigins, operationsPerMinute: requestsPerMinute, trusted })
  const rest = restDoor([
    authDoor(people),
    oauthDoor({
      oauth: options.authorizations,
      publicUrl: hub.publicUrl,
      onError: (error, correlationId) => log.error({ error, correlationId }, 'an authorization failed'),
    }),
    opsDoor({ checks: readinessChecks(database), metrics, metricsToken, version: hub.version }),
  ])
  const { commands, live, catalog, readers, now } = options
  const surroundings = { database, commands, live, catalog, hub, readers, now }
  const exports = createExportDoor({ people, surroundings, log })
  return {
    exports: exports.handle,
    graphql: graphql.handle,
    upgrade: graphql.upgrade,
    hooks: inboundDoor(inbound),
    proxy: proxyDoor({ ...options, ...config.proxy }),
    rest,
    admin: adminDoor(options.clientFolder ?? join(projectFolder, 'client/build')),
    letGo: async () => void (await Promise.all([graphql.close(), exports.close()])),
  }
}
