import { z } from 'zod'

/** How a receiver answers. Setting it replaces the whole; what is left out takes its default. */
export const receiverBehaviour = z.strictObject({
  mode: z.enum(['OK', 'SLOW', 'STATUS', 'HANG', 'CUT', 'REDIRECT', 'FAIL_THEN_OK']).default('OK'),
  /** SLOW: milliseconds before the 200. */
  delayMs: z.int().min(0).max(120_000).default(2_000),
  /** STATUS and FAIL_THEN_OK. */
  status: z.int().min(200).max(599).default(500),
  /** STATUS and FAIL_THEN_OK: sent as Retry-After; null sends none. */
  retryAfterSeconds: z.int().min(0).max(86_400).nullable().default(null),
  /** The two forms of RFC 9110, section 10.2.3. */
  retryAfterAs: z.enum(['SECONDS', 'DATE']).default('SECONDS'),
  /** CUT: whether the body is read (and remembered) before the connection is destroyed. */
  cut: z.enum(['BEFORE_READING', 'AFTER_READING']).default('AFTER_READING'),
  /** REDIRECT: sent as Location. */
  location: z.string().min(1).max(2_048).default('/_receiver/elsewhere'),
  redirectStatus: z
    .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)])
    .default(307),
  /** FAIL_THEN_OK: how many of the next requests fail. Counts down. */
  failures: z.int().min(0).max(1_000_000).default(3),
})
export type ReceiverBehaviour = z.infer<typeof receiverBehaviour>

export const calmReceiver: ReceiverBehaviour = receiverBehaviour.parse({})

/** What a receiver does with one request. */
export type Reaction =
  | {
      readonly kind: 'ANSWER'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly delayMs: number
    }
  | { readonly kind: 'HANG' }
  | { readonly kind: 'CUT' }

function refusing(behaviour: ReceiverBehaviour, now: number): Reaction {
  const { status, retryAfterSeconds, retryAfterAs } = behaviour
  const after =
    retryAfterSeconds === null
      ? {}
      : {
          'retry-after':
            retryAfterAs === 'SECONDS'
              ? String(retryAfterSeconds)
              : new Date(now + retryAfterSeconds * 1000).toUTCString(),
        }
  return { kind: 'ANSWER', status, headers: after, delayMs: 0 }
}

/** Decides without side effects; FAIL_THEN_OK counts down where it is called. */
export function react(behaviour: ReceiverBehaviour, now: number): Reaction {
  const ok: Reaction = { kind: 'ANSWER', status: 200, headers: {}, delayMs: 0 }
  switch (behaviour.mode) {
    case 'OK':
      return ok
    case 'SLOW':
      return { ...ok, delayMs: behaviour.delayMs }
    case 'STATUS':
      return refusing(behaviour, now)
    case 'FAIL_THEN_OK':
      return behaviour.failures > 0 ? refusing(behaviour, now) : ok
    case 'REDIRECT':
      return { kind: 'ANSWER', status: behaviour.redirectStatus, headers: { location: behaviour.location }, delayMs: 0 }
    case 'HANG':
      return { kind: 'HANG' }
    case 'CUT':
      return { kind: 'CUT' }
  }
}
