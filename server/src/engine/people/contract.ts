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
   * address. An answer may be up to 2 s old; a sign-out, revocation or role change in this process counts at once.
   */
  authenticate(proof: Proof): Promise<Authenticated | null>
  /** Serves /api/auth/*. */
  handle(request: Request, ipAddress: string | null): Promise<Response>
  /** Creates a user with a password, in the caller's transaction when one is given (owner's handle). Throws InvalidInputError (`email`, `password`) when taken or too short. */
  createUser(user: NewUser, tx?: Tx): Promise<{ readonly id: string }>
  /** The user this address and password belong to, or null; takes the same time either way. */
  checkPassword(email: string, password: string): Promise<{ readonly id: string } | null>
  /** Drops remembered answers: call after a change of members, roles or API keys. */
  forget(): void
  close(): void
}
