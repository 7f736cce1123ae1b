import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { transact } from '@patchbay/prisma/transact.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Provider } from '../../providers/provider.ts'
import { changeIncident, openIncident, type IncidentTools } from './incidents.ts'
import { incidentAction, judge, type HealthState, type Known } from './judge.ts'
import type { Seen } from './probe.ts'
import type { HealthSettings } from './settings.ts'
import { causeOf, recoveringWords, slowWords } from './words.ts'

export interface RecordTools extends IncidentTools {
  readonly database: Database
  readonly settings: HealthSettings
  readonly random: () => number
}

/**
 * Stores a probe and what follows from it, or nothing at all. The row lock makes probes that end together queue up: each
 * is judged on what the one before left behind, so a state is never left twice.
 */
export async function record(
  tools: RecordTools,
  provider: Provider,
  looked: Connection,
  actor: Actor,
  seen: Seen,
): Promise<void> {
  const { organizationId } = actor
  await transact(tools.database.tenant(organizationId).prisma, async (tx) => {
    await tx.$queryRaw`select 1 from "Connection" where "id" = ${looked.id}::uuid for no key update`
    const connection = await tx.connection.findUnique({ where: { id: looked.id } })
    if (connection === null || connection.status === 'DISABLED' || connection.status === 'NOT_CONFIGURED') return
    if (isOutdated(connection, looked, seen)) return storeProbe(tools, tx, connection, seen, connection.health, null)
    const slowInRow = await slowProbes(tx, connection.id, tools.settings)
    const known: Known = {
      state: connection.health,
      failuresInRow: connection.failuresInRow,
      successesInRow: connection.successesInRow,
      slowInRow,
    }
    const finding = { ok: seen.error === null, latencyMs: seen.latencyMs, errorClass: seen.error?.errorClass ?? null }
    const next = judge(known, finding, tools.settings)
    const reason = reasonOf(provider, seen, known, next, tools.settings)
    await storeProbe(tools, tx, connection, seen, next.state, reason)
    await storeState(tools, tx, connection, seen, next, reason)
    if (next.state !== known.state) await addTransition(tools, tx, connection, next.state, reason, seen.endedAt)
    await followIncident(
      tools,
      tx,
      actor,
      connection,
      seen,
      next.state,
      reason ?? `${provider.entry.name} is healthy again.`,
    )
  })
}

/** A look that began before the latest verdict, or before the connection changed, says nothing new. */
function isOutdated(connection: Connection, looked: Connection, seen: Seen): boolean {
  if (connection.version !== looked.version) return true
  return connection.lastProbeAt !== null && connection.lastProbeAt > seen.startedAt
}

/** How many of the latest probes in a row were good and slow; asked of the log, so no counter can drift from it. */
async function slowProbes(tx: Tx, connectionId: string, settings: HealthSettings): Promise<number> {
  const latest = await tx.probe.findMany({
    where: { connectionId },
    orderBy: { at: 'desc' },
    take: settings.degradedAfterSlow - 1,
    select: { ok: true, latencyMs: true },
  })
  const stop = latest.findIndex((probe) => !probe.ok || probe.latencyMs <= settings.slowMs)
  return stop === -1 ? latest.length : stop
}

function reasonOf(provider: Provider, seen: Seen, known: Known, next: Known, settings: HealthSettings): string | null {
  if (seen.error !== null) return causeOf(provider, seen.error, settings.probeTimeoutMs)
  if (next.state === 'HEALTHY') return null
  if (next.slowInRow > 0) return slowWords(provider, seen.latencyMs, next.slowInRow)
  return known.state === 'DOWN' || known.failuresInRow > 0 ? recoveringWords(provider) : null
}

async function storeProbe(
  tools: RecordTools,
  tx: Tx,
  connection: Connection,
  seen: Seen,
  state: HealthState,
  reason: string | null,
): Promise<void> {
  await tx.probe.create({
    data: {
      id: tools.newId(),
      organizationId: connection.organizationId,
      connectionId: connection.id,
      at: seen.endedAt,
      ok: seen.error === null,
      latencyMs: seen.latencyMs,
      errorClass: seen.error?.errorClass ?? null,
      message: seen.error === null ? null : (reason ?? seen.error.message),
      state,
    },
  })
}

async function storeState(
  tools: RecordTools,
  tx: Tx,
  connection: Connection,
  seen: Seen,
  next: Known,
  reason: string | null,
): Promise<void> {
  const moved = next.state !== connection.health
  // The look that was asked for at once (new credentials, resume) has happened: the plan need not ask again.
  const pending = connection.nextProbeAt !== null && connection.nextProbeAt <= seen.endedAt
  const spread = 1 + tools.settings.jitter * (2 * tools.random() - 1)
  await tx.connection.update({
    where: { id: connection.id },
    data: {
      health: next.state,
      healthReason: reason,
      failuresInRow: next.failuresInRow,
      successesInRow: next.successesInRow,
      lastProbeAt: seen.endedAt,
      lastLatencyMs: seen.latencyMs,
      ...(moved ? { healthSince: seen.endedAt } : {}),
      ...(pending
        ? { nextProbeAt: new Date(seen.endedAt.getTime() + connection.probeIntervalSeconds * 1000 * spread) }
        : {}),
      ...(next.state === 'HEALTHY' && failedOnlyToConnect(connection) ? { status: 'ACTIVE', statusReason: null } : {}),
    },
  })
}

/** A test that failed at the connection itself is answered by good probes; one that missed a permission is not. */
function failedOnlyToConnect(connection: Connection): boolean {
  if (connection.status !== 'ERROR') return false
  const report = connection.lastTest as { steps?: { ok: boolean; suite: string }[] } | null
  return report?.steps?.every((step) => step.ok || step.suite === 'connection') ?? true
}

/** Writes the change of state into the live stream of health. */
export async function addTransition(
  tools: Pick<RecordTools, 'live' | 'newId'>,
  tx: Tx,
  connection: Connection,
  to: HealthState,
  reason: string | null,
  at: Date,
): Promise<void> {
  await tools.live.append(tx, 'health')
  await tx.healthTransition.create({
    data: {
      id: tools.newId(),
      organizationId: connection.organizationId,
      connectionId: connection.id,
      at,
      from: connection.health,
      to,
      reason,
    },
  })
}

async function followIncident(
  tools: RecordTools,
  tx: Tx,
  actor: Actor,
  connection: Connection,
  seen: Seen,
  state: HealthState,
  text: string,
): Promise<void> {
  const open = await openIncident(tx, connection.id)
  const action = incidentAction(open?.severity ?? null, state)
  if (action === null) return
  // Whoever asked for the probe did not break the vendor: incidents are the hub's own doing.
  const monitor: Actor = { ...actor, kind: 'SYSTEM', id: null, name: 'Health monitor' }
  await changeIncident(tools, tx, monitor, open, {
    action,
    connectionId: connection.id,
    connectionName: connection.name,
    severity: state === 'DOWN' || state === 'DEGRADED' ? state : null,
    errorClass: seen.error?.errorClass ?? null,
    text,
    at: seen.endedAt,
    recovered: action === 'RESOLVED',
  })
}
