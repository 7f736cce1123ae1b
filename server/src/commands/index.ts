import type { Commands } from '@patchbay/schema/commands/index.ts'
import type { Collaborators } from './collaborators.ts'
import { createAlertCommands } from './alert.ts'
import { createAlertChannelCommands } from './alert-channel.ts'
import { createAlertRuleCommands } from './alert-rule.ts'
import { createBudgetCommands } from './budget.ts'
import { createCallCommands } from './call.ts'
import { createApiKeyCommands } from './api-key.ts'
import { createConnectionCommands } from './connection.ts'
import { createDeliveryCommands } from './delivery.ts'
import { createEndpointCommands } from './endpoint.ts'
import { createInboundEventCommands } from './inbound-event.ts'
import { createErasureCommands } from './erasure.ts'
import { createIncidentCommands } from './incident.ts'
import { createLabCommands } from './lab.ts'
import { createLaneCommands } from './lane.ts'
import { createLogExportCommands } from './log-export.ts'
import { createMemberCommands } from './member.ts'
import { createOperationCommands } from './operation.ts'
import { createOrganizationCommands } from './organization.ts'
import { createPriceCommands } from './price.ts'
import { createSavedDashboardCommands } from './saved-dashboard.ts'
import { createSilenceCommands } from './silence.ts'
import { createSourceCommands } from './source.ts'
import { createVaultCommands } from './vault.ts'

export type { Collaborators } from './collaborators.ts'

/** Every rule of the hub, by noun. */
export function createCommands(hub: Collaborators): Commands {
  return {
    connection: createConnectionCommands(hub),
    lane: createLaneCommands(hub),
    call: createCallCommands(hub),
    operation: createOperationCommands(hub),
    source: createSourceCommands(hub),
    inboundEvent: createInboundEventCommands(hub),
    endpoint: createEndpointCommands(hub),
    delivery: createDeliveryCommands(hub),
    incident: createIncidentCommands(hub),
    alert: createAlertCommands(hub),
    alertRule: createAlertRuleCommands(hub),
    alertChannel: createAlertChannelCommands(hub),
    silence: createSilenceCommands(hub),
    member: createMemberCommands(hub),
    organization: createOrganizationCommands(hub),
    vault: createVaultCommands(hub),
    apiKey: createApiKeyCommands(hub),
    erasure: createErasureCommands(hub),
    price: createPriceCommands(hub),
    budget: createBudgetCommands(hub),
    savedDashboard: createSavedDashboardCommands(hub),
    logExport: createLogExportCommands(hub),
    lab: createLabCommands(hub),
  } satisfies Commands
}
