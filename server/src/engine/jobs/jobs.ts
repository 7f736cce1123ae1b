import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import { PgBoss } from 'pg-boss'
import { bossDatabase, bossTransaction } from './boss-database.ts'
import type { DeadLetter, JobName, Jobs, JobTypes } from './contract.ts'
import { deadLetterQueue, deadLetterRetentionSeconds, queues } from './queues.ts'
import { allowTenants } from './tenant-access.ts'

export interface JobsOptions {
  readonly database: Pick<Database, 'engine' | 'system' | 'listen'>
  /** Whether this process keeps the schedule and watches over running jobs; false in a web-only replica. */
  readonly worker: boolean
  /** Told about failures of the queue itself; failures of jobs are kept with the job. */
  readonly onFault?: (error: unknown) => void
  /** Poll no slower than this, in seconds, at least 0.5. Tests use it. */
  readonly fastestPoll?: number
}

const schema = 'pgboss'
const names = Object.keys(queues) as JobName[]

/** The queue on the hub's own database. */
export function createJobs(options: JobsOptions): Jobs {
  const { database, worker, onFault = () => {}, fastestPoll = Infinity } = options
  const embedded = database.engine === 'pglite'
  const boss = new PgBoss({
    db: bossDatabase(database),
    backend: database.engine,
    schema,
    useListenNotify: true,
    supervise: worker,
    schedule: worker,
    // PGlite has no autovacuum to warn about, and REINDEX CONCURRENTLY waits for others while it is the only one.
    reindex: !embedded,
    monitorVacuum: !embedded,
  })
  boss.on('error', onFault)
  const worked = new Set<JobName>()

  return {
    async start() {
      await boss.start()
      await makeQueues(boss)
      await allowTenants(database)
    },

    async send(name, data, { startAfter, singletonKey, sql } = {}) {
      await boss.send(name, data, {
        // The queues' policy is one queued job per key, and a job without a key must not stand for all others.
        singletonKey: singletonKey ?? randomUUID(),
        ...(startAfter === undefined ? {} : { startAfter }),
        ...(sql ? { db: bossTransaction(sql) } : {}),
      })
    },

    async work<N extends JobName>(
      name: N,
      handler: (data: JobTypes[N], signal: AbortSignal) => Promise<void>,
      { concurrency = 1 }: { concurrency?: number } = {},
    ) {
      worked.add(name)
      const poll = Math.min(queues[name].pollSeconds, fastestPoll)
      const timing = { pollingIntervalSeconds: Math.min(2, poll), notifyPollingIntervalSeconds: poll }
      await boss.work<JobTypes[N]>(name, { ...timing, localConcurrency: concurrency }, async ([job]) => {
        if (job) await handler(job.data, job.signal)
      })
    },

    async schedule(name, cron) {
      await boss.schedule(name, cron, {}, { tz: 'UTC' })
    },

    async deadLetters(limit) {
      const rows = await database.system.sql.query<Record<keyof DeadLetter, unknown>>(
        `select id, coalesce(source_name, name) as queue, data, created_on as at,
           coalesce(source_output ->> 'message', source_output ->> 'value') as error
         from ${schema}.job where name = $1 order by created_on desc limit $2::int`,
        [deadLetterQueue, limit],
      )
      return rows as unknown as DeadLetter[]
    },

    async stop(timeoutMs) {
      const deadline = AbortSignal.timeout(timeoutMs)
      const drained = Promise.all([...worked].map((name) => boss.offWork(name, { wait: true })))
      const late = new Promise<'late'>((resolve) => deadline.addEventListener('abort', () => resolve('late')))
      const outcome = await Promise.race([drained, late])
      // What is still running is failed, and so queued again, and its signal aborted.
      await boss.stop({ close: false, graceful: outcome !== 'late' })
    },
  }
}

/** Makes the queues that are missing and brings the others up to their settings. */
async function makeQueues(boss: PgBoss): Promise<void> {
  const existing = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
  if (!existing.has(deadLetterQueue)) {
    await boss.createQueue(deadLetterQueue, { retentionSeconds: deadLetterRetentionSeconds })
  }
  for (const name of names) {
    const { pollSeconds: _, ...settings } = queues[name]
    const wanted = { ...settings, notify: true, deadLetter: deadLetterQueue }
    const queue = existing.get(name)
    if (!queue) await boss.createQueue(name, { ...wanted, policy: 'short' })
    else if (Object.entries(wanted).some(([key, value]) => queue[key as keyof typeof wanted] !== value)) {
      await boss.updateQueue(name, wanted)
    } else continue
    // pg-boss reads a queue it has not met at the first send; within a transaction on PGlite that read would wait for
    // the transaction it is part of. Any look at the queue makes it read now.
    await boss.findJobs(name, { id: randomUUID() })
  }
}
