import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { AnswerCache } from '../cache/contract.ts'
import type { CallLimits } from '../limits/contract.ts'

/** Refuses calls of a connection whose money is used up. @throws ProviderCallError BUDGET_EXCEEDED */
export interface Purse {
  requireRoom(connection: Connection): void
}

/** Stand-ins for parts a hub, or a test, runs without. */
export const noPurse: Purse = { requireRoom() {} }

export const noLimits: Pick<CallLimits, 'take' | 'takeNow' | 'heard'> = {
  take: () => Promise.resolve(null),
  heard() {},
}

export const noCache: Pick<AnswerCache, 'through' | 'wants'> = {
  through: async (_connection, _draft, fetch) => ({ answer: await fetch({}, () => {}), state: null, ageSeconds: 0 }),
  wants: () => false,
}
