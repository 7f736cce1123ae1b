import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Catalog, ProviderEntry } from '@patchbay/schema/catalog.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError } from '@patchbay/schema/errors.ts'
import type { AlertChannels, Alerts } from '../engine/alerts/contract.ts'
import type { Costs } from '../engine/analytics/contract.ts'
import type { Audit } from '../engine/audit/contract.ts'
import type { ConnectionReader } from '../engine/calls/connections.ts'
import type { Calls } from '../engine/calls/contract.ts'
import type { EndpointKeys, FanOut, Payloads } from '../engine/delivery/contract.ts'
import type { Egress } from '../engine/egress/contract.ts'
import type { Erasures } from '../engine/erasure/contract.ts'
import type { Health } from '../engine/health/contract.ts'
import type { Inbound, Registration } from '../engine/inbound/contract.ts'
import type { Jobs } from '../engine/jobs/contract.ts'
import type { Lanes } from '../engine/lanes/contract.ts'
import type { LiveWriter } from '../engine/live/contract.ts'
import type { Credentials, OAuth } from '../engine/oauth/contract.ts'
import type { People } from '../engine/people/contract.ts'
import type { Vault } from '../engine/vault/contract.ts'
import type { Provider } from '../providers/provider.ts'

/** Everything the commands work with; app.ts builds it in one visible place. */
export interface Collaborators {
  readonly database: Database
  readonly vault: Vault
  readonly audit: Audit
  readonly live: LiveWriter
  readonly lanes: Pick<Lanes, 'change' | 'refresh'>
  readonly alerts: Alerts
  readonly costs: Costs
  readonly channels: AlertChannels
  readonly jobs: Pick<Jobs, 'send'>
  readonly calls: Pick<Calls, 'bind' | 'send' | 'flush' | 'resetBreaker'>
  readonly connections: Pick<ConnectionReader, 'find' | 'forget'>
  readonly credentials: Pick<Credentials, 'forget'>
  readonly oauth: Pick<OAuth, 'start'>
  readonly health: Health
  readonly egress: Pick<Egress, 'check'>
  readonly fanOut: FanOut
  readonly endpointKeys: Pick<EndpointKeys, 'create' | 'forget'>
  readonly payloads: Pick<Payloads, 'check' | 'make' | 'map'>
  readonly inbound: Pick<Inbound, 'verifyAgain' | 'forget'>
  readonly registration: Pick<Registration, 'unregister'>
  readonly erasures: Pick<Erasures, 'draft' | 'hashOf' | 'preview'>
  /** Where people and vendors reach this hub, without a trailing slash. */
  readonly publicUrl: string
  readonly people: Pick<People, 'createUser' | 'checkPassword' | 'forget'>
  readonly provider: (slug: string) => Provider | undefined
  readonly catalog: Pick<Catalog, 'in'>
  /** Slugs of all providers, for "did you mean". */
  readonly providerSlugs: readonly string[]
  /** The provider lab's origin and the fetch that reaches it; null outside demo and tests. */
  readonly lab: { readonly origin: string; readonly fetch: typeof fetch } | null
  /** Secret of this hub, the same on every replica and after a restart: keys the digests of idempotent requests. At least 32 bytes. */
  readonly requestKey: Uint8Array
  readonly now: () => Date
  /** A new id; of an instant (milliseconds) for rows whose id tells when they were made. */
  readonly newId: (at?: number) => string
  /** Seconds between probes where a new connection says nothing. Default 300. */
  readonly probeIntervalSeconds?: number
  /** An unguessable token for an invitation link, at least 128 bits. */
  readonly newToken: () => string
}

/** The provider of a connection. One that this hub no longer has can be paused or deleted, not worked with. */
export function providerOf(hub: Pick<Collaborators, 'provider'>, connection: { readonly provider: string }): Provider {
  const provider = hub.provider(connection.provider)
  if (provider === undefined)
    throw new ConflictError(
      `This hub no longer has the provider ${connection.provider}. Update the hub or delete the connection.`,
    )
  return provider
}

/** The provider's entry in the actor's language, for words of refusals. */
export const entryFor = (
  hub: Pick<Collaborators, 'catalog'>,
  { entry }: Provider,
  { language }: Actor,
): ProviderEntry =>
  language === undefined || language === 'en' ? entry : (hub.catalog.in(language).get(entry.slug) ?? entry)

/** Asks for a probe at once; the job commits with the change that calls for it. */
export async function askForProbe(
  hub: Pick<Collaborators, 'jobs'>,
  tx: Tx,
  actor: Actor,
  connectionId: string,
): Promise<void> {
  const { organizationId } = actor
  await hub.jobs.send(
    'health.probe',
    { organizationId, connectionId },
    { singletonKey: `${connectionId}:now`, sql: tx },
  )
}

/** Makes every replica forget opened values of a connection; rings when the change commits. */
export async function ringCredentials(tx: Tx, connectionId: string): Promise<void> {
  await tx.$executeRaw`select pg_notify('hub_credentials', ${connectionId})`
}
