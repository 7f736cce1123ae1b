import type { Actor } from '@patchbay/schema/context.ts'
import type { Jobs } from '../jobs/contract.ts'
import type { Health } from './contract.ts'

/** The hub itself, as probes and their audit entries name it. */
export function monitor(organizationId: string, correlationId: string, signal?: AbortSignal): Actor {
  const actor = {
    kind: 'SYSTEM',
    id: null,
    name: 'Health monitor',
    organizationId,
    ipAddress: null,
    correlationId,
    connectionIds: [],
  } as const
  return signal === undefined ? actor : { ...actor, signal }
}

/**
 * Takes the health queues, worker role only: planning every minute, and probes, `concurrency` at a time (default 10).
 * Plans once at once, so that a hub that was down for an hour does not wait another minute.
 */
export async function registerHealth(
  jobs: Jobs,
  health: Health,
  options: { newId: () => string; concurrency?: number },
): Promise<void> {
  await jobs.work(
    'health.probe',
    (data, signal) =>
      health.probe(data.organizationId, data.connectionId, monitor(data.organizationId, options.newId(), signal)),
    { concurrency: options.concurrency ?? 10 },
  )
  await jobs.work('health.plan', async () => {
    await health.plan()
  })
  await jobs.schedule('health.plan', '* * * * *')
  await jobs.send('health.plan', {}, { singletonKey: 'start' })
}
