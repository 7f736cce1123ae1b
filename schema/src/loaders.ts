import type DataLoader from 'dataloader'
import type {
  AlertModel,
  AlertNoticeModel,
  AlertRuleModel,
  ApiKeyModel,
  ApiKeySuccessorModel,
  AttemptModel,
  BudgetModel,
  CallModel,
  ConnectionLaneModel,
  ConnectionModel,
  DeliveryModel,
  EndpointKeyModel,
  EndpointLaneModel,
  EndpointModel,
  EventModel,
  PriceModel,
  SavedDashboardModel,
  GrantModel,
  InboundEventModel,
  ReplayModel,
  SilenceModel,
  SourceModel,
  SourceRuleModel,
  SourceSecretModel,
  SystemEventModel,
} from '@patchbay/prisma/generated/models.ts'
import type { TestReport } from './commands/connection.ts'
import type { LiveCall, LiveInboundEvent } from './events.ts'
import type { ChannelRow } from './load/alert-rules.ts'
import type { ErasureRow } from './load/erasures.ts'
import type { Measures } from './load/organizations.ts'

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

/** An event as lists carry it: its data is fetched only when someone looks. */
export type EventRow = Omit<EventModel, 'data' | 'source'>
export type EventContent = Pick<EventModel, 'data' | 'source'>

/** An attempt as lists carry it: headers and the answer's body are fetched only when someone looks. */
export type AttemptRow = Omit<AttemptModel, 'requestHead' | 'responseHead' | 'responseBody'>
export type AttemptContent = Pick<AttemptModel, 'requestHead' | 'responseHead' | 'responseBody'>

/** What an inbound event's row holds beyond what lists carry. */
export type InboundContent = Pick<InboundEventModel, 'query' | 'head' | 'body' | 'assignedMap'>

/** What may be known of a source's secret without opening it. */
export type SecretTrace = Omit<SourceSecretModel, 'tokenHash' | 'keyId' | 'wrappedKey' | 'ciphertext'>

/** What may be known of an endpoint's key without opening it. */
export type KeyTrace = Omit<EndpointKeyModel, 'keyId' | 'wrappedKey' | 'ciphertext'>

/** A question about the last `hours` of a row: `id:hours`. */
export type SpanKey = `${string}:${number}`

/** One bar of a source's strip. */
export interface SourceBar {
  readonly at: Date
  readonly received: number
  readonly quarantined: number
  readonly failed: number
}

/** Requests of a span at a source, from the roll-ups. */
export interface SourceFigures {
  readonly received: number
  readonly verified: number
  readonly duplicates: number
  readonly quarantined: number
  readonly refused: number
  readonly failed: number
  readonly lastReceivedAt: Date | null
  readonly barSeconds: number
  /** Oldest first, without gaps. */
  readonly bars: readonly SourceBar[]
}

/** One bar of an endpoint's strip. */
export interface DeliveryBar {
  readonly at: Date
  readonly delivered: number
  readonly failed: number
  readonly dead: number
}

/** Attempts of a span, from the roll-ups. */
export interface DeliveryFigures {
  readonly attempts: number
  readonly delivered: number
  readonly failed: number
  readonly dead: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly barSeconds: number
  /** Oldest first, without gaps. */
  readonly bars: readonly DeliveryBar[]
}

/** How the deliveries of a replay came out so far. */
export interface ReplayCounts {
  readonly delivered: number
  readonly failed: number
  readonly waiting: number
}

/** An API key without its hash. */
export type ApiKeyRow = Omit<ApiKeyModel, 'hash' | 'remindedAt'>

/** A successor that waits to be fetched, without what it is. */
export type ApiKeyHandover = Pick<ApiKeySuccessorModel, 'apiKeyId' | 'successorId' | 'createdAt' | 'expiresAt'>

/** One bar of a key's sparkline. */
export interface ApiKeyBar {
  readonly at: Date
  readonly requests: number
  readonly refused: number
  readonly calls: number
  readonly errors: number
}

/** Use of a key, today and over a span. */
export interface ApiKeyFigures {
  readonly requestsToday: number
  readonly refusedToday: number
  readonly callsToday: number
  readonly errorsToday: number
  readonly barSeconds: number
  /** Oldest first, without gaps. */
  readonly bars: readonly ApiKeyBar[]
}

