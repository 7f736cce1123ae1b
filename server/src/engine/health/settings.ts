/** When a connection counts as what. Every number is a setting; these are the defaults. */
export interface HealthSettings {
  /** A probe's whole time, in milliseconds. Default 10,000. */
  readonly probeTimeoutMs: number
  /** An answer later than this is slow, in milliseconds. Default 3,000. */
  readonly slowMs: number
  /** Slow answers in a row that make HEALTHY DEGRADED. Default 3. */
  readonly degradedAfterSlow: number
  /** Failures in a row that make a connection DEGRADED. Default 1. */
  readonly degradedAfterFailures: number
  /** Failures in a row, the degrading ones included, that make it DOWN. Default 3. */
  readonly downAfterFailures: number
  /** The same for refused credentials, which do not come back by waiting. Default 2. */
  readonly downAfterRefusals: number
  /** Successes in a row that make it HEALTHY again. Default 2. */
  readonly healthyAfterSuccesses: number
  /** Share by which the time between two probes varies, so that many connections do not beat together. Default 0.1. */
  readonly jitter: number
  /** How far ahead one planning looks, in seconds: the schedule's period. Default 60. */
  readonly planAheadSeconds: number
  /** A test that has been running for longer was cut off by a stop, in seconds. Default 300. */
  readonly abandonedTestSeconds: number
}

export const healthDefaults: HealthSettings = {
  probeTimeoutMs: 10_000,
  slowMs: 3_000,
  degradedAfterSlow: 3,
  degradedAfterFailures: 1,
  downAfterFailures: 3,
  downAfterRefusals: 2,
  healthyAfterSuccesses: 2,
  jitter: 0.1,
  planAheadSeconds: 60,
  abandonedTestSeconds: 300,
}
