import type { Database } from '@patchbay/prisma/database.ts'
import type { HubReaders } from '@patchbay/schema/context.ts'
import { createAlerts } from '../engine/alerts/alerts.ts'
import type { Alerts } from '../engine/alerts/contract.ts'
import type { LaneWriter } from '../engine/lanes/contract.ts'
import { createLaneWriter } from '../engine/lanes/write.ts'
import type { LiveHub } from '../engine/live/contract.ts'

export interface GatewayOptions {
  readonly database: Database
  readonly live: LiveHub
  readonly now: () => Date
  readonly newId: (at?: number) => string
}

/** What stands between a call and its vendor: limits, breakers, cache, and the lanes all replicas share. */
export interface Gateway {
  readonly alerts: Alerts
  readonly lanes: LaneWriter
  readonly readers: Pick<HubReaders, 'limits' | 'cache'>
}

/** Builds the gateway's parts; they close with the stack. */
export function createGateway(options: GatewayOptions): Gateway {
  return {
    alerts: createAlerts(options),
    lanes: createLaneWriter(options),
    readers: {
      limits: () => Promise.resolve([]),
      cache: () => ({ entries: 0, bytes: 0, hits: 0, misses: 0, stale: 0, revalidated: 0 }),
    },
  }
}
