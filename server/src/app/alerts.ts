import { redactLoosely } from '../engine/calls/redact-fields.ts'
import { hidden } from '../engine/calls/redact.ts'
import type { AlertChannels, AlertWorker } from '../engine/alerts/contract.ts'
import { createAlertWorker, type AlertWorkerOptions } from '../engine/alerts/worker.ts'
import type { Jobs } from '../engine/jobs/contract.ts'

export interface AlertPartsOptions extends Omit<AlertWorkerOptions, 'redact'> {
  readonly jobs: Jobs
  readonly stack: AsyncDisposableStack
}

/** What is being sent at a stop is waited for this long; what is open then is sent again when its claim ends. */
const drainMs = 3000

/** Rules, channels and notices of alerts; they close with the stack. */
export function createAlertParts(options: AlertPartsOptions): {
  readonly channels: AlertChannels
  readonly alertWorker: AlertWorker
  /** Takes the queues and starts telling; in the worker role. */
  startAlerts(): Promise<void>
} {
  const { jobs, stack } = options
  const worker = createAlertWorker({ ...options, redact: (text) => redactLoosely(text, hidden) })
  stack.defer(() => worker.stop(drainMs))
  return {
    channels: worker,
    alertWorker: worker,
    async startAlerts() {
      await jobs.work('alerts.measure', () => worker.measure())
      await jobs.schedule('alerts.measure', '* * * * *')
      await jobs.work('alerts.remind', () => worker.remind())
      await jobs.schedule('alerts.remind', '*/10 * * * *')
      await worker.start()
    },
  }
}
