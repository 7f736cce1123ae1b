import type { Sql } from '@patchbay/prisma/database.ts'

export const lostWords = 'The hub stopped while it was open: the endpoint may have received it.'

const statement = `
update "Attempt" set "outcome" = 'LOST', "finishedAt" = $2::timestamptz, "message" = $3
where "deliveryId" = any($1::uuid[]) and "outcome" = 'OPEN'`

/** Marks attempts whose claim has ended without a result. The caller holds the rows of their deliveries. */
export async function loseAttempts(sql: Sql, deliveryIds: readonly string[], now: Date): Promise<void> {
  if (deliveryIds.length > 0) await sql.query(statement, [deliveryIds, now.toISOString(), lostWords])
}
