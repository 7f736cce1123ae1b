import type { IncomingMessage } from 'node:http'
import type { Proof } from '../engine/people/contract.ts'
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
