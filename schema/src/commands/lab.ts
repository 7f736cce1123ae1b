import type { Actor } from '../context.ts'

/** How one simulated vendor behaves. */
export interface LabBehaviour {
  readonly provider: string
  /** Added to every answer. */
  readonly latencyMs: number
  /** Share of answers that are 500, 0 to 1. */
  readonly errorRate: number
  /** Refuses connections' calls with 503. */
  readonly down: boolean
  /** Requests per minute before 429 with Retry-After; null for no limit. */
  readonly rateLimitPerMinute: number | null
  /** Lifetime of access tokens in seconds. */
  readonly tokenLifetimeSeconds: number
  /** How the token endpoint answers a refresh. */
  readonly refresh: 'OK' | 'TRANSIENT' | 'LOST_RACE' | 'TERMINAL'
  readonly requests: number
  readonly refreshes: number
  /** Values of a connection form that this vendor accepts. They open nothing but make-believe data. */
  readonly workingFields: Readonly<Record<string, string>>
}

export type LabChange = { readonly provider: string } & Partial<
  Omit<LabBehaviour, 'provider' | 'requests' | 'refreshes' | 'workingFields'>
>

export interface LabScenario {
  /** Such as `payment.succeeded`, or a trouble such as `duplicate`. */
  readonly name: string
  readonly description: string
}

/** What a simulated vendor can tell, and how many addresses it would tell it. */
export interface LabWebhooks {
  readonly provider: string
  /** Registered through its API or pasted by hand. */
  readonly subscribers: number
  readonly scenarios: readonly LabScenario[]
  /** Things that go wrong, on top of any scenario. */
  readonly troubles: readonly LabScenario[]
}

export interface LabEmissionRequest {
  readonly provider: string
  /** A scenario or a trouble. */
  readonly scenario: string
  /** What a trouble happens to; default the vendor's first scenario. */
  readonly of?: string
  /** Events, or copies of a duplicate: 1 to 1,000. */
  readonly count?: number
  /** The shop's order or reference that it should be about. */
  readonly orderId?: string
  readonly idempotencyKey?: string | null
}

/** Webhooks on their way; they arrive, or are tried again, after the answer. */
export interface LabEmission {
  readonly provider: string
  readonly scenario: string
  readonly events: number
  readonly subscribers: number
  /** One for each event and address that asked for it. */
  readonly letters: number
}

export type LabReceiverMode = 'OK' | 'SLOW' | 'STATUS' | 'HANG' | 'CUT' | 'REDIRECT' | 'FAIL_THEN_OK'

/** How a receiver answers; what is left out takes the lab's default. */
export interface LabReceiverBehaviour {
  readonly mode: LabReceiverMode
  /** SLOW: before the 200; 0 to 120,000. */
  readonly delayMs?: number
  /** STATUS and FAIL_THEN_OK; 200 to 599. */
  readonly status?: number
  /** STATUS and FAIL_THEN_OK: sent as Retry-After; 0 to 86,400, null sends none. */
  readonly retryAfterSeconds?: number | null
  /** REDIRECT: sent as Location. */
  readonly location?: string
  /** FAIL_THEN_OK: how many of the next requests fail. */
  readonly failures?: number
}

/** A consumer of webhooks in the lab, to point an endpoint at. */
export interface LabReceiver {
  readonly name: string
  readonly url: string
  readonly behaviour: Required<LabReceiverBehaviour>
  readonly received: number
  /** Different webhook-ids. */
  readonly distinct: number
  /** Arrivals whose webhook-id had come before. */
  readonly repeated: number
  readonly lastAt: Date | null
}

/** Steering wheel of the provider lab, through its HTTP control API. */
export interface LabCommands {
  list(): Promise<readonly LabBehaviour[]>
  change(actor: Actor, input: LabChange): Promise<LabBehaviour>
  /** All vendors back to calm. */
  reset(actor: Actor): Promise<void>
  /** What every vendor can tell. */
  webhooks(): Promise<readonly LabWebhooks[]>
  /**
   * Lets something happen at a vendor. InvalidInputError for an unknown scenario, ConflictError while nobody asked to be
   * told or too much is on its way.
   */
  emit(actor: Actor, input: LabEmissionRequest): Promise<LabEmission>
  receivers(): Promise<readonly LabReceiver[]>
  /** Replaces the whole behaviour of a receiver; one of a new name begins to exist. */
  setReceiver(actor: Actor, input: { readonly name: string } & LabReceiverBehaviour): Promise<LabReceiver>
}
