import type { AppendTx } from '../live/contract.ts'

/** Rung with an endpoint's id by every change of an endpoint or its keys. */
export const endpointsChannel = 'hub_endpoints'

/** Makes every replica forget what it keeps of an endpoint; rings when the change commits. */
export async function ringEndpoint(tx: AppendTx, endpointId: string): Promise<void> {
  const statement = `select pg_notify('${endpointsChannel}', $1)`
  if ('$executeRawUnsafe' in tx) await tx.$executeRawUnsafe(statement, endpointId)
  else await tx.query(statement, [endpointId])
}
