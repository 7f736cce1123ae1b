import type DataLoader from 'dataloader'
import type { CallModel, ConnectionModel, GrantModel } from '@patchbay/prisma/generated/models.ts'
import type { TestReport } from './commands/connection.ts'
import type { LiveCall } from './events.ts'

/** A connection as lists carry it: the last test report is fetched only when someone looks. */
export type ConnectionRow = Omit<ConnectionModel, 'lastTest'> & {
  /** Recent calls that were read together with the row, by recentKey() of load/calls.ts. */
  readonly recentCalls?: ReadonlyMap<string, readonly LiveCall[]>
}

/** An incident, with whatever else was asked of it. */
export interface IncidentRow {
  readonly id: string
}

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

/** A span of one health state, ended by the next or by now. */
export interface HealthSpan {
  readonly state: HealthCell['state']
  readonly from: Date
  readonly to: Date
}

/** Point of a connection's response time line. */
export interface LatencyPoint {
  readonly at: Date
  readonly latencyMs: number
  readonly ok: boolean
}

/** Calls of a span, from the roll-ups. */
export interface CallFigures {
  readonly calls: number
  readonly errors: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

/** Masked trace of one stored secret. */
export interface CredentialHint {
  readonly field: string
  readonly hint: string
  readonly updatedAt: Date
  readonly dueAt: Date | null
}

/** Batch readers, one per question asked of many rows; new for every operation, one query per level. */
export interface Loaders {
  readonly connection: DataLoader<string, ConnectionRow | null>
  readonly lastTest: DataLoader<string, TestReport | null>
  readonly credentialHints: DataLoader<string, readonly CredentialHint[]>
  readonly grant: DataLoader<string, GrantModel | null>
  /** By selectionKey() of load/incidents.ts. */
  readonly incident: DataLoader<string, IncidentRow | null>
  /** Of a connection, latest first, by selectionKey(). */
  readonly openIncidents: DataLoader<string, readonly IncidentRow[]>
  /** Whole call rows, bodies included, by id. */
  readonly call: DataLoader<string, CallModel | null>
  /** Latest calls of each connection, newest first, by recentKey() of load/calls.ts. One LATERAL query per level. */
  readonly recentCalls: DataLoader<string, readonly LiveCall[]>
  /** Health states of the last 90 days, oldest first. */
  readonly healthSpans: DataLoader<string, readonly HealthSpan[]>
  /** Latest probes, oldest first; key is `connectionId:count`. */
  readonly latency: DataLoader<`${string}:${number}`, readonly LatencyPoint[]>
  /** Figures of the last 24 hours. */
  readonly figures: DataLoader<string, CallFigures>
  /** Connections of this organization by provider slug. */
  readonly connectionCount: DataLoader<string, number>
  /** Name of a user or API key of this organization by its id. */
  readonly userName: DataLoader<string, string | null>
}
