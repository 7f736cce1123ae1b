import { amountOf } from '@patchbay/schema/event-types/amount.ts'
import type { NewEvent } from './contract.ts'

// Business figures: events by hour and day, counted in the statement that writes them.

/** What events cost, by the prices of their connections. */
export interface EventPrices {
  /** Price of a transaction in millionths of the organization's currency; 0 for what costs nothing. */
  priceOfEvent(event: NewEvent): bigint
}

export const freeEvents: EventPrices = { priceOfEvent: () => 0n }

const types = [
  ...['uuid', 'timestamptz', 'uuid', 'text', 'timestamptz', 'uuid', 'bool'],
  ...['text', 'bigint', 'bigint'],
] as const

/** Parameters eventFiguresText() takes. */
export const eventFigureCount = types.length

/** Counts the events that are in `added`, in a fixed order of rows. Parameters are eventFigures(), from `from` on. */
export const eventFiguresText = (from: number): string => `
  insert into "EventRollup" as kept
    ("organizationId", "grain", "at", "connectionId", "type", "currency", "events", "amountMinor", "costMicros", "delayTotalMs")
  select e.organization, g.grain, hub_begin(g.grain, e.at, o."timeZone"),
    coalesce(e.connection, '00000000-0000-0000-0000-000000000000'), e.type, e.currency, count(*), sum(e.amount), sum(e.cost),
    sum(greatest(0, extract(epoch from e.at - e.occurred) * 1000)::bigint)
  from unnest(${types.map((type, n) => `$${from + n}::${type}[]`).join(', ')})
    as e(id, at, organization, type, occurred, connection, test, currency, amount, cost)
  join added on added."id" = e.id
  left join "Organization" o on o."id" = e.organization
  cross join (values ('HOUR'::"RollupGrain"), ('DAY')) as g(grain)
  where not e.test
  group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
  on conflict ("organizationId", "grain", "at", "connectionId", "type", "currency") do update set
    "events" = kept."events" + excluded."events",
    "amountMinor" = kept."amountMinor" + excluded."amountMinor",
    "costMicros" = kept."costMicros" + excluded."costMicros",
    "delayTotalMs" = kept."delayTotalMs" + excluded."delayTotalMs"`

export function eventFigures(events: readonly NewEvent[], prices: EventPrices): unknown[][] {
  const amounts = events.map(({ data }) => amountOf(data))
  return [
    events.map(({ id }) => id),
    events.map(({ at }) => at.toISOString()),
    events.map(({ organizationId }) => organizationId),
    events.map(({ type }) => type),
    events.map(({ occurredAt }) => occurredAt.toISOString()),
    events.map(({ connectionId }) => connectionId),
    events.map(({ test }) => test),
    amounts.map(({ currency }) => currency),
    amounts.map(({ amountMinor }) => String(amountMinor)),
    events.map((event) => String(event.test ? 0n : prices.priceOfEvent(event))),
  ]
}
