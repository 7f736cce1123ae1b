import type { Database } from '@patchbay/prisma/database.ts'
import type { LimitSpec } from '@patchbay/schema/catalog.ts'
import type { HubReaders } from '@patchbay/schema/context.ts'
import { createAlerts } from '../engine/alerts/alerts.ts'
import type { Alerts } from '../engine/alerts/contract.ts'
import { createAnswerCache } from '../engine/cache/cache.ts'
import type { AnswerCache } from '../engine/cache/contract.ts'
import { createBreakers, type Breakers } from '../engine/calls/breaker.ts'
import { createFanOut } from '../engine/delivery/fan-out.ts'
import type { Jobs } from '../engine/jobs/contract.ts'
import { createBreakerLanes } from '../engine/lanes/breaker-lanes.ts'
import type { Lanes } from '../engine/lanes/contract.ts'
import { createLanes } from '../engine/lanes/lanes.ts'
import type { CallLimits } from '../engine/limits/contract.ts'
import { createLimits } from '../engine/limits/limits.ts'
import { sweepWindows } from '../engine/limits/sweep.ts'
import { createLimitTeller } from '../engine/limits/tell.ts'
import type { LiveHub } from '../engine/live/contract.ts'

export interface GatewayOptions {
  readonly database: Database
  readonly live: LiveHub
  /** Documented limits of a provider by slug. */
  readonly vendorLimits: (provider: string) => readonly LimitSpec[]
  /** Memory for kept answers. */
  readonly cacheBytes: number
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
  readonly limits: CallLimits
  readonly cache: AnswerCache
  /** Settles news of windows that are over, and removes them. */
  sweep(): Promise<void>
  /** Takes the gateway's queue; in the worker role. */
  startWork(jobs: Pick<Jobs, 'work' | 'schedule'>): Promise<void>
  readonly readers: Pick<HubReaders, 'limits' | 'cache'>
}

/** Builds the gateway's parts and reads what is open; they close with the stack. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { stack, now, onFault } = options
  const alerts = createAlerts(options)
  const lanes = createLanes(options)
  stack.defer(() => lanes.close())
  const shared = { ...createBreakerLanes({ ...options, alerts, lanes }), of: lanes.of, heard: lanes.heard }
  const breakers = createBreakers({ now: () => now().getTime(), shared, onFault })
  stack.defer(() => breakers.close())
  const teller = createLimitTeller({ ...options, alerts, fanOut: createFanOut(options) })
  const limits = createLimits({ ...options, lanes, teller })
  stack.defer(() => limits.close())
  const cache = createAnswerCache({ bytes: options.cacheBytes, now: () => now().getTime(), lanes })
  stack.defer(() => cache.close())
  const sweep = () => sweepWindows({ ...options, alerts })
  // Last, because everybody above wants to hear what is read.
  await lanes.start()
  return {
    alerts,
    lanes,
    breakers,
    limits,
    cache,
    sweep,
    async startWork(jobs) {
      await jobs.work('limits.sweep', sweep)
      await jobs.schedule('limits.sweep', '* * * * *')
    },
    readers: {
      limits: (connections) => limits.standing(connections),
      cache: (connectionId) => cache.figures(connectionId),
    },
  }
}
