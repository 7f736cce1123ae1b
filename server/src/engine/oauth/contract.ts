import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Fields } from '../../providers/provider.ts'

/** Opened fields and, where OAuth is in play, a currently valid access token. */
export interface OpenCredentials {
  readonly fields: Fields
  readonly accessToken: string | null
}

/** Opens a connection's credentials for one call. */
export interface Credentials {
  /** Opens sealed fields and, if the provider uses OAuth, hands out a token that lives at least 60 s, refreshing once for all callers. */
  open(connection: Connection, actor: Actor, signal?: AbortSignal): Promise<OpenCredentials>
  /** What `open` would answer, where it is at hand and asks nobody; else null. */
  known?(connection: Connection): OpenCredentials | null
  /** The vendor said 401 to this access token: the next open refreshes unless somebody already did. */
  reject(connectionId: string, accessToken: string): void
  /** Forget opened values (credentials were replaced). */
  forget(connectionId: string): void
}

/** Authorization-code flow, from "connect" to stored grant. */
export interface OAuth {
  /** Creates the pending flow (sealed PKCE verifier, hashed state) and returns where to send the person. */
  start(connection: Connection, actor: Actor): Promise<{ readonly flowId: string; readonly url: string }>
  /** Finishes a flow from the callback's query: checks state (single use, 10 min), exchanges the code, seals the grant. */
  finish(query: URLSearchParams): Promise<{ readonly organizationId: string; readonly connectionId: string }>
}