/** A question about a key's use over a span of load/api-key-figures.ts: `id:DAY`. */
export type ApiKeySpanKey = `${string}:${'DAY' | 'MONTH'}`

/** Batch readers, one per question asked of many rows; new for every operation, one query per level. */
export interface Loaders {
  readonly connection: DataLoader<string, ConnectionRow | null>
  readonly lastTest: DataLoader<string, TestReport | null>
  readonly credentialHints: DataLoader<string, readonly CredentialHint[]>
  readonly grant: DataLoader<string, GrantModel | null>
  /** Breaker, silence and cache epoch of a connection; null where nothing ever happened. */
  readonly lane: DataLoader<string, ConnectionLaneModel | null>
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
  /** By organization; null for another one than the reader's. */
  readonly measures: DataLoader<string, Measures | null>
  readonly price: DataLoader<string, PriceModel | null>
  readonly budget: DataLoader<string, BudgetModel | null>
  readonly savedDashboard: DataLoader<string, SavedDashboardModel | null>
  /** Connections of this organization by provider slug. */
  readonly connectionCount: DataLoader<string, number>
  /** Name of a user or API key of this organization by its id. */
  readonly userName: DataLoader<string, string | null>
  readonly source: DataLoader<string, SourceModel | null>
  /** By connection. */
  readonly sourceOf: DataLoader<string, SourceModel | null>
  /** Tokens and signing secrets, newest first. */
  readonly sourceSecrets: DataLoader<string, readonly SecretTrace[]>
  readonly sourceRules: DataLoader<string, readonly SourceRuleModel[]>
  readonly sourceFigures: DataLoader<SpanKey, SourceFigures>
  readonly inboundEvent: DataLoader<string, LiveInboundEvent | null>
  readonly inboundContent: DataLoader<string, InboundContent | null>
  readonly event: DataLoader<string, EventRow | null>
  readonly eventContent: DataLoader<string, EventContent | null>
  /** Events of an inbound event, all runs, in order. */
  readonly eventsOf: DataLoader<string, readonly EventRow[]>
  /** Deleted ones too: their deliveries stay. */
  readonly endpoint: DataLoader<string, EndpointModel | null>
  /** Newest first. */
  readonly endpointKeys: DataLoader<string, readonly KeyTrace[]>
  readonly endpointLane: DataLoader<string, EndpointLaneModel | null>
  readonly endpointFigures: DataLoader<SpanKey, DeliveryFigures>
  /** Deliveries that are still to be sent, as far as they are counted. */
  readonly endpointWaiting: DataLoader<string, number>
  /** Latest deliveries of an endpoint, newest first; key is `endpointId:count`. One LATERAL query per level. */
  readonly recentDeliveries: DataLoader<SpanKey, readonly DeliveryModel[]>
  readonly delivery: DataLoader<string, DeliveryModel | null>
  /** Deliveries of an event, by endpoint. */
  readonly deliveriesOf: DataLoader<string, readonly DeliveryModel[]>
  readonly attempt: DataLoader<string, AttemptRow | null>
  readonly attemptContent: DataLoader<string, AttemptContent | null>
  /** Attempts of a delivery, all rounds, oldest first; the latest 100. */
  readonly attemptsOf: DataLoader<string, readonly AttemptRow[]>
  readonly replay: DataLoader<string, ReplayModel | null>
  readonly replayCounts: DataLoader<string, ReplayCounts>
  readonly alert: DataLoader<string, AlertModel | null>
  /** Of an alert, oldest first. */
  readonly alertNotices: DataLoader<string, readonly AlertNoticeModel[]>
  readonly alertRule: DataLoader<string, AlertRuleModel | null>
  readonly alertChannel: DataLoader<string, ChannelRow | null>
  readonly silence: DataLoader<string, SilenceModel | null>
  readonly apiKey: DataLoader<string, ApiKeyRow | null>
  /** The key that replaces a key. */
  readonly apiKeyReplacing: DataLoader<string, ApiKeyRow | null>
  /** By old key. */
  readonly apiKeyHandover: DataLoader<string, ApiKeyHandover | null>
  readonly apiKeyFigures: DataLoader<ApiKeySpanKey, ApiKeyFigures>
  readonly systemEvent: DataLoader<string, SystemEventModel | null>
  /** Without the sealed subject. */
  readonly erasure: DataLoader<string, ErasureRow | null>
}
