/**
 * Expected failures. Each has a stable `code` that clients may branch on, words a person can act on, and the data behind
 * them. Commands throw them, mutations return them as typed unions. Anything else is a bug and is masked.
 */
export abstract class PatchbayError extends Error {
  abstract readonly code: string
  override get name(): string {
    return this.constructor.name
  }
}

/** Nobody is signed in, or the proof of it was refused. */
export class UnauthenticatedError extends PatchbayError {
  readonly code = 'UNAUTHENTICATED'
}

/** The viewer is known and may not do this. */
export class ForbiddenError extends PatchbayError {
  readonly code = 'FORBIDDEN'
  readonly needed: string
  constructor(needed: string) {
    super(`This needs the permission ${needed}. Ask an owner or admin of the organization for it.`)
    this.needed = needed
  }
}

/** No such thing here, which is also what another organization's things look like. */
export class NotFoundError extends PatchbayError {
  readonly code = 'NOT_FOUND'
  readonly noun: string
  readonly id: string
  constructor(noun: string, id: string) {
    super(`There is no ${noun} ${id} in this organization.`)
    this.noun = noun
    this.id = id
  }
}

/** One field of the input and what is wrong with it. `path` names the field as the client sent it, dots between levels. */
export interface FieldFault {
  readonly path: string
  readonly message: string
}

/** The input was understood and is not acceptable; every fault is listed, not only the first. */
export class InvalidInputError extends PatchbayError {
  readonly code = 'INVALID_INPUT'
  readonly faults: readonly FieldFault[]
  constructor(faults: readonly FieldFault[]) {
    super(faults.map((fault) => `${fault.path}: ${fault.message}`).join(' '))
    this.faults = faults
  }
}

/** The thing changed meanwhile, or its state does not allow this. */
export class ConflictError extends PatchbayError {
  readonly code = 'CONFLICT'
}

/** The idempotency key was used before with another input. */
export class IdempotencyConflictError extends PatchbayError {
  readonly code = 'IDEMPOTENCY_CONFLICT'
  readonly key: string
  constructor(key: string) {
    super(`The idempotency key ${key} was already used with different input. Use a new key for a new request.`)
    this.key = key
  }
}

/** Too many requests; try again after `retryAfterSeconds`. */
export class RateLimitedError extends PatchbayError {
  readonly code = 'RATE_LIMITED'
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super(`Too many requests. Try again in ${retryAfterSeconds} s.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Classes of a failed call to a provider, the same for all 41 of them. */
export const callErrorClasses = [
  'AUTHENTICATION',
  'PERMISSION',
  'RECONNECT_REQUIRED',
  'NOT_CONFIGURED',
  'CONNECTION_DISABLED',
  'NOT_FOUND',
  'INVALID_REQUEST',
  'CONFLICT',
  'RATE_LIMITED',
  'BREAKER_OPEN',
  'BUDGET_EXCEEDED',
  'EGRESS_DENIED',
  'NETWORK',
  'TIMEOUT',
  'CANCELLED',
  'UNAVAILABLE',
  'MALFORMED_ANSWER',
] as const
export type CallErrorClass = (typeof callErrorClasses)[number]

/** A call to a provider failed. `advice` says in plain words what the operator should do next. */
export class ProviderCallError extends PatchbayError {
  readonly code = 'PROVIDER_CALL_FAILED'
  readonly errorClass: CallErrorClass
  readonly advice: string
  readonly status: number | null
  /** Vendor's own error code, where it sends one. */
  readonly vendorCode: string | null
  readonly retryAfterMs: number | null
  /** Form field of the provider to look at first, where the failure tells. */
  readonly field: string | null
  /** Row of the log this failure is in; null while it is none. Set by the call pipeline. */
  callId: string | null = null
  constructor(details: {
    errorClass: CallErrorClass
    message: string
    advice: string
    status?: number | null
    vendorCode?: string | null
    retryAfterMs?: number | null
    field?: string | null
    cause?: unknown
  }) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.errorClass = details.errorClass
    this.advice = details.advice
    this.status = details.status ?? null
    this.vendorCode = details.vendorCode ?? null
    this.retryAfterMs = details.retryAfterMs ?? null
    this.field = details.field ?? null
  }
}
