import { instantOf } from '@patchbay/prisma/instant-of.ts'
import type { DeliveryModel } from '@patchbay/prisma/generated/models.ts'
import type { DeliveryState } from '../webhook-states.ts'
import { byIds, idOf } from './partitioned.ts'
import type { Where } from './where.ts'

/** Which deliveries to show. Says the same in SQL for pages and in JavaScript for live streams. */
export interface DeliveryFilter {
  /** Row ids. */
  readonly endpointId?: readonly string[] | null | undefined
  readonly eventId?: readonly string[] | null | undefined
  readonly connectionId?: readonly string[] | null | undefined
  readonly replayId?: string | null | undefined
  readonly state?: readonly DeliveryState[] | null | undefined
  /** Names of types. */
  readonly eventType?: readonly string[] | null | undefined
  readonly statusMin?: number | null | undefined
  readonly statusMax?: number | null | undefined
  readonly errorClass?: readonly string[] | null | undefined
  readonly test?: boolean | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

const wordsOf = (text: string | null | undefined): string[] => (text ?? '').toLowerCase().split(/\s+/).filter(Boolean)

const open: readonly DeliveryState[] = ['QUEUED', 'SENDING', 'WAITING']

export function deliveryConditions(where: Where, filter: DeliveryFilter, search?: string | null): Where {
  const { state } = filter
  where
    .oneOf('"endpointId"', filter.endpointId, 'uuid')
    .oneOf('"connectionId"', filter.connectionId, 'uuid')
    .oneOf('"eventType"', filter.eventType)
    .oneOf('"state"', state)
    .oneOf('"lastErrorClass"', filter.errorClass)
  // Spelled as the partial indexes spell it, so that the short lists are read and not the long one.
  if (state?.every((one) => one === 'DEAD')) where.and(`"state" = 'DEAD'`)
  if (state?.every((one) => open.includes(one))) where.and('"nextAttemptAt" is not null')
  if (filter.replayId != null) where.and(`"replayId" = ${where.param(filter.replayId)}::uuid`)
  if (filter.statusMin != null) where.and(`"lastStatus" >= ${where.param(filter.statusMin)}`)
  if (filter.statusMax != null) where.and(`"lastStatus" <= ${where.param(filter.statusMax)}`)
  if (filter.test != null) where.and(`"test" = ${where.param(filter.test)}`)
  if (filter.since != null) where.and(`"at" >= ${where.param(filter.since)}::timestamptz`)
  if (filter.until != null) where.and(`"at" < ${where.param(filter.until)}::timestamptz`)
  if (filter.eventId != null) byIds(where, filter.eventId, { at: '"at"', id: '"eventId"' })
  const id = idOf(search)
  if (id !== null) {
    // A delivery has its event's instant in its id.
    const wanted = `${where.param(id)}::uuid`
    where.and(`"at" = ${where.param(instantOf(id))}::timestamptz and ("id" = ${wanted} or "eventId" = ${wanted})`)
  } else for (const word of wordsOf(search)) where.contains(['"eventType"', '"reason"', '"orderKey"'], word)
  return where
}

/** The same as a test of one row. */
export function deliveryMatcher(filter: DeliveryFilter, search?: string | null): (row: DeliveryModel) => boolean {
  const tests: ((row: DeliveryModel) => boolean)[] = []
  const member = (values: readonly string[] | null | undefined, read: (row: DeliveryModel) => string | null) => {
    if (values == null) return
    const set = new Set(values)
    tests.push((row) => set.has(read(row) ?? ''))
  }
  member(filter.endpointId, (row) => row.endpointId)
  member(filter.eventId, (row) => row.eventId)
  member(filter.connectionId, (row) => row.connectionId)
  member(filter.eventType, (row) => row.eventType)
  member(filter.state, (row) => row.state)
  member(filter.errorClass, (row) => row.lastErrorClass)
  const { replayId, test, statusMin, statusMax, since, until } = filter
  if (statusMin != null) tests.push((row) => row.lastStatus !== null && row.lastStatus >= statusMin)
  if (statusMax != null) tests.push((row) => row.lastStatus !== null && row.lastStatus <= statusMax)
  if (replayId != null) tests.push((row) => row.replayId === replayId)
  if (test != null) tests.push((row) => row.test === test)
  if (since != null) tests.push((row) => row.at >= since)
  if (until != null) tests.push((row) => row.at < until)
  const id = idOf(search)
  if (id !== null) tests.push((row) => row.id === id || row.eventId === id)
  else {
    const words = wordsOf(search)
    tests.push(({ eventType, reason, orderKey }) => {
      const texts = [eventType, reason, orderKey].map((text) => text?.toLowerCase() ?? '')
      return words.every((word) => texts.some((text) => text.includes(word)))
    })
  }
  return (row) => tests.every((one) => one(row))
}
