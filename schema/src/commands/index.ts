import type { AlertCommands } from './alert.ts'
import type { AlertChannelCommands } from './alert-channel.ts'
import type { AlertRuleCommands } from './alert-rule.ts'
import type { BudgetCommands } from './budget.ts'
import type { CallCommands } from './call.ts'
import type { ApiKeyCommands } from './api-key.ts'
import type { ConnectionCommands } from './connection.ts'
import type { DeliveryCommands } from './delivery.ts'
import type { EndpointCommands } from './endpoint.ts'
import type { InboundEventCommands } from './inbound-event.ts'
import type { ErasureCommands } from './erasure.ts'
import type { IncidentCommands } from './incident.ts'
import type { LabCommands } from './lab.ts'
import type { LaneCommands } from './lane.ts'
import type { LogExportCommands } from './log-export.ts'
import type { MemberCommands } from './member.ts'
import type { OperationCommands } from './operation.ts'
import type { OrganizationCommands } from './organization.ts'
import type { PriceCommands } from './price.ts'
import type { SavedDashboardCommands } from './saved-dashboard.ts'
import type { SilenceCommands } from './silence.ts'
import type { SourceCommands } from './source.ts'
import type { VaultCommands } from './vault.ts'

/** One entry per noun; the server implements them, mutations call exactly one each. */
export interface Commands {
  readonly connection: ConnectionCommands
  readonly lane: LaneCommands
  readonly call: CallCommands
  readonly operation: OperationCommands
  readonly source: SourceCommands
  readonly inboundEvent: InboundEventCommands
  readonly endpoint: EndpointCommands
  readonly delivery: DeliveryCommands
  readonly incident: IncidentCommands
  readonly alert: AlertCommands
  readonly alertRule: AlertRuleCommands
  readonly alertChannel: AlertChannelCommands
  readonly silence: SilenceCommands
  readonly member: MemberCommands
  readonly organization: OrganizationCommands
  readonly vault: VaultCommands
  readonly apiKey: ApiKeyCommands
  readonly erasure: ErasureCommands
  readonly price: PriceCommands
  readonly budget: BudgetCommands
  readonly savedDashboard: SavedDashboardCommands
  readonly logExport: LogExportCommands
  /** Absent outside demo mode. */
  readonly lab: LabCommands | null
}
