import type { Budget, Connection } from '@patchbay/prisma/generated/client.ts'
import type { Tx } from '@patchbay/prisma/database.ts'
import type { NewEvent } from '../delivery/contract.ts'

/** What a price per call needs to know of a call. */
export interface PricedCall {
  readonly organizationId: string
  readonly connectionId: string
  readonly operation: string
  readonly at: Date
  /** Requests sent; what was refused before any, or answered from the cache, cost nothing. */
  readonly attempts: number
}

/**
 * Prices and budgets in memory: asked on the way of every call, so nothing here waits. What changes anywhere is known within
 * ten seconds, what changes in this process at once.
 */
export interface CostBook {
  /** What a call cost, in millionths of its organization's currency; null when its connection has no price per call. */
  priceOf(call: PricedCall): bigint | null
  /** What an event that is a transaction cost; 0 for others. Of amounts in another currency no share is taken. */
  priceOfEvent(event: Pick<NewEvent, 'organizationId' | 'connectionId' | 'type' | 'at' | 'data'>): bigint
  /** Takes note of what was spent before the database says so. */
  spent(organizationId: string, connectionId: string, micros: bigint): void
  /** How everything noted so far gets into the database: asked before it is read. */
  settleBy(flush: () => Promise<void>): void
  /** Throws ProviderCallError BUDGET_EXCEEDED when a budget that stops calls is used up. Probes and tests do not ask. */
  requireRoom(connection: Pick<Connection, 'id' | 'organizationId' | 'name'>): void
}

/** The side of prices and budgets that changes. */
export interface Costs {
  /** Makes every replica read an organization's prices and budgets anew; rings when the change commits. */
  ring(tx: Tx, organizationId: string): Promise<void>
  /** Reads them anew now. Never rejects: what cannot be read now is read soon. */
  refresh(organizationId: string): Promise<void>
  /** What alerts told of a budget is over. Takes the stream's lock of alerts: call it late, before the audit entry. */
  settle(tx: Tx, budget: Pick<Budget, 'id' | 'organizationId' | 'alertAtPercent'>): Promise<void>
}
