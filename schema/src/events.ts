import type {
  AlertModel,
  CallModel,
  ConnectionLaneModel,
  DeliveryModel,
  HealthTransitionModel,
  InboundEventModel,
  IncidentEntryModel,
  ReplayModel,
  SystemEventModel,
} from '@patchbay/prisma/generated/models.ts'

/** A call as the live stream carries it: bodies and headers are fetched only when someone looks. */
export type LiveCall = Omit<CallModel, 'requestHead' | 'requestBody' | 'responseHead' | 'responseBody'>

/** An inbound event as the live stream carries it. */
export type LiveInboundEvent = Omit<InboundEventModel, 'query' | 'head' | 'body' | 'assignedMap'>

/**
 * The streams, each a table whose `seq` grows in commit order. Calls, health, incidents and system are logs: a row stays
 * as it is. Rows of the others change, and `seq` is the position of the latest change: whoever resumes gets every row
 * that changed meanwhile once, as it is now.
 */
export interface StreamRows {
  readonly calls: LiveCall
  readonly health: HealthTransitionModel
  readonly incidents: IncidentEntryModel
  readonly inbound: LiveInboundEvent
  readonly deliveries: DeliveryModel
  readonly replays: ReplayModel
  readonly alerts: AlertModel
  readonly lanes: ConnectionLaneModel
  readonly system: SystemEventModel
}
export type StreamName = keyof StreamRows

/** Rows that arrived together. `cursor` resumes right after the last row seen, filtered ones included. */
export interface StreamBatch<R> {
  readonly rows: readonly R[]
  readonly cursor: string
  /** The subscriber reads slower than rows arrive and is being served from the table: nothing is lost, it is late. */
  readonly catchingUp: boolean
}

export interface SubscribeOptions<R> {
  readonly organizationId: string
  /** Cursor to resume after; absent means from now. */
  readonly after?: string | null
  readonly filter?: (row: R) => boolean
  readonly signal?: AbortSignal
}

/** Live streams that resume without gap or repeat. */
export interface Live {
  /** An unknown or foreign cursor throws InvalidInputError before the first batch. */
  subscribe<N extends StreamName>(
    stream: N,
    options: SubscribeOptions<StreamRows[N]>,
  ): AsyncIterable<StreamBatch<StreamRows[N]>>
}
