import type { ConnectionLaneModel } from '@patchbay/prisma/generated/models.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { Where } from './where.ts'

/** What every replica knows of connections' ways out; null where nothing ever happened. */
export async function lanesOf(reach: Reach, connectionIds: readonly string[]): Promise<(ConnectionLaneModel | null)[]> {
  const where = within(new Where(), reach, '"connectionId"').oneOf('"connectionId"', connectionIds, 'uuid')
  const rows = await reach.tenant.sql.query<ConnectionLaneModel & Record<string, unknown>>(
    `select "seq", "connectionId", "organizationId", "breaker"::text as "breaker", "breakerSince", "reason", "retryAt",
       "quietUntil", "cacheEpoch", "changedAt"
     from "ConnectionLane" ${where}`,
    where.params,
  )
  return inOrder(
    connectionIds,
    rows,
    (row) => row.connectionId,
    (row) => row,
  )
}
