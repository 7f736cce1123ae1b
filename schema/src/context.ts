import type { Tenant } from '@patchbay/prisma/database.ts'
import type { Catalog } from './catalog.ts'
import type { Commands } from './commands/index.ts'
import type { Live } from './events.ts'
import type { Loaders } from './loaders.ts'
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
}

/** Everything a resolver may touch. Built per operation by server/src/http/graphql.ts. */
export interface Context {
  /** Null when nobody is signed in: only `hub` and accepting an invitation work then. */
  readonly viewer: Viewer | null
  /** The viewer as an actor. Throws UnauthenticatedError without a viewer. */
  readonly actor: () => Actor
  /** Data of the viewer's organization. Throws UnauthenticatedError without a viewer. */
  readonly tenant: () => Tenant
  readonly loaders: Loaders
  readonly catalog: Catalog
  readonly commands: Commands
  readonly live: Live
  readonly hub: HubFacts
  readonly correlationId: string
  readonly ipAddress: string | null
}

/** Facts about this hub that anyone may know. */
export interface HubFacts {
  readonly version: string
  /** The demo organization and the provider lab are on. */
  readonly demo: boolean
  readonly oidc: { readonly name: string } | null
}
