import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { createAlerts } from '@patchbay/server/engine/alerts/alerts.ts'
import type { AlertInput, Alerts, AlertWorker } from '@patchbay/server/engine/alerts/contract.ts'
import type { AlertSettings } from '@patchbay/server/engine/alerts/settings.ts'
import { createAlertWorker } from '@patchbay/server/engine/alerts/worker.ts'
import { createFanOut } from '@patchbay/server/engine/delivery/fan-out.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { createVault, parseMasterKeys } from '@patchbay/server/engine/vault/vault.ts'

export interface MachineOptions {
  readonly database: Database
  /** Master keys, as the setting writes them. */
  readonly keys: string
  /** The receiver's. */
  readonly origin: string
  readonly now?: () => Date
  readonly settings?: Partial<AlertSettings>
}

/** The machine behind alerts alone, as one process of several runs it. */
export interface Machine {
  readonly worker: AlertWorker
  readonly alerts: Alerts
  readonly faults: unknown[]
  raise(...alerts: (Partial<AlertInput> & { readonly organizationId: string })[]): Promise<void>
  close(): Promise<void>
}

export function createMachine({
  database,
  keys,
  origin,
  now = () => new Date(),
  settings = {},
}: MachineOptions): Machine {
  const live = createLive({ database })
  const alerts = createAlerts({ live, now, newId })
  const egress = createEgress({ allowOrigins: [origin] })
  const faults: unknown[] = []
  const worker = createAlertWorker({
    database,
    live,
    alerts,
    egress,
    vault: createVault({ wrappers: parseMasterKeys(keys, 'test').wrappers }),
    fanOut: createFanOut({ live, now, newId }),
    calls: { bind: () => () => Promise.reject(new Error('no mail here')) },
    provider: () => undefined,
    publicUrl: 'https://hub.example',
    redact: (text) => text,
    smtp: null,
    now,
    random: () => 0,
    newId,
    settings,
    onFault: (error) => faults.push(error),
  })
  return {
    worker,
    alerts,
    faults,
    raise: (...given) =>
      database.system.sql.transaction((sql) =>
        alerts.raise(
          sql,
          given.map((alert) => ({
            kind: 'endpoint.down',
            severity: 'WARNING',
            subjectType: 'Endpoint',
            subjectId: alert.organizationId,
            title: 'Stripe is down',
            text: 'It answers 503.',
            dedupeKey: randomUUID(),
            ...alert,
          })),
        ),
      ),
    async close() {
      await worker.stop(1000)
      await egress.close()
    },
  }
}

/** An organization with one rule for everything and a Slack-style channel at each of these addresses. */
export async function makeAudience(
  database: Database,
  keys: string,
  urls: readonly string[],
  rule: { readonly quietMinutes?: number } = {},
): Promise<{ readonly organizationId: string; readonly channelIds: readonly string[] }> {
  const organizationId = randomUUID()
  const { prisma } = database.system
  await prisma.organization.create({ data: { id: organizationId, name: 'Noor', slug: organizationId } })
  const vault = createVault({ wrappers: parseMasterKeys(keys, 'test').wrappers })
  const channelIds: string[] = []
  for (const url of urls) {
    const id = randomUUID()
    const sealed = await vault.seal(url, { organizationId, rowId: id, table: 'AlertChannel' })
    await prisma.alertChannel.create({ data: { id, organizationId, name: `Channel ${url}`, kind: 'SLACK', ...sealed } })
    channelIds.push(id)
  }
  await prisma.alertRule.create({
    data: { id: randomUUID(), organizationId, name: 'All', kinds: ['*'], leastSeverity: 'INFO', channelIds, ...rule },
  })
  return { organizationId, channelIds }
}
