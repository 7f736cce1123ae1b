import type { Database } from '@patchbay/prisma/database.ts'
import { applyRetention, checkpoint, ensurePartitions, tidy } from '@patchbay/prisma/retention.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Audit } from '../engine/audit/contract.ts'
import { runReplay, unfinishedReplays } from '../engine/delivery/replay.ts'
import type { Erasures } from '../engine/erasure/contract.ts'
import { unfinishedErasures } from '../engine/erasure/erasure.ts'
import type { Health } from '../engine/health/contract.ts'
import { registerHealth } from '../engine/health/register.ts'
import type { Registration } from '../engine/inbound/contract.ts'
import { registerRegistration } from '../engine/inbound/register.ts'
import type { Jobs } from '../engine/jobs/contract.ts'
import type { LiveWriter } from '../engine/live/contract.ts'
import type { SystemLog } from '../engine/system/contract.ts'
import type { Vault } from '../engine/vault/contract.ts'
import { rotate, unfinishedRotations } from '../engine/vault/vault.ts'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'

export interface WorkersOptions {
  readonly database: Database
  readonly jobs: Jobs
  readonly health: Health
  readonly registration: Registration
  readonly vault: Vault
  readonly erasures: Pick<Erasures, 'run'>
  readonly audit: Audit
  readonly live: Pick<LiveWriter, 'append'>
  readonly retention: Config['retention']
  readonly now: () => Date
  readonly newId: () => string
  readonly log: Log
  readonly system: Pick<SystemLog, 'note'>
}

const hourly = '17 * * * *'
/** Hour, UTC, of the daily tidying. */
const quietHour = 2
const checkpointEveryMs = 5 * 60_000

/** Takes the queues of this process. Returns what stops the parts that are not jobs. */
export async function startWorkers(options: WorkersOptions): Promise<() => void> {
  const { database, jobs, log, newId, now, system } = options
  await registerHealth(jobs, options.health, { newId })
  await registerRegistration(jobs, options.registration)
  // The queue notices a killed worker by its silence, which takes minutes; a start is a better moment. Sent before the
  // queue is taken, or nobody listens yet when it rings.
  for (const organizationId of await unfinishedRotations(database.system.sql, options.vault))
    await jobs.send('vault.rotate', { organizationId }, { singletonKey: organizationId })
  await jobs.work('vault.rotate', async ({ organizationId }, signal) => {
    const { vault, audit } = options
    const rows = await rotate({ database, vault, audit, organizationId, actorFor: keeper(newId), signal })
    log.info({ rows }, 'data keys re-wrapped')
    system.note({
      kind: 'vault.rotated',
      severity: 'INFO',
      text: `The data keys are under the master key ${vault.primaryKeyId}: ${rows} were moved.`,
      facts: { rows, keyId: vault.primaryKeyId },
      organizationId,
    })
  })
  for (const { organizationId, id: replayId } of await unfinishedReplays(database.system.sql))
    await jobs.send('delivery.replay', { organizationId, replayId }, { singletonKey: replayId })
  await jobs.work('delivery.replay', ({ organizationId, replayId }, signal) =>
    runReplay({ database, live: options.live, now }, { organizationId, id: replayId }, signal),
  )
  for (const { organizationId, id: erasureId } of await unfinishedErasures(database.system.sql))
    await jobs.send('erasure.run', { organizationId, erasureId }, { singletonKey: erasureId })
  await jobs.work('erasure.run', async ({ organizationId, erasureId }, signal) => {
    await options.erasures.run({ organizationId, id: erasureId }, signal)
    if (signal.aborted) return
    const facts = { erasureId }
    const text = 'A person’s data was taken out of the logs; the erasure holds the report.'
    system.note({ kind: 'erasure.finished', severity: 'INFO', text, facts, organizationId })
  })
  await jobs.work('data.retention', (_data, signal) => keepHouse(options, signal))
  await jobs.schedule('data.retention', hourly)
  await makePartitions(options)
  const timer = setInterval(() => {
    checkpoint(database).catch((error: unknown) => log.warn({ error, at: now() }, 'a checkpoint failed'))
  }, checkpointEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Makes the months that are missing, and says so. */
async function makePartitions({ database, system }: Pick<WorkersOptions, 'database' | 'system'>): Promise<void> {
  const made = await ensurePartitions(database)
  if (made === 0) return
  const text = `Room for the coming months was made in the logs: ${made} partitions.`
  system.note({ kind: 'partitions.made', severity: 'INFO', text, facts: { made } })
}

async function keepHouse(options: WorkersOptions, signal: AbortSignal): Promise<void> {
  const { database, audit, retention, now, log, system } = options
  await makePartitions(options)
  const { auditDays, ...terms } = retention
  const gone = await applyRetention(database, { now: now(), terms, signal })
  const auditEntries = await audit.trim(new Date(now().getTime() - auditDays * 86_400_000), signal)
  const { prisma } = database.system
  const ended = { where: { expiresAt: { lt: now() } } }
  const sessions = (await prisma.session.deleteMany(ended)).count + (await prisma.verification.deleteMany(ended)).count
  if (now().getUTCHours() === quietHour) await tidy(database)
  log.info({ ...gone, auditEntries, sessions }, 'retention applied')
  const counts = Object.entries({ ...gone, auditEntries, sessions }).filter(([, count]) => count > 0)
  if (counts.length === 0) return
  system.note({
    kind: 'retention.applied',
    severity: 'INFO',
    text: `What was past its term went: ${counts.map(([name, count]) => `${count} ${wordsOf(name)}`).join(', ')}.`,
    facts: Object.fromEntries(counts),
  })
}

/** `inboundEvents` as people write it. */
const wordsOf = (name: string): string => name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)

const keeper =
  (newId: () => string) =>
  (organizationId: string): Actor => ({
    kind: 'SYSTEM',
    id: null,
    name: 'Vault keeper',
    organizationId,
    ipAddress: null,
    correlationId: newId(),
    connectionIds: [],
  })
