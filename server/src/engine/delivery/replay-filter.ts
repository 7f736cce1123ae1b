import { instantOf } from '@patchbay/prisma/instant-of.ts'
import type { DeliveryState } from '@patchbay/schema/webhook-states.ts'

/** Which deliveries a replay is about, as it is stored: checked, and an outage already turned into its beginning. */
export interface StoredFilter {
  readonly ids?: readonly string[]
  readonly endpointId?: string
  /** Patterns, like those of an endpoint. */
  readonly eventTypes?: readonly string[]
  readonly states?: readonly DeliveryState[]
  /** ISO 8601. */
  readonly since?: string
  readonly until?: string
  /** The filter asked for this endpoint's outage. */
  readonly outageOf?: string
  /** Connections the actor is narrowed to. */
  readonly connectionIds?: readonly string[]
}

/** Where a keyset goes on. */
export interface Position {
  readonly at: string
  readonly id: string
}

/** What came after the order to replay is not part of it, so that a replay ends. */
export interface Bounds {
  readonly organizationId: string
  readonly before: Date
}

/** Why a delivery would not be sent again, in words; null when it would. Expects `delivery`, `endpoint` and `event`. */
export const skipWords = `
case
  when endpoint."deletedAt" is not null then 'The endpoint was deleted.'
  when not endpoint."enabled" then rtrim('The endpoint is off. ' || coalesce(endpoint."disabledReason", ''))
  when event."id" is null then 'Its event is no longer kept.'
  when delivery."state" = 'QUEUED' then 'It waits to be sent anyway.'
  when delivery."state" = 'SENDING' then 'It is being sent right now.'
end`

export const joined = `
"Delivery" delivery
join "Endpoint" endpoint on endpoint."id" = delivery."endpointId"
left join "Event" event on event."at" = delivery."at" and event."id" = delivery."eventId"`

/** The condition of a filter over `delivery`, and its parameters from $1 on. */
export function conditionOf(filter: StoredFilter, { organizationId, before }: Bounds): [string, unknown[]] {
  const values: unknown[] = []
  const parts: string[] = []
  const add = (text: string, value: unknown) => parts.push(text.replaceAll('?', `$${values.push(value)}`))
  add('delivery."organizationId" = ?::uuid', organizationId)
  add('delivery."at" <= ?::timestamptz', before.toISOString())
  if (filter.ids !== undefined) {
    add('delivery."id" = any(?::uuid[])', filter.ids)
    // The instants inside the ids say which partitions to look in.
    add('delivery."at" = any(?::timestamptz[])', [...new Set(filter.ids.map((id) => instantOf(id).toISOString()))])
  }
  if (filter.endpointId !== undefined) add('delivery."endpointId" = ?::uuid', filter.endpointId)
  if (filter.states !== undefined) add('delivery."state"::text = any(?::text[])', filter.states)
  if (filter.since !== undefined) add('delivery."at" >= ?::timestamptz', filter.since)
  if (filter.until !== undefined) add('delivery."at" < ?::timestamptz', filter.until)
  if (filter.connectionIds !== undefined) add('delivery."connectionId" = any(?::uuid[])', filter.connectionIds)
  if (filter.eventTypes !== undefined && !filter.eventTypes.includes('*')) {
    const [nouns, names] = partition(filter.eventTypes)
    const name = `$${values.push(names)}`
    const noun = `$${values.push(nouns)}`
    parts.push(
      `(delivery."eventType" = any(${name}::text[]) or exists (
        select from unnest(${noun}::text[]) as noun where starts_with(delivery."eventType", noun)))`,
    )
  }
  return [parts.join(' and '), values]
}

/** Beginnings of types, and whole types. */
function partition(patterns: readonly string[]): [string[], string[]] {
  const nouns = patterns.filter((pattern) => pattern.endsWith('.*')).map((pattern) => pattern.slice(0, -1))
  return [nouns, patterns.filter((pattern) => !pattern.endsWith('.*'))]
}
