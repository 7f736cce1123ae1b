import type { Tx } from '@patchbay/prisma/database.ts'
import type { ReplayFilter } from '@patchbay/schema/commands/delivery.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { InvalidInputError, NotFoundError, type FieldFault } from '@patchbay/schema/errors.ts'
import { patternRule } from '@patchbay/schema/event-types/form.ts'
import { deliveryStates, type DeliveryState } from '@patchbay/schema/webhook-states.ts'
import type { StoredFilter } from '../engine/delivery/replay-filter.ts'
import { checkId } from './transact.ts'

/** Deliveries that can be named one by one. */
export const mostIds = 1_000

/** Checks a filter and looks up the outage it may speak of. @throws InvalidInputError for one that is open or at odds with itself */
export async function checkFilter(
  tenant: Pick<Tx, 'endpoint' | 'endpointLane'>,
  actor: Actor,
  filter: ReplayFilter,
): Promise<StoredFilter> {
  const faults = faultsOf(filter)
  if (faults.length > 0) throw new InvalidInputError(faults)
  const { ids, endpointId, eventTypes, states, since, until, sinceOutageOf } = filter
  const outage = sinceOutageOf == null ? null : await outageOf(tenant, sinceOutageOf)
  const named = endpointId == null ? null : await knownEndpoint(tenant, endpointId)
  return {
    ...(ids == null ? {} : { ids: ids.map((id) => checkId('delivery', id)) }),
    ...(named === null ? {} : { endpointId: named }),
    ...(outage === null ? {} : outage),
    ...(eventTypes == null ? {} : { eventTypes }),
    ...statesOf(states, outage !== null),
    ...sinceOf(since ?? null, outage?.since ?? null),
    ...(until == null ? {} : { until: until.toISOString() }),
    ...(actor.connectionIds.length === 0 ? {} : { connectionIds: actor.connectionIds }),
  }
}

function faultsOf(filter: ReplayFilter): FieldFault[] {
  const { ids, endpointId, eventTypes, states, since, until, sinceOutageOf } = filter
  const faults: FieldFault[] = []
  const fault = (name: string, message: string) => faults.push({ path: `filter.${name}`, message })
  if (ids == null && endpointId == null && since == null && sinceOutageOf == null)
    faults.push({
      path: 'filter',
      message: 'Say which deliveries: by ids, an endpoint, since when, or since the outage of an endpoint.',
    })
  if (ids != null && (ids.length === 0 || ids.length > mostIds))
    fault('ids', `Name 1 to ${mostIds} deliveries, or use another filter.`)
  for (const pattern of eventTypes ?? [])
    if (!patternRule.test(pattern)) fault('eventTypes', `${JSON.stringify(pattern)} is no event type.`)
  if (eventTypes?.length === 0) fault('eventTypes', 'Name at least one event type, or none at all for all.')
  if (states?.length === 0) fault('states', 'Name at least one state, or none at all for all.')
  if (since != null && until != null && since >= until) fault('until', 'It must be later than since.')
  if (sinceOutageOf != null && endpointId != null && sinceOutageOf.toLowerCase() !== endpointId.toLowerCase())
    fault('sinceOutageOf', 'It must be the same endpoint as endpointId.')
  return faults
}

async function outageOf(tenant: Pick<Tx, 'endpoint' | 'endpointLane'>, given: string) {
  const endpointId = await knownEndpoint(tenant, given)
  const lane = await tenant.endpointLane.findUnique({ where: { endpointId }, select: { failingSince: true } })
  if (lane?.failingSince == null)
    throw new InvalidInputError([
      { path: 'filter.sinceOutageOf', message: 'This endpoint has had no outage yet. Say since when instead.' },
    ])
  return { endpointId, outageOf: endpointId, since: lane.failingSince.toISOString() }
}

async function knownEndpoint(tenant: Pick<Tx, 'endpoint'>, given: string): Promise<string> {
  const id = checkId('endpoint', given)
  const found = await tenant.endpoint.findUnique({ where: { id }, select: { id: true } })
  if (found === null) throw new NotFoundError('endpoint', given)
  return id
}

/** After an outage, what arrived is not meant. */
function statesOf(given: readonly DeliveryState[] | null | undefined, afterOutage: boolean) {
  const undelivered = (Object.keys(deliveryStates) as DeliveryState[]).filter((state) => state !== 'DELIVERED')
  if (!afterOutage) return given == null ? {} : { states: given }
  return { states: given == null ? undelivered : given.filter((state) => state !== 'DELIVERED') }
}

/** Both hold when both are given: the later one. */
function sinceOf(given: Date | null, outage: string | null) {
  const times = [given?.toISOString(), outage].filter((time) => typeof time === 'string').sort()
  const latest = times.at(-1)
  return latest === undefined ? {} : { since: latest }
}
