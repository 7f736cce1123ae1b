import type { Connection, SourceRule } from '@patchbay/prisma/generated/client.ts'
import { PatchbayError } from '@patchbay/schema/errors.ts'
import type { EventType } from '@patchbay/schema/event-types/form.ts'
import type { Provider } from '../../providers/provider.ts'
import type { MapEvent, MappedEvent, WebhookMessage } from '../../providers/webhook.ts'
import type { NewEvent } from '../delivery/contract.ts'
import { messageOf, storableJson } from './message.ts'
import { factsOf } from './prove.ts'

/** A stored request that is due, with its bytes. */
export interface DueEvent {
  readonly seq: bigint
  readonly id: string
  readonly at: Date
  readonly organizationId: string
  readonly sourceId: string
  readonly connectionId: string
  readonly provider: string
  readonly vendorEventId: string | null
  readonly vendorType: string | null
  readonly occurredAt: Date | null
  readonly query: string
  readonly head: Readonly<Record<string, string>>
  readonly attempts: number
  readonly run: number
  readonly assignedType: string | null
  readonly assignedMap: string | null
  readonly body: Uint8Array
}

/** A person's word on what a vendor type means. */
export type Rule = Pick<SourceRule, 'sourceId' | 'vendorType' | 'eventType' | 'mapping'>

/** What an event means by a person's word: for it alone, or for its type at its source. */
export interface Assigned {
  readonly type: string
  /** JSONata; null takes the payload as it is. */
  readonly mapping: string | null
}

/** Why an event cannot be routed, in words without any of its values. */
export class RoutingFault extends Error {}

/** What a stored request is: events, nothing of consequence, or something nobody has said the meaning of. */
export type Meaning =
  | { readonly state: 'ROUTED'; readonly events: readonly NewEvent[]; readonly keys: readonly (string | null)[] }
  | { readonly state: 'IGNORED' }
  | { readonly state: 'UNMATCHED' }

export interface NormaliserOptions {
  readonly provider: (slug: string) => Provider | undefined
  readonly eventTypes: ReadonlyMap<string, EventType>
  readonly newId: (at?: number) => string
}

export function assignedOf(due: DueEvent, rules: readonly Rule[]): Assigned | null {
  if (due.assignedType !== null) return { type: due.assignedType, mapping: due.assignedMap }
  const rule = rules.find(({ sourceId, vendorType }) => sourceId === due.sourceId && vendorType === due.vendorType)
  return rule === undefined ? null : { type: rule.eventType, mapping: rule.mapping }
}

/** The message a stored request holds. */
export function storedMessage({ head, query, body }: Pick<DueEvent, 'head' | 'query' | 'body'>): WebhookMessage {
  return messageOf({ headers: head, search: query, body })
}

/**
 * Says what a stored request means: by a person's word first, then by the provider's own map. Pure: a mapping was made
 * before, and its result is `mapped`. @throws RoutingFault
 */
export function normalise(
  due: DueEvent,
  facts: { readonly connection: Connection | undefined; readonly assigned: Assigned | null; readonly mapped?: unknown },
  options: NormaliserOptions,
): Meaning {
  const { connection, assigned } = facts
  if (connection === undefined) throw new RoutingFault('Its connection was deleted before it was routed.')
  const provider = options.provider(due.provider)
  const spec = provider?.webhooks
  if (provider === undefined || spec === undefined)
    throw new RoutingFault(`This hub takes no webhooks of ${due.provider}. Update the hub.`)
  const message = storedMessage(due)
  if (assigned !== null) {
    const data = assigned.mapping === null ? message.body : facts.mapped
    return routed(due, [{ type: assigned.type, occurredAt: null, data: objectOf(data) }], options)
  }
  const type = due.vendorType ?? ''
  const own = Object.hasOwn(spec.events, type) ? spec.events[type] : undefined
  if (own === undefined && spec.ignore?.includes(type) === true) return { state: 'IGNORED' }
  const map = own ?? spec.events['*']
  if (map === undefined) return { state: 'UNMATCHED' }
  const events = run(map, message, provider, connection)
  return events.length === 0 ? { state: 'IGNORED' } : routed(due, events, options)
}

function run(
  map: MapEvent,
  message: WebhookMessage,
  provider: Provider,
  connection: Connection,
): readonly MappedEvent[] {
  try {
    const made = map(message, factsOf(provider, connection))
    return Array.isArray(made) ? (made as readonly MappedEvent[]) : [made as MappedEvent]
  } catch (error) {
    // Only our own errors are worded without what the vendor sent.
    const words = error instanceof PatchbayError ? error.message : 'it has another shape than it should have.'
    throw new RoutingFault(`What ${provider.entry.name} sent cannot be read: ${words}`, { cause: error })
  }
}

function objectOf(data: unknown): Readonly<Record<string, unknown>> {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>
  throw new RoutingFault('What it was assigned does not make an object out of it.')
}

function routed(due: DueEvent, mapped: readonly MappedEvent[], options: NormaliserOptions): Meaning {
  const at = due.at.getTime()
  const events = mapped.map((one, ordinal): NewEvent => {
    const type = options.eventTypes.get(one.type)
    if (type === undefined) throw new RoutingFault(`The hub’s catalogue has no type ${one.type}.`)
    return {
      id: options.newId(at),
      at: due.at,
      organizationId: due.organizationId,
      type: type.name,
      version: type.version,
      occurredAt: momentOf(one.occurredAt) ?? due.occurredAt ?? due.at,
      connectionId: due.connectionId,
      provider: due.provider,
      data: parsed(type, one.data),
      source: {
        kind: 'WEBHOOK',
        vendorType: due.vendorType,
        vendorEventId: due.vendorEventId,
        inboundEventId: due.id,
      },
      inboundEventId: due.id,
      ordinal,
      run: due.run,
      orderKey: one.orderKey ?? null,
      test: false,
    }
  })
  return { state: 'ROUTED', events, keys: mapped.map(({ key }) => key ?? null) }
}

const momentOf = (at: Date | null) => (at === null || Number.isNaN(at.getTime()) ? null : at)

function parsed(type: EventType, data: unknown): unknown {
  const result = type.data.safeParse(data)
  if (result.success) return storableJson(result.data)
  // Paths and expectations; what stands there is not repeated.
  const faults = result.error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.') || 'data'} (${code})`)
  throw new RoutingFault(`It does not fit the type ${type.name}: ${faults.join(', ')}.`)
}
