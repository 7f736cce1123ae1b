import type { Envelope, EventSource } from './form.ts'

/** An event as far as its envelope shows it. */
export interface EnvelopeFields {
  readonly id: string
  readonly type: string
  readonly version: number
  readonly occurredAt: Date
  readonly organizationId: string
  readonly connectionId: string | null
  readonly provider: string | null
  readonly data: unknown
  readonly source: unknown
  readonly test: boolean
}

/** What a consumer receives by default. */
export function toEnvelope(event: EnvelopeFields): Envelope {
  const occurredAt = event.occurredAt.toISOString()
  return {
    id: event.id,
    type: event.type,
    version: event.version,
    occurredAt,
    timestamp: occurredAt,
    organization: { id: event.organizationId },
    connection: event.connectionId === null ? null : { id: event.connectionId },
    provider: event.provider,
    data: event.data,
    source: event.source as EventSource,
    test: event.test,
  }
}
