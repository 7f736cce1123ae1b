import type { IncomingMessage } from 'node:http'
import { RateLimitedError, UnauthenticatedError } from '@patchbay/schema/errors.ts'
import type { Authenticated, Proof } from '../engine/people/contract.ts'
import type { Exchange } from './exchange.ts'

const carried = ['authorization', 'cookie', 'origin'] as const

/** The headers that say who is asking, and nothing else. */
export function proofOf(request: IncomingMessage, exchange: Exchange): Proof {
  const headers = new Headers()
  for (const name of carried) {
    const value = request.headers[name]
    if (value !== undefined) headers.set(name, value)
  }
  return { headers, ipAddress: exchange.ipAddress }
}

/** What became of a viewer since something long-lived was opened. */
export type Standing = 'same' | 'changed' | 'gone'

/** Asks again who is asking. A failure to find out is no reason to turn anybody away. */
export async function standingOf(before: Authenticated, again: () => Promise<Authenticated | null>): Promise<Standing> {
  try {
    const now = await again()
    return now === null ? 'gone' : sameAccess(before, now) ? 'same' : 'changed'
  } catch (error) {
    // A key that is good here is never held up: one that is, was refused before.
    const heldUp = before.kind === 'API_KEY' && error instanceof RateLimitedError
    return error instanceof UnauthenticatedError || heldUp ? 'gone' : 'same'
  }
}

const sameAccess = (before: Authenticated, now: Authenticated): boolean =>
  before.id === now.id &&
  before.organizationId === now.organizationId &&
  before.role === now.role &&
  before.scopes.join() === now.scopes.join() &&
  before.connectionIds.join() === now.connectionIds.join()
