/** How the dispatcher sends. */
export interface DeliverySettings {
  /** One whole exchange, in milliseconds. */
  readonly timeoutMs: number
  /** Longest time from the claim to the moment of sending: payload, signature, a busy process. */
  readonly readyMs: number
  /** How long a claim holds: nobody else sends the same delivery before. */
  readonly leaseMs: number
  /** Attempts of one endpoint open in this process. */
  readonly perEndpoint: number
  /** The same for one that has been answering well. */
  readonly perHealthy: number
  /** The same while the endpoint's latest answer was a failure, so that many bad endpoints cannot take all places. */
  readonly perFailing: number
  /** Attempts open in this process. */
  readonly total: number
  /** Endpoints looked at in one claim. */
  readonly lanesPerClaim: number
  /** How often every endpoint is looked for, in case a bell was not heard. */
  readonly sweepMs: number
  /** Rows closed without an attempt in one go (endpoint off, outage longer than the schedule). */
  readonly closedPerClaim: number
}

const timeoutMs = 10_000
const readyMs = 5_000
// What remains is for the commit before the request and the one after it, with a database that is slow for once.
const commitMs = 15_000

export const deliveryDefaults: DeliverySettings = {
  timeoutMs,
  readyMs,
  leaseMs: readyMs + timeoutMs + commitMs,
  perEndpoint: 8,
  perHealthy: 32,
  perFailing: 2,
  total: 256,
  lanesPerClaim: 64,
  sweepMs: 3_000,
  closedPerClaim: 500,
}
