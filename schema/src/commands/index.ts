import type { ConnectionCommands } from './connection.ts'
import type { IncidentCommands } from './incident.ts'
import type { LabCommands } from './lab.ts'
import type { MemberCommands } from './member.ts'
import type { OrganizationCommands } from './organization.ts'
import type { VaultCommands } from './vault.ts'

/** One entry per noun; the server implements them, mutations call exactly one each. */
export interface Commands {
  readonly connection: ConnectionCommands
  readonly incident: IncidentCommands
  readonly member: MemberCommands
  readonly organization: OrganizationCommands
  readonly vault: VaultCommands
  /** Absent outside demo mode. */
  readonly lab: LabCommands | null
}
