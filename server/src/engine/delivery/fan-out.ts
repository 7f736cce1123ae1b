import { fits } from '@patchbay/schema/event-types/form.ts'
import type { LiveWriter } from '../live/contract.ts'
import type { FanOut, NewEvent, RecordTx } from './contract.ts'
import { deliveryChannel, ringFor } from './doorbell.ts'
import { eventFigureCount, eventFigures, eventFiguresText, freeEvents, type EventPrices } from './event-figures.ts'
import { firstWaitMs } from './plan.ts'

export interface FanOutOptions {
  readonly live: Pick<LiveWriter, 'append'>
  readonly now: () => Date
  readonly newId: (at?: number) => string
  /** Default: nothing costs anything. */
  readonly prices?: EventPrices
}

/** An endpoint as it is read in the transaction that records the events. */
interface Subscriber {
  readonly id: string
  readonly organizationId: string
  readonly eventTypes: readonly string[]
  readonly enabled: boolean
  readonly disabledReason: string | null
  readonly schedule: readonly number[]
}

interface NewDelivery {
  readonly id: string
  readonly event: NewEvent
  readonly endpoint: Subscriber
}

const subscribersText = `
select "id", "organizationId", "eventTypes", "enabled", "disabledReason", coalesce("schedule", '{}') as "schedule"
from "Endpoint"
where "organizationId" = any($1::uuid[]) and "deletedAt" is null and ($2::uuid is null or "id" = $2::uuid)
order by "createdAt", "id"`

const eventTypes = {
  id: 'uuid',
  at: 'timestamptz',
  organizationId: 'uuid',
  type: 'text',
  version: 'int',
  occurredAt: 'timestamptz',
  connectionId: 'uuid',
  provider: 'text',
  data: 'text',
  source: 'text',
  inboundEventId: 'uuid',
  ordinal: 'int',
  run: 'int',
  orderKey: 'text',
  test: 'bool',
} as const satisfies Record<keyof NewEvent, string>
const eventNames = Object.keys(eventTypes) as (keyof NewEvent)[]

const deliveryTypes = {
  id: 'uuid',
  at: 'timestamptz',
  organizationId: 'uuid',
  eventId: 'uuid',
  endpointId: 'uuid',
  eventType: 'text',
  connectionId: 'uuid',
  orderKey: 'text',
  state: 'text',
  reason: 'text',
  roundAt: 'timestamptz',
  nextAttemptAt: 'timestamptz',
  test: 'bool',
} as const
const deliveryNames = Object.keys(deliveryTypes) as (keyof typeof deliveryTypes)[]

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')
const arrays = (types: Readonly<Record<string, string>>, from: number) =>
  Object.values(types)
    .map((type, n) => `$${from + n}::${type}[]`)
    .join(', ')
const casts: Readonly<Record<string, string>> = { data: '::jsonb', source: '::jsonb', state: '::"DeliveryState"' }
const selected = (names: readonly string[]) => names.map((name) => `given."${name}"${casts[name] ?? ''}`).join(', ')

const figuresFrom = eventNames.length + deliveryNames.length + 1

// One statement, so that a delivery can only be made for an event that is new: a repeat finds its events there, whatever
// ids it gave them, and adds nothing.
const recordText = `
with added as (
  insert into "Event" (${quoted(eventNames)})
  select ${selected(eventNames)} from unnest(${arrays(eventTypes, 1)}) as given(${quoted(eventNames)})
  on conflict do nothing
  returning "id"
), made as (
  insert into "Delivery" (${quoted(deliveryNames)})
  select ${selected(deliveryNames)}
  from unnest(${arrays(deliveryTypes, eventNames.length + 1)}) as given(${quoted(deliveryNames)})
  join added on added."id" = given."eventId"
  on conflict do nothing
  returning "nextAttemptAt"
), counted as (
  ${eventFiguresText(figuresFrom)}
), rung as (
  select pg_notify('${deliveryChannel}', $${figuresFrom + eventFigureCount}::text)
  where exists (select from made where "nextAttemptAt" is not null)
)
select (select count(*)::int from added) as "events", (select count(*)::int from made) as "deliveries",
  (select count(*)::int from rung) as "rings"`

