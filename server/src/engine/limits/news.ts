import type { WindowSpan } from '@patchbay/schema/calendar.ts'
import type { AlertInput } from '../alerts/contract.ts'
import type { NewEvent } from '../delivery/contract.ts'
import type { LimitedConnection } from './contract.ts'
import { windowName, windowWords, type PlannedWindow } from './plan.ts'

// What is said of limits.

type KeyedAlert = AlertInput & { readonly dedupeKey: string }

const about = ({ id, organizationId }: LimitedConnection, dedupeKey: string) => ({
  organizationId,
  subjectType: 'Connection',
  subjectId: id,
  connectionId: id,
  dedupeKey,
})

const whose = { VENDOR: 'the vendor’s limit', OWN: 'your own limit', BOTH: 'the vendor’s and your own limit' } as const

const limitWords = (planned: PlannedWindow) =>
  `${planned.limit.toLocaleString('en')} calls in ${windowWords(planned)} (${whose[planned.source]})`

export function nearAlert(
  connection: LimitedConnection,
  planned: PlannedWindow,
  span: WindowSpan,
  dedupeKey: string,
): KeyedAlert {
  return {
    ...about(connection, dedupeKey),
    kind: 'limit.near',
    severity: 'WARNING',
    title: `${connection.name} is near a limit`,
    text: `80 % of ${limitWords(planned)} are used; it resets at ${span.end.toISOString()}. Calls beyond it will be refused. Spread the calls, use the cache for reads, or raise the limit if the vendor allows more.`,
  }
}

export function exceededAlert(
  connection: LimitedConnection,
  planned: PlannedWindow,
  span: WindowSpan,
  dedupeKey: string,
): KeyedAlert {
  return {
    ...about(connection, dedupeKey),
    kind: 'limit.exceeded',
    severity: 'CRITICAL',
    title: `${connection.name} has used up a limit`,
    text: `All of ${limitWords(planned)} are used. Calls are refused until it resets at ${span.end.toISOString()}, and pass by themselves then.`,
  }
}

export function silenceAlert(connection: LimitedConnection, until: Date, dedupeKey: string): KeyedAlert {
  return {
    ...about(connection, dedupeKey),
    kind: 'limit.exceeded',
    severity: 'CRITICAL',
    title: `The vendor wants no calls over ${connection.name}`,
    text: `It asked for silence until ${until.toISOString()}. Calls are refused until then, and pass by themselves after that. Close the breaker by hand to end the silence before.`,
  }
}

/** The hub's own event, for endpoints. */
export function exceededEvent(
  connection: LimitedConnection,
  planned: PlannedWindow,
  span: WindowSpan,
  { at, newId }: { readonly at: Date; readonly newId: (at?: number) => string },
): NewEvent {
  return {
    id: newId(at.getTime()),
    at,
    organizationId: connection.organizationId,
    type: 'connection.limit_exceeded',
    version: 1,
    occurredAt: at,
    connectionId: connection.id,
    provider: connection.provider,
    data: {
      name: connection.name,
      window: windowName(planned),
      limit: planned.limit,
      source: planned.source,
      resetsAt: span.end.toISOString(),
    },
    source: { kind: 'HUB', vendorType: null, vendorEventId: null, inboundEventId: null },
    inboundEventId: null,
    ordinal: 0,
    run: 1,
    orderKey: null,
    test: false,
  }
}
