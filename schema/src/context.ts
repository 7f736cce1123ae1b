import type { Tenant } from '@patchbay/prisma/database.ts'
import type { Catalog, Language } from './catalog.ts'
import type { Commands } from './commands/index.ts'
import type { Live } from './events.ts'
import type { CacheFigures, LimitUse } from './lane-views.ts'
import type { ConnectionRow, Loaders } from './loaders.ts'
import type { Role } from './scopes.ts'

/** Who is asking, already authenticated, and in which organization. */
export interface Viewer {
  readonly kind: 'USER' | 'API_KEY'
  /** User id or API key id. */
  readonly id: string
  readonly name: string
  readonly organizationId: string
  readonly role: Role
  /** `*` or the scopes an API key is narrowed to. */
  readonly scopes: readonly string[]
  /** Connections an API key is narrowed to; empty means all. */
  readonly connectionIds: readonly string[]
  readonly superAdmin: boolean
}

/** Who does something, for rules, call logs and audit entries. */
export interface Actor {
  readonly kind: 'USER' | 'API_KEY' | 'SYSTEM'
  readonly id: string | null
  readonly name: string
  readonly organizationId: string
  readonly ipAddress: string | null
  readonly correlationId: string
  /** Connections the actor is narrowed to; empty means all. */
  readonly connectionIds: readonly string[]
  /** Session of a signed-in person; absent for API keys and the hub itself. */
  readonly sessionId?: string | null
  /** Aborted when the caller goes away: outgoing calls stop with it. */
  readonly signal?: AbortSignal
  /** Language refusals are worded in, as far as a provider's own words go. Default English. */
  readonly language?: Language
}

/** Everything a resolver may touch. Built per operation by server/src/http/graphql.ts. */
export interface Context {
  /** Null when nobody is signed in: only `hub` and accepting an invitation work then. */
  readonly viewer: Viewer | null
  /** The viewer as an actor. Throws UnauthenticatedError without a viewer. */
  readonly actor: () => Actor
  /** Data of the viewer's organization. Throws UnauthenticatedError without a viewer. */
  readonly tenant: () => Tenant
  /** Batch readers, new for every operation. */
  readonly loaders: Loaders
  /** Forgets what the loaders read so far: a subscription calls it before each event. */
  readonly refresh: () => void
  /** Language the asker wants to read. */
  readonly language: Language
  /** In the asker's language. */
  readonly catalog: Catalog
  readonly commands: Commands
  readonly live: Live
  readonly hub: HubFacts
  /** What only the running hub knows, beyond the organization's tables. */
  readonly readers: HubReaders
  readonly now: () => Date
  readonly correlationId: string
  readonly ipAddress: string | null
  /** Told when the viewer asks for what they may not do. */
  readonly refused: () => void
}

/** Facts about this hub that anyone may know. */
export interface HubFacts {
  readonly version: string
  /** The demo organization and the provider lab are on. */
  readonly demo: boolean
  /** Who else may say who a member is: id and words on the button. */
  readonly signIns: readonly { readonly id: string; readonly name: string }[]
  /** Where people and vendors reach this hub, without a trailing slash. */
  readonly publicUrl: string
}

/** An organization the viewer belongs to, and as what. */
export interface Membership {
  readonly organizationId: string
  readonly name: string
  readonly demo: boolean
  readonly role: Role
}

/** What an audit chain looks like when recomputed. */
export interface AuditVerdict {
  readonly ok: boolean
  readonly entries: number
  /** Position of the first entry that does not fit; null when all do. */
  readonly brokenAt: number | null
}

/** What a limit needs to know of a connection. */
export type LimitedRow = Pick<ConnectionRow, 'id' | 'organizationId' | 'provider' | 'environment' | 'name' | 'version'>

/** Questions that one organization's tables cannot answer. */
export interface HubReaders {
  /** Limits of connections and their use over all processes, in the order asked. */
  limits(connections: readonly LimitedRow[]): Promise<readonly (readonly LimitUse[])[]>
  /** Kept answers of a connection in this process. */
  cache(connectionId: string): CacheFigures
  /** Organizations of the viewer; an API key has exactly its own. */
  memberships(viewer: Viewer): Promise<readonly Membership[]>
  /** How many organizations of this hub use each provider, by slug: a count, nothing else of other organizations. May be a minute old. */
  popularity(): Promise<ReadonlyMap<string, number>>
  verifyAudit(organizationId: string): Promise<AuditVerdict>
  /** Body of an inbound event as text for people: secrets taken out by the names of their fields, nothing else cut. */
  inboundText(body: Uint8Array, contentType: string | undefined): string
  /** What the logs take on disk, over all organizations. Estimates; may be a minute old. */
  storage(): Promise<StorageReport>
}

/** One log and the room it takes. */
export interface LogStorage {
  readonly name: 'Call' | 'InboundEvent' | 'Event' | 'Delivery' | 'Attempt'
  /** With indexes. */
  readonly bytes: number
  readonly rows: number
  /** Of the last days, as far as there were any. */
  readonly rowsPerDay: number
  /** Rows older than this go. */
  readonly keptDays: number
  /** Bytes it will take when it holds as many days as are kept, at the present pace. */
  readonly forecastBytes: number
}

export interface StorageReport {
  readonly at: Date
  /** The whole database. */
  readonly bytes: number
  readonly logs: readonly LogStorage[]
}
