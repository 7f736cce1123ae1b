import type { QueueOptions } from 'pg-boss'
import type { JobName } from './contract.ts'

export interface QueueSettings extends QueueOptions {
  /** How late a delayed or repeated job may be noticed, in seconds. New jobs ring and are noticed at once. */
  readonly pollSeconds: number
}

const minute = 60
const hour = 60 * minute

/** Where jobs end up that failed for good. */
export const deadLetterQueue = 'dead.letters'
export const deadLetterRetentionSeconds = 14 * 24 * hour

// A worker that was killed shows by its missing heartbeat, and its job runs again within two minutes.
const heartbeatSeconds = 30
const shortMemory = { deleteAfterSeconds: hour, retentionSeconds: 24 * hour }

/** Every queue, and how its jobs fail. */
export const queues: Readonly<Record<JobName, QueueSettings>> = {
  // Due again in a minute anyway.
  'health.plan': { ...shortMemory, retryLimit: 0, expireInSeconds: minute, heartbeatSeconds, pollSeconds: 15 },
  'health.probe': {
    ...shortMemory,
    retryLimit: 2,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 30,
    expireInSeconds: 2 * minute,
    heartbeatSeconds,
    pollSeconds: 5,
  },
  'source.plan': { ...shortMemory, retryLimit: 0, expireInSeconds: minute, heartbeatSeconds, pollSeconds: 15 },
  // Failures are counted at the source, which comes back by itself: the queue repeats only what a kill interrupted.
  'source.register': {
    ...shortMemory,
    retryLimit: 2,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 30,
    expireInSeconds: 2 * minute,
    heartbeatSeconds,
    pollSeconds: 5,
  },
  'delivery.replay': {
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 5 * minute,
    expireInSeconds: 6 * hour,
    heartbeatSeconds,
    pollSeconds: 5,
  },
  'erasure.run': {
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 5 * minute,
    expireInSeconds: 6 * hour,
    heartbeatSeconds,
    pollSeconds: 5,
  },
  'vault.rotate': {
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 5 * minute,
    expireInSeconds: 6 * hour,
    heartbeatSeconds,
    pollSeconds: 15,
  },
  // Due again in a minute anyway.
  'limits.sweep': { ...shortMemory, retryLimit: 0, expireInSeconds: minute, heartbeatSeconds, pollSeconds: 15 },
  'alerts.measure': { ...shortMemory, retryLimit: 0, expireInSeconds: minute, heartbeatSeconds, pollSeconds: 15 },
  'alerts.remind': { ...shortMemory, retryLimit: 0, expireInSeconds: minute, heartbeatSeconds, pollSeconds: 15 },
  'costs.watch': { ...shortMemory, retryLimit: 0, expireInSeconds: minute, heartbeatSeconds, pollSeconds: 15 },
  // Due again in a minute anyway.
  'keys.watch': { ...shortMemory, retryLimit: 0, expireInSeconds: 5 * minute, heartbeatSeconds, pollSeconds: 15 },
  'keys.keep': {
    retryLimit: 3,
    retryDelay: minute,
    retryBackoff: true,
    retryDelayMax: 10 * minute,
    expireInSeconds: hour,
    heartbeatSeconds,
    pollSeconds: 15,
  },
  'data.retention': {
    retryLimit: 3,
    retryDelay: minute,
    retryBackoff: true,
    retryDelayMax: hour,
    expireInSeconds: 2 * hour,
    heartbeatSeconds,
    pollSeconds: 15,
  },
}
