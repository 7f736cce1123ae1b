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

/** Steering wheel of the provider lab, through its HTTP control API. */
export interface LabCommands {
  list(): Promise<readonly LabBehaviour[]>
  change(actor: Actor, input: LabChange): Promise<LabBehaviour>
  /** All vendors back to calm. */
  reset(actor: Actor): Promise<void>
}
