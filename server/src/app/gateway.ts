import type { Database } from '@patchbay/prisma/database.ts'
import type { HubReaders } from '@patchbay/schema/context.ts'
import { createAlerts } from '../engine/alerts/alerts.ts'
import type { Alerts } from '../engine/alerts/contract.ts'
import { createBreakers, type Breakers } from '../engine/calls/breaker.ts'
import { createBreakerLanes } from '../engine/lanes/breaker-lanes.ts'
import type { Lanes } from '../engine/lanes/contract.ts'
import { createLanes } from '../engine/lanes/lanes.ts'
import type { LiveHub } from '../engine/live/contract.ts'

export interface GatewayOptions {
  readonly database: Database
  readonly live: LiveHub
  readonly now: () => Date
  readonly newId: (at?: number) => string
  readonly onFault: (error: unknown) => void
  readonly stack: AsyncDisposableStack
}

/** What stands between a call and its vendor: limits, breakers, cache, and the lanes all replicas share. */
export interface Gateway {
  readonly alerts: Alerts
  readonly lanes: Lanes
  readonly breakers: Breakers
  readonly readers: Pick<HubReaders, 'limits' | 'cache'>
}

/** Builds the gateway's parts and reads what is open; they close with the stack. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { stack, now, onFault } = options
  const alerts = createAlerts(options)
  const lanes = createLanes(options)
  await lanes.start()
  stack.defer(() => lanes.close())
  const shared = { ...createBreakerLanes({ ...options, alerts, lanes }), of: lanes.of, heard: lanes.heard }
  const breakers = createBreakers({ now: () => now().getTime(), shared, onFault })
  stack.defer(() => breakers.close())
  return {
    alerts,
    lanes,
    breakers,
    readers: {
      limits: () => Promise.resolve([]),
      cache: () => ({ entries: 0, bytes: 0, hits: 0, misses: 0, stale: 0, revalidated: 0 }),
    },
  }
}
