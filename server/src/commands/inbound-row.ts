import type { Tx } from '@patchbay/prisma/database.ts'
import type { InboundEvent, Prisma } from '@patchbay/prisma/generated/client.ts'
import { instantOf } from '@patchbay/prisma/instant-of.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, NotFoundError } from '@patchbay/schema/errors.ts'
import { inboundStates, mayFollow, type InboundState } from '@patchbay/schema/webhook-states.ts'
import { inboundChannel } from '../engine/inbound/store.ts'
import type { Collaborators } from './collaborators.ts'
import { checkId } from './transact.ts'

/** The event, if the actor may touch its connection. */
export async function findInbound(tx: Pick<Tx, 'inboundEvent'>, actor: Actor, given: string): Promise<InboundEvent> {
  const id = checkId('inbound event', given)
  const event = await tx.inboundEvent.findUnique({ where: { at_id: { at: instantOf(id), id } } })
  const { connectionIds } = actor
  if (event === null || (connectionIds.length > 0 && !connectionIds.includes(event.connectionId)))
    throw new NotFoundError('inbound event', given)
  return event
}

/** As findInbound, its row locked until the transaction ends: a router passes it over meanwhile. */
export async function lockInbound(tx: Tx, actor: Actor, given: string): Promise<InboundEvent> {
  const id = checkId('inbound event', given)
  await tx.$queryRaw`
    select 1 from "InboundEvent" where "at" = ${instantOf(id)}::timestamptz and "id" = ${id}::uuid for no key update`
  return findInbound(tx, actor, id)
}

const stateWords: Readonly<Record<InboundState, string>> = {
  RECEIVED: 'is about to be routed',
  WAITING: 'is being routed and will be tried again by itself',
  ROUTED: 'was routed',
  IGNORED: 'is of a kind the hub has no use for',
  UNMATCHED: 'is in the inbox',
  FAILED: 'is in the inbox',
  QUARANTINED: 'is quarantined: nothing proves that it comes from the vendor',
  DISCARDED: 'was put aside for good',
}

/** @throws ConflictError when the event's state does not allow it */
export function checkMove(event: Pick<InboundEvent, 'state'>, to: InboundState, from: readonly InboundState[]): void {
  if (from.includes(event.state) && mayFollow(inboundStates, event.state, to)) return
  throw new ConflictError(`This does not go: the event ${stateWords[event.state]}.`)
}

/**
 * Changes a locked event, and tells subscribers and, when something is to be done, routers. Takes the stream's lock:
 * call it after other rows are locked, and before the audit entry.
 */
export async function changeInbound(
  hub: Pick<Collaborators, 'live'>,
  tx: Tx,
  { at, id }: Pick<InboundEvent, 'at' | 'id'>,
  data: Prisma.InboundEventUpdateInput,
): Promise<void> {
  await hub.live.append(tx, 'inbound')
  await tx.inboundEvent.update({ where: { at_id: { at, id } }, data })
  await tx.$executeRaw`
    update "InboundEvent" set "seq" = nextval('hub_inbound_seq') where "at" = ${at}::timestamptz and "id" = ${id}::uuid`
  if (data.state === 'RECEIVED') await tx.$executeRaw`select pg_notify(${inboundChannel}, '')`
}
