import type { AppendTx } from '../live/contract.ts'
import { deliveryChannel, ringFor } from './doorbell.ts'

/** Rung with an endpoint's id by every change of an endpoint or its keys. */
export const endpointsChannel = 'hub_endpoints'

/** Makes every replica forget what it keeps of an endpoint; rings when the change commits. */
export const ringEndpoint = (tx: AppendTx, endpointId: string): Promise<void> => ring(tx, endpointsChannel, endpointId)

/** Makes every dispatcher look at these endpoints; rings when the change commits. */
export const ringDispatchers = (tx: AppendTx, endpointIds: readonly string[]): Promise<void> =>
  ring(tx, deliveryChannel, ringFor(endpointIds))

async function ring(tx: AppendTx, channel: string, payload: string): Promise<void> {
  const statement = `select pg_notify($1, $2)`
  if ('$executeRawUnsafe' in tx) await tx.$executeRawUnsafe(statement, channel, payload)
  else await tx.query(statement, [channel, payload])
}
