import type { Tx } from '@patchbay/prisma/database.ts'
import type { EndpointCommands } from '@patchbay/schema/commands/endpoint.ts'
import { downKey } from '../engine/delivery/alarms.ts'
import { firstPace } from '../engine/delivery/breaker.ts'
import { ringDispatchers } from '../engine/delivery/ring.ts'
import type { Collaborators } from './collaborators.ts'
import { lockEndpoint } from './endpoint-view.ts'
import { transact } from './transact.ts'

/**
 * Ends a rest without a trial. A person stands for the trial, so the endpoint goes straight to catching up: what waits
 * goes out at a growing pace, and the breaker is closed once nothing of it is left. A quiet the endpoint asked for ends
 * too. Answers whether it was resting.
 */
export async function endRest(tx: Tx, endpointId: string, at: Date): Promise<boolean> {
  const lane = { endpointId }
  const { count } = await tx.endpointLane.updateMany({
    where: { ...lane, breaker: { in: ['OPEN', 'HALF_OPEN'] } },
    data: {
      breaker: 'CATCHING_UP',
      breakerSince: at,
      failuresInRow: 0,
      rowSince: null,
      rests: 0,
      probeAt: null,
      pace: firstPace,
    },
  })
  await tx.endpointLane.updateMany({ where: lane, data: { quietUntil: null } })
  await ringDispatchers(tx, [endpointId])
  return count > 0
}

/** Closes a breaker by hand. */
export function createResetBreaker(hub: Collaborators): EndpointCommands['resetBreaker'] {
  const { database, audit, now } = hub

  return (actor, input) =>
    transact(database, actor, async (tx) => {
      const { id } = await lockEndpoint(tx, actor, input.id)
      const wasResting = await endRest(tx, id, now())
      await hub.alerts.settle(tx, actor.organizationId, [downKey(id)], `${actor.name} closed the breaker.`)
      await audit.append(tx, actor, {
        action: 'endpoint.breakerReset',
        subjectType: 'Endpoint',
        subjectId: id,
        after: { wasResting },
      })
      return { id }
    })
}
