import type { Database } from '@patchbay/prisma/database.ts'
import type { Config } from '../config.ts'
import type { CostBook } from '../engine/analytics/contract.ts'
import type { Audit } from '../engine/audit/contract.ts'
import { createCallLog, createCalls, createPlainCalls, type CallLog, type CallsOptions } from '../engine/calls/calls.ts'
import { createConnectionReader, type ConnectionReader } from '../engine/calls/connections.ts'
import type { Calls, PlainCalls } from '../engine/calls/contract.ts'
import type { Egress } from '../engine/egress/contract.ts'
import { createEgress } from '../engine/egress/egress.ts'
import type { LiveHub } from '../engine/live/contract.ts'
import type { OAuth } from '../engine/oauth/contract.ts'
import { createCredentials, type StoppableCredentials } from '../engine/oauth/credentials.ts'
import { createOAuth } from '../engine/oauth/oauth.ts'
import type { Vault } from '../engine/vault/contract.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Provider } from '../providers/provider.ts'
import { priceCalls } from './costs.ts'
import { countCalls } from './gauges.ts'

export interface WayOutOptions {
  readonly config: Pick<Config, 'egressOrigins' | 'egressAllow'>
  readonly database: Database
  readonly vault: Vault
  readonly audit: Audit
  readonly live: LiveHub
  readonly metrics: Metrics
  readonly provider: (slug: string) => Provider | undefined
  /** What stands between a call and its vendor. */
  readonly gateway: Pick<CallsOptions, 'cache' | 'limits' | 'breakers'>
  readonly costBook: CostBook
  readonly labOrigin: string | null
  readonly publicUrl: string
  readonly now: () => Date
  readonly random: () => number
  readonly newId: (at?: number) => string
  readonly fault: (part: string) => (error: unknown) => void
  readonly stack: AsyncDisposableStack
}

/** Everything a request to a vendor passes, and what reads along. */
export interface WayOut {
  readonly egress: Egress
  readonly callLog: CallLog
  readonly plainCalls: PlainCalls
  readonly credentials: StoppableCredentials
  readonly connections: ConnectionReader
  readonly calls: Calls
  readonly oauth: OAuth
}

/** Builds the way out; its parts close with the stack, the calls before what carries them. */
export function createWayOut(options: WayOutOptions): WayOut {
  const { config, database, vault, audit, live, provider, gateway, labOrigin, publicUrl, stack } = options
  const { now, random, newId, fault } = options
  const milliseconds = () => now().getTime()
  const egress = createEgress({
    allowOrigins: [...(labOrigin ? [labOrigin] : []), ...config.egressOrigins],
    allow: config.egressAllow,
  })
  stack.defer(() => egress.close())
  const log = createCallLog({ database, live, onFault: fault('call log') })
  const callLog = countCalls(priceCalls(log, options.costBook), options.metrics)
  const plainCalls = createPlainCalls({ egress, log: callLog, labOrigin, now: milliseconds, newId })
  const shared = { database, vault, audit, calls: plainCalls, provider, now, newId }
  const credentials = createCredentials(shared)
  const connections = createConnectionReader({ database, now: milliseconds })
  stack.defer(() => connections.close())
  const { cache, limits, breakers } = gateway
  const calls = createCalls({
    egress,
    log: callLog,
    credentials,
    providers: provider,
    purse: options.costBook,
    ...(cache && { cache }),
    ...(limits && { limits }),
    ...(breakers && { breakers }),
    labOrigin,
    now: milliseconds,
    random,
    newId,
  })
  stack.defer(() => calls.close())
  return {
    egress,
    callLog,
    plainCalls,
    credentials,
    connections,
    calls,
    oauth: createOAuth({ ...shared, credentials, publicUrl }),
  }
}
