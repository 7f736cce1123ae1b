import type { Database } from '@patchbay/prisma/database.ts'
import { eventTypes } from '@patchbay/schema/event-types/index.ts'
import { reactions } from '../commands/reactions.ts'
import { createAlerts } from '../engine/alerts/alerts.ts'
import type { Audit } from '../engine/audit/contract.ts'
import type { Calls, PlainCalls } from '../engine/calls/contract.ts'
import { isSecretName, redactLoosely } from '../engine/calls/redact-fields.ts'
import { hidden } from '../engine/calls/redact.ts'
import type { FanOut, Payloads } from '../engine/delivery/contract.ts'
import type { Egress } from '../engine/egress/contract.ts'
import type { Inbound, Registration, Router } from '../engine/inbound/contract.ts'
import { createInbound, createRegistration, createRouter } from '../engine/inbound/inbound.ts'
import { createKeyFetcher } from '../engine/inbound/keys.ts'
import type { Jobs } from '../engine/jobs/contract.ts'
import type { LiveWriter } from '../engine/live/contract.ts'
import type { Vault } from '../engine/vault/contract.ts'
import type { Provider } from '../providers/provider.ts'

export interface InboundPartsOptions {
  readonly database: Database
  readonly vault: Vault
  readonly audit: Audit
  readonly live: LiveWriter
  readonly jobs: Jobs
  readonly calls: Calls
  readonly plainCalls: PlainCalls
  readonly egress: Egress
  readonly fanOut: FanOut
  readonly payloads: Payloads
  readonly provider: (slug: string) => Provider | undefined
  readonly publicUrl: string
  readonly hooksPerMinute: number
  readonly now: () => Date
  readonly random: () => number
  readonly newId: (at?: number) => string
  readonly newToken: () => string
  readonly fault: (part: string) => (error: unknown) => void
  readonly stack: AsyncDisposableStack
}

/** Events being routed at a stop are waited for this long; what is not committed by then is routed again. */
const drainMs = 3000

/** The parts of webhooks on their way in; they close with the stack. */
export function createInboundParts(options: InboundPartsOptions): {
  inbound: Inbound
  router: Router
  registration: Registration
} {
  const { fault, plainCalls, stack } = options
  const inbound = createInbound({
    ...options,
    fetchKey: createKeyFetcher(options),
    urlOf: (provider, connection, place) => plainCalls.urlOf(provider, connection, place),
    isSecretName,
    perMinute: options.hooksPerMinute,
    onFault: fault('webhooks'),
  })
  stack.defer(() => inbound.close())
  const router = createRouter({
    ...options,
    eventTypes,
    reactions,
    redact: (text) => redactLoosely(text, hidden),
    onFault: fault('webhook routing'),
  })
  stack.defer(() => router.stop(drainMs))
  return { inbound, router, registration: createRegistration({ ...options, alerts: createAlerts(options) }) }
}
