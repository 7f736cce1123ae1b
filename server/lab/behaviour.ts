import { z } from 'zod'

/** How one simulated vendor behaves; all of it can be changed while the lab runs. */
export const behaviour = z.object({
  /** Added to every answer, in milliseconds, give or take a fifth. */
  latencyMs: z.int().min(0).max(120_000).default(0),
  /** Share of API answers that are a server error, 0 to 1. The request has no effect then. */
  errorRate: z.number().min(0).max(1).default(0),
  /** Answers 503 at once, whatever is asked. */
  down: z.boolean().default(false),
  /** Does the work and never answers: what a caller sees when the network drops the answer. */
  hang: z.boolean().default(false),
  /** API requests per minute before 429 with Retry-After; null for no limit. */
  rateLimitPerMinute: z.int().min(1).max(1_000_000).nullable().default(null),
  /** Lifetime of access tokens handed out from now on, in seconds. */
  tokenLifetimeSeconds: z.int().min(1).max(31_536_000).default(3600),
  /** How the token endpoint answers a refresh: works; a server error; the token was just used by another; the grant is gone. */
  refresh: z.enum(['OK', 'TRANSIENT', 'LOST_RACE', 'TERMINAL']).default('OK'),
  /** Repeats the received secrets in error answers, as careless vendors do. For tests of redaction. */
  echoSecrets: z.boolean().default(false),
})
export type Behaviour = z.infer<typeof behaviour>

/** A change of some knobs. Unknown names are refused: a typing error must not look like a calm vendor. */
export const behaviourChange = z
  .strictObject({
    latencyMs: behaviour.shape.latencyMs.unwrap(),
    errorRate: behaviour.shape.errorRate.unwrap(),
    down: behaviour.shape.down.unwrap(),
    hang: behaviour.shape.hang.unwrap(),
    rateLimitPerMinute: behaviour.shape.rateLimitPerMinute.unwrap(),
    tokenLifetimeSeconds: behaviour.shape.tokenLifetimeSeconds.unwrap(),
    refresh: behaviour.shape.refresh.unwrap(),
    echoSecrets: behaviour.shape.echoSecrets.unwrap(),
  })
  .partial()
