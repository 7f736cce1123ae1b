import type DataLoader from 'dataloader'
import type { CallModel, ConnectionModel, IncidentModel } from '@patchbay/prisma/generated/models.ts'
import type { LiveCall } from './events.ts'

/** Uptime of a connection: share of known time not DOWN, 0 to 1; null while nothing is known. */
export interface Uptime {
  readonly day: number | null
  readonly week: number | null
  readonly month: number | null
  readonly quarter: number | null
}

/** One cell of the health history strip. */
export interface HealthCell {
  readonly from: Date
  readonly to: Date
  /** Worst state of the span. */
  readonly state: 'HEALTHY' | 'DEGRADED' | 'DOWN' | 'UNKNOWN' | 'NOT_CONFIGURED'
}

/** Point of a connection's response time line. */
export interface LatencyPoint {
  readonly at: Date
  readonly latencyMs: number
  readonly ok: boolean
}

/** Calls of a connection in a span, from the roll-ups. */
export interface CallFigures {
  readonly calls: number
  readonly errors: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

/** Batch readers, one per question asked of many rows; new for every operation, one query per level. */
export interface Loaders {
  readonly connection: DataLoader<string, ConnectionModel | null>
  readonly incident: DataLoader<string, IncidentModel | null>
  /** Whole call rows, bodies included, by id. */
  readonly call: DataLoader<string, CallModel | null>
  /** Latest calls of each connection; key is `connectionId:count`. One LATERAL query per level. */
  readonly recentCalls: DataLoader<`${string}:${number}`, readonly LiveCall[]>
  readonly openIncidents: DataLoader<string, readonly IncidentModel[]>
  readonly uptime: DataLoader<string, Uptime>
  /** Key is `connectionId:cells`; each cell is one day, oldest first. */
  readonly healthStrip: DataLoader<`${string}:${number}`, readonly HealthCell[]>
  /** Latest probes, oldest first; key is `connectionId:count`. */
  readonly latency: DataLoader<`${string}:${number}`, readonly LatencyPoint[]>
  /** Figures of the last 24 hours. */
  readonly figures: DataLoader<string, CallFigures>
  readonly providerPopularity: DataLoader<string, number>
}
