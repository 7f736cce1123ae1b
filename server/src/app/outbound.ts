import type { Database } from '@patchbay/prisma/database.ts'
import { globalId } from '@patchbay/schema/node.ts'
import { createAlerts } from '../engine/alerts/alerts.ts'
import type { Audit } from '../engine/audit/contract.ts'
import type { Dispatcher, EndpointKeys, FanOut, Payloads, QueryRunner } from '../engine/delivery/contract.ts'
import { createDispatcher } from '../engine/delivery/dispatcher.ts'
import type { EventPrices } from '../engine/delivery/event-figures.ts'
import { createFanOut } from '../engine/delivery/fan-out.ts'
import { createEndpointKeys } from '../engine/delivery/keys.ts'
import { createPayloads } from '../engine/delivery/payloads.ts'
import type { Egress } from '../engine/egress/contract.ts'
import type { LiveWriter } from '../engine/live/contract.ts'
import type { Vault } from '../engine/vault/contract.ts'

export interface OutboundOptions {
  readonly database: Database
  readonly live: LiveWriter
  readonly vault: Vault
  readonly audit: Pick<Audit, 'append'>
  readonly egress: Egress
  readonly queries: QueryRunner
  readonly prices: EventPrices
  readonly version: string
  readonly now: () => Date
  readonly random: () => number
  readonly newId: (at?: number) => string
  readonly onFault: (error: unknown) => void
  readonly stack: AsyncDisposableStack
}

/** Attempts open at a stop are waited for this long; what is open then is sent again when its claim ends. */
const drainMs = 3000

/** The parts of webhooks on their way out; they close with the stack. */
export function createOutbound(options: OutboundOptions): {
  fanOut: FanOut
  endpointKeys: EndpointKeys
  payloads: Payloads
  dispatcher: Dispatcher
} {
  const { stack, queries } = options
  const endpointKeys = createEndpointKeys(options)
  const payloads = createPayloads({ queries, globalEventId: (id) => globalId('Event', id) })
  stack.defer(() => payloads.close())
  const dispatcher = createDispatcher({ ...options, alerts: createAlerts(options), keys: endpointKeys, payloads })
  stack.defer(() => dispatcher.stop(drainMs))
  return { fanOut: createFanOut(options), endpointKeys, payloads, dispatcher }
}
