import type { Actor } from '../context.ts'
import type { DeliveryState } from '../webhook-states.ts'

type Changed = Promise<{ readonly id: string }>

/** Which deliveries to send again. Everything given must hold. At least one of ids, endpointId, since or sinceOutageOf. */
export interface ReplayFilter {
  readonly ids?: readonly string[] | null
  readonly endpointId?: string | null
  readonly eventTypes?: readonly string[] | null
  readonly states?: readonly DeliveryState[] | null
  /** Events recorded at or after, before. */
  readonly since?: Date | null
  readonly until?: Date | null
  /** Everything this endpoint did not get since its last outage began. */
  readonly sinceOutageOf?: string | null
}

/** What a replay would do, counted before it begins. */
export interface ReplayPreview {
  readonly total: number
  /** Reason in words → how many would be skipped. */
  readonly skips: Readonly<Record<string, number>>
  /** Ids of up to five deliveries it would send. */
  readonly sample: readonly string[]
}

/** Rules of deliveries. */
export interface DeliveryCommands {
  /** Sends again, as a new round of attempts for each delivery; runs in the background with progress. InvalidInputError for an empty or open filter. */
  replay(actor: Actor, input: { filter: ReplayFilter; idempotencyKey?: string | null }): Changed
  previewReplay(actor: Actor, filter: ReplayFilter): Promise<ReplayPreview>
  /** Stops a running replay; what was queued stays queued. */
  cancelReplay(actor: Actor, input: { id: string }): Changed
  /** Gives up waiting deliveries, into the dead letters. */
  cancel(actor: Actor, input: { ids: readonly string[] }): Promise<{ readonly ids: readonly string[] }>
}