export function createFanOut({ live, now, newId, prices = freeEvents }: FanOutOptions): FanOut {
  return {
    async record(tx, events, { only } = {}) {
      if (events.length === 0) return { events: 0, deliveries: 0 }
      const organizations = [...new Set(events.map((event) => event.organizationId))]
      const subscribers = await rows<Subscriber>(tx, subscribersText, [organizations, only ?? null])
      const deliveries = match(events, subscribers, { only, newId })
      // Nobody asked for them: no reason to make the writers of deliveries wait.
      if (deliveries.length > 0) await live.append(tx, 'deliveries')
      const due = new Set(deliveries.filter(({ endpoint }) => endpoint.enabled).map(({ endpoint }) => endpoint.id))
      const values = [
        ...eventNames.map((name) => events.map((event) => toText(event[name], name))),
        ...deliveryColumns(deliveries, now()),
        ...eventFigures(events, prices),
        ringFor([...due]),
      ]
      const [made] = await rows<{ events: number; deliveries: number }>(tx, recordText, values)
      return { events: made?.events ?? 0, deliveries: made?.deliveries ?? 0 }
    },
  }
}

/** Every pair of event and endpoint that belongs together. Ids of one batch are in the order of its events. */
function match(
  events: readonly NewEvent[],
  subscribers: readonly Subscriber[],
  { only, newId }: { readonly only: string | undefined; readonly newId: (at?: number) => string },
): NewDelivery[] {
  const byOrganization = Map.groupBy(subscribers, (subscriber) => subscriber.organizationId)
  const pairs = events.flatMap((event) =>
    (byOrganization.get(event.organizationId) ?? [])
      .filter(({ eventTypes }) => only !== undefined || eventTypes.some((pattern) => fits(pattern, event.type)))
      .map((endpoint) => ({ event, endpoint })),
  )
  // Events of one request share their millisecond: sorted ids keep them in order for endpoints that ask for it.
  return [...Map.groupBy(pairs, ({ event }) => event.at.getTime())].flatMap(([at, group]) => {
    const ids = group.map(() => newId(at)).sort()
    return group.map((pair, n) => ({ ...pair, id: ids[n] ?? newId(at) }))
  })
}

function deliveryColumns(deliveries: readonly NewDelivery[], now: Date): unknown[][] {
  const made = deliveries.map(({ id, event, endpoint }) => ({
    id,
    at: event.at,
    organizationId: event.organizationId,
    eventId: event.id,
    endpointId: endpoint.id,
    eventType: event.type,
    connectionId: event.connectionId,
    orderKey: event.orderKey,
    state: endpoint.enabled ? 'QUEUED' : 'SKIPPED',
    reason: endpoint.enabled ? null : offWords(endpoint.disabledReason),
    roundAt: now,
    nextAttemptAt: endpoint.enabled ? new Date(now.getTime() + firstWaitMs(endpoint.schedule)) : null,
    test: event.test,
  }))
  return deliveryNames.map((name) => made.map((row) => toText(row[name], name)))
}

/** Why nothing was sent to an endpoint that is off. */
export function offWords(reason: string | null): string {
  return reason === null
    ? 'The endpoint was off when the event came.'
    : `The endpoint was off when the event came: ${reason}`
}

function toText(value: unknown, name: string): unknown {
  if (name === 'data' || name === 'source') return JSON.stringify(value ?? null)
  return value instanceof Date ? value.toISOString() : value
}

async function rows<R>(tx: RecordTx, text: string, values: readonly unknown[]): Promise<R[]> {
  if ('$queryRawUnsafe' in tx) return tx.$queryRawUnsafe<R[]>(text, ...values)
  return (await tx.query(text, values)) as R[]
}
