import type { Tx } from '@patchbay/prisma/database.ts'
import type { Incident } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Alerts } from '../alerts/contract.ts'
import type { Audit } from '../audit/contract.ts'
import type { LiveWriter } from '../live/contract.ts'
import { alarm } from './alarms.ts'
import type { IncidentAction, Severity } from './judge.ts'

export interface IncidentTools {
  readonly live: LiveWriter
  readonly alerts: Alerts
  readonly audit: Audit
  readonly newId: () => string
}

/** What happened to a connection's incident, in words, and when. */
export interface IncidentChange {
  readonly action: Exclude<IncidentAction, null>
  readonly connectionId: string
  readonly connectionName: string
  readonly severity: Severity | null
  readonly errorClass: string | null
  readonly text: string
  readonly at: Date
  /** It ends because a probe found it healthy. */
  readonly recovered?: boolean
}

/** The connection's open incident. The caller holds the connection's row lock, so there is at most one. */
export function openIncident(tx: Tx, connectionId: string): Promise<Incident | null> {
  return tx.incident.findFirst({ where: { connectionId, state: 'OPEN' } })
}

/** Opens, moves or closes the incident and adds the line to its timeline. Opening and closing are audited. */
export async function changeIncident(
  tools: IncidentTools,
  tx: Tx,
  actor: Actor,
  open: Incident | null,
  change: IncidentChange,
): Promise<void> {
  const { organizationId } = actor
  const { action, connectionId, errorClass, text, at } = change
  const incident = open ?? {
    id: tools.newId(),
    organizationId,
    connectionId,
    state: 'OPEN' as const,
    severity: change.severity ?? 'DEGRADED',
    cause: text,
    errorClass,
    openedAt: at,
  }
  if (open === null) await tx.incident.create({ data: incident })
  else if (action === 'RESOLVED')
    await tx.incident.update({ where: { id: open.id }, data: { state: 'RESOLVED', resolvedAt: at } })
  else if (action === 'ESCALATED')
    await tx.incident.update({ where: { id: open.id }, data: { severity: 'DOWN', cause: text, errorClass } })
  else await tx.incident.update({ where: { id: open.id }, data: { severity: 'DEGRADED' } })
  await tools.live.append(tx, 'incidents')
  await tx.incidentEntry.create({
    data: { id: tools.newId(), organizationId, incidentId: incident.id, at, kind: action, text },
  })
  await alarm(tools.alerts, tx, {
    organizationId,
    connectionId,
    name: change.connectionName,
    severity: action === 'RESOLVED' ? null : action === 'EASED' ? 'DEGRADED' : (change.severity ?? 'DEGRADED'),
    recovered: change.recovered ?? false,
    text,
  })
  if (action !== 'OPENED' && action !== 'RESOLVED') return
  const state = { connectionId, connection: change.connectionName, severity: incident.severity, cause: incident.cause }
  await tools.audit.append(tx, actor, {
    action: action === 'OPENED' ? 'incident.opened' : 'incident.resolved',
    subjectType: 'Incident',
    subjectId: incident.id,
    before: action === 'OPENED' ? undefined : { ...state, state: 'OPEN' },
    after: { ...state, state: action === 'OPENED' ? 'OPEN' : 'RESOLVED', text },
  })
}
