import type { Tx } from '@patchbay/prisma/database.ts'
import type { Viewer } from '@patchbay/schema/context.ts'

/** What a door shows as proof of who is asking. */
export interface Proof {
  readonly headers: Headers
  /** `connection_init` payload of graphql-ws: `{ authorization: 'Bearer …' }` counts like the header. */
  readonly connectionParams?: unknown
  readonly ipAddress: string | null
}

/** Who is asking, plus the session a person came with. */
export interface Authenticated extends Viewer {
  /** Null for API keys. */
  readonly sessionId: string | null
  /** Absent for people. */
  readonly key?: {
    readonly prefix: string
    /** Requests a minute at most; null for no limit of its own. */
    readonly ratePerMinute: number | null
  }
}

export interface NewUser {
  readonly email: string
  readonly name: string
  /** 10 to 128 characters; kept as a scrypt hash. */
  readonly password: string
  readonly superAdmin?: boolean
  readonly mustChangePassword?: boolean
}

/**
 * Sign-in, sessions and API keys. Sessions and passwords are better-auth's work; organizations, members and roles are
 * tables of our own, because every change of them goes through an audited command.
 */
export interface People {
  /**
   * Cookie session or API key (`authorization: Bearer …`) to a viewer. Null when no proof came. Throws
   * UnauthenticatedError when a proof came and was refused, RateLimitedError after too many refused keys from one
   * address or network. An answer for a session may be up to 2 s old, for a key 500 ms; a sign-out, revocation or role
   * change in this process counts at once, and a change of a key on any replica as soon as its ring arrives.
   * `connectionIds` of the viewer of a development key are the sandboxes it reaches.
   */
  authenticate(proof: Proof): Promise<Authenticated | null>
  /**
   * Counts one request against the rate of an API key, and as its use. Every door calls it once for each request it is
   * about to answer: operation, proxied request, export. People have no rate. Throws RateLimitedError.
   */
  spend(viewer: Authenticated, ipAddress: string | null): Promise<void>
  /** Counts that a good key asked for what it may not do. People are not counted. */
  refusedScope(viewer: Authenticated, ipAddress: string | null): void
  /** Serves /api/auth/*. */
  handle(request: Request, ipAddress: string | null): Promise<Response>
  /** Creates a user with a password, in the caller's transaction when one is given (owner's handle). Throws InvalidInputError (`email`, `password`) when taken or too short. */
  createUser(user: NewUser, tx?: Tx): Promise<{ readonly id: string }>
  /** The user this address and password belong to, or null; takes the same time either way. */
  checkPassword(email: string, password: string): Promise<{ readonly id: string } | null>
  /** Drops remembered answers of this process: call after a change of members, roles or API keys. */
  forget(): void
  /** Hears of changes made by other replicas. Until then they count after 500 ms. */
  start(): Promise<void>
  /** Resolves once every use and refusal so far is written. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Somebody else who may say who a person is. */
export interface IdentityProvider {
  /** Part of its callback address: <public URL>/api/auth/callback/{id} */
  readonly id: string
  /** Words on the sign-in button. */
  readonly name: string
  /**
   * OPENID: an OpenID Connect issuer, found by discovery, its id tokens verified. FACEBOOK: OAuth and a profile; its address
   * is not known to be verified, so it opens only accounts whose owner tied it to theirs while signed in.
   */
  readonly kind: 'OPENID' | 'FACEBOOK'
  /** The issuer, or the origin of Facebook's Graph API. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}
