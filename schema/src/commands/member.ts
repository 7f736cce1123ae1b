import type { Actor } from '../context.ts'
import type { Role } from '../scopes.ts'

type Changed = Promise<{ readonly id: string }>

/** Rules of membership: nobody grants a role above their own; an organization always keeps one owner. */
export interface MemberCommands {
  /** Returns the invitation and its link's token, shown once: the hub stores only its hash. */
  invite(
    actor: Actor,
    input: { email: string; role: Role; idempotencyKey?: string | null },
  ): Promise<{ readonly id: string; readonly token: string | null }>
  revokeInvitation(actor: Actor, input: { id: string }): Changed
  /** Unauthenticated: the token is the proof. Creates the user, or joins an existing one who gives the right password. */
  accept(input: {
    token: string
    name: string
    password: string
    ipAddress: string | null
    correlationId: string
  }): Changed
  changeRole(actor: Actor, input: { id: string; role: Role }): Changed
  remove(actor: Actor, input: { id: string }): Changed
}
