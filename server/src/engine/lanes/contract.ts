import type { ConnectionLaneModel } from '@patchbay/prisma/generated/models.ts'
import type { AppendTx } from '../live/contract.ts'

/** What every replica must know of a connection's way out. No row means closed, not quiet, never purged. */
export type Lane = ConnectionLaneModel

/** Whose lane. */
export interface LaneOwner {
  readonly id: string
  readonly organizationId: string
}

/** What may change about a lane from outside the breaker. */
export interface LaneChange {
  /** Closes the breaker, whatever it was. */
  readonly closed?: { readonly reason: string }
  /** The vendor asked for silence until then; a later end that is known already stays. Null ends it. */
  readonly quietUntil?: Date | null
  /** Answers kept so far are not used again. */
  readonly purged?: true
}

/** Changes of lanes that rules make, in the transaction of the rule. */
export interface LaneWriter {
  /**
   * Writes a change and rings every replica at commit; an empty one only says that something about the connection is new.
   * Takes the lock of the stream `lanes`: call it late, before alerts and the audit entry.
   */
  change(tx: AppendTx, owner: LaneOwner, change: LaneChange): Promise<void>
}

/** Lanes as this process knows them: what it has read and heard, of every organization. */
export interface Lanes extends LaneWriter {
  /** Null when nothing ever happened to the connection, or nobody has told this process yet. */
  of(connectionId: string): Lane | null
  /** Hears every change, in order, also those of this process. Must not throw. Returns what stops it. */
  heard(listener: (lane: Lane) => void): () => void
  /** Takes a row that was read or written elsewhere; an older one than known is ignored. */
  learn(lane: Lane): void
  /** Reads a lane anew, so that a change just committed holds here at once. Never rejects. */
  refresh(connectionId: string): Promise<void>
  /** Reads what is there and follows what comes. Resolves when both hold. */
  start(): Promise<void>
  close(): Promise<void>
}

/** How far a trial got. */
export interface Claim {
  /** This process may try; else somebody else does, or has. */
  readonly mine: boolean
  /** The lane after that; null when the connection is gone. */
  readonly lane: Lane | null
}

/**
 * Transitions of breakers, each a conditional change of the shared row: of processes that see the same thing at the same
 * time one writes it. All reject when the database is away.
 */
export interface BreakerLanes {
  /** CLOSED → OPEN, with its alert. Nothing where it is open already. */
  open(connectionId: string, step: { readonly reason: string; readonly retryAt: Date }): Promise<Lane | null>
  /** OPEN whose rest is over, or HALF_OPEN whose trial died → HALF_OPEN until `until`, when others may try. */
  claim(connectionId: string, until: Date): Promise<Claim>
  /** The trial goes on: its end moves from `held` to `until`. False when it is no longer this process's. */
  renew(connectionId: string, held: Date, until: Date): Promise<boolean>
  /** The trial that held until `held` failed: HALF_OPEN → OPEN until `retryAt`. */
  reopen(connectionId: string, held: Date, retryAt: Date): Promise<void>
  /** Anything → CLOSED, and its alert is settled. */
  close(connectionId: string, reason: string): Promise<void>
}
