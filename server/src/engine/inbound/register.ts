import type { Jobs } from '../jobs/contract.ts'
import type { Registration } from './contract.ts'

/** Takes the queues of registrations, worker role only: planning every minute, and once at once. */
export async function registerRegistration(jobs: Jobs, registration: Registration): Promise<void> {
  await jobs.work(
    'source.register',
    ({ organizationId, sourceId }, signal) => registration.register(organizationId, sourceId, signal),
    { concurrency: 4 },
  )
  await jobs.work('source.plan', async () => {
    await registration.plan()
  })
  await jobs.schedule('source.plan', '* * * * *')
  await jobs.send('source.plan', {}, { singletonKey: 'start' })
}
