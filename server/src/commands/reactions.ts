import type { Reaction, Reactions } from '../engine/inbound/contract.ts'

/** The vendor's word that the app was removed: every call would be refused from now on, and nobody but a person can change that. */
const uninstalled: Reaction = async (sql, { connectionId, run }) => {
  // A replay tells of the past: the app may be installed again.
  if (connectionId === null || run > 1) return
  const changed = await sql.query(
    `update "Connection" set "status" = 'ERROR', "version" = "version" + 1, "updatedAt" = now(),
       "statusReason" = 'The app was removed at the vendor. Connect it again.'
     where "id" = $1::uuid and "status" in ('ACTIVE', 'TESTING') returning 1`,
    [connectionId],
  )
  // Opened credentials are worth nothing any more; no process should go on with them from memory.
  if (changed.length > 0) await sql.query(`select pg_notify('hub_credentials', $1)`, [connectionId])
}

/** What events change in the hub itself, in the transaction that records them. */
export const reactions: Reactions = {
  'connection.uninstalled': [uninstalled],
}
