import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Alerts } from '../alerts/contract.ts'
import type { Audit } from '../audit/contract.ts'
import type { Calls } from '../calls/contract.ts'
import type { Jobs } from '../jobs/contract.ts'
import type { LiveWriter } from '../live/contract.ts'
import type { Health, SetAside } from './contract.ts'
import { changeIncident, openIncident } from './incidents.ts'
import { endTests, plan } from './plan.ts'
import { look } from './probe.ts'
import { addTransition, record } from './record.ts'
import { healthDefaults, type HealthSettings } from './settings.ts'

export interface HealthOptions {
  readonly database: Database
  readonly calls: Pick<Calls, 'bind'>
  readonly live: LiveWriter
  readonly alerts: Alerts
  readonly audit: Audit
  readonly jobs: Pick<Jobs, 'send'>
  readonly provider: (slug: string) => Provider | undefined
  readonly now: () => Date
  /** 0 to 1, like Math.random. */
  readonly random: () => number
  readonly newId: () => string
  readonly settings?: Partial<HealthSettings>
}

export function createHealth(options: HealthOptions): Health {
  const settings: HealthSettings = { ...healthDefaults, ...options.settings }
  const { database, now, random } = options
  const tools = { ...options, settings }

  const probe = async (organizationId: string, connectionId: string, actor: Actor): Promise<void> => {
    const connection = await database
      .tenant(organizationId)
      .prisma.connection.findUnique({ where: { id: connectionId } })
    if (connection === null || connection.status === 'DISABLED' || connection.status === 'NOT_CONFIGURED') return
    const provider = options.provider(connection.provider)
    if (provider === undefined) return
    const seen = await look(options.calls, provider, connection, { actor, timeoutMs: settings.probeTimeoutMs, now })
    // The hub is stopping or the asker went away: that says nothing of the vendor.
    if (seen.error?.errorClass === 'CANCELLED') return
    await record(tools, provider, connection, { ...actor, organizationId }, seen)
  }

  const setAside = async (tx: Tx, actor: Actor, connection: Connection, change: SetAside): Promise<void> => {
    const at = now()
    const moved = connection.health !== change.state
    await tx.connection.update({
      where: { id: connection.id },
      data: {
        health: change.state,
        healthReason: change.reason,
        failuresInRow: 0,
        successesInRow: 0,
        ...(moved ? { healthSince: at } : {}),
      },
    })
    if (moved) await addTransition(options, tx, connection, change.state, change.reason, at)
    const open = change.closeIncidents === undefined ? null : await openIncident(tx, connection.id)
    if (open === null || change.closeIncidents === undefined) return
    await changeIncident(options, tx, actor, open, {
      action: 'RESOLVED',
      connectionId: connection.id,
      connectionName: connection.name,
      severity: null,
      errorClass: null,
      text: change.closeIncidents,
      at,
    })
  }

  return {
    probe,
    setAside,
    plan: () => plan({ database, jobs: options.jobs, settings, now, random }),
    endTests: () => endTests(database, null),
  }
}
