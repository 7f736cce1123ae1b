import type { ServerResponse } from 'node:http'
import {
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  PatchbayError,
  ProviderCallError,
  RateLimitedError,
  UnauthenticatedError,
  type CallErrorClass,
} from '@patchbay/schema/errors.ts'
import { RequestBrokenOff, RequestTooLarge } from '../engine/calls/request-body.ts'

/** Status of a refusal of the hub's own; the vendor's answers keep theirs. */
const statuses: Readonly<Partial<Record<string, number>>> = {
  AUTHENTICATION: 502,
  PERMISSION: 502,
  RECONNECT_REQUIRED: 409,
  NOT_CONFIGURED: 409,
  CONNECTION_DISABLED: 409,
  NOT_FOUND: 502,
  INVALID_REQUEST: 400,
  CONFLICT: 502,
  RATE_LIMITED: 429,
  BREAKER_OPEN: 503,
  BUDGET_EXCEEDED: 403,
  EGRESS_DENIED: 403,
  NETWORK: 502,
  TIMEOUT: 504,
  CANCELLED: 499,
  UNAVAILABLE: 503,
  MALFORMED_ANSWER: 502,
} satisfies Partial<Record<CallErrorClass | string, number>>

/** What the caller of a failed proxied request is told. */
export interface Refusal {
  readonly status: number
  /** Stable: a class of failed calls, or a code of the hub. */
  readonly code: string
  readonly message: string
  readonly advice: string | null
  readonly retryAfterSeconds: number | null
  readonly callId: string | null
}

/** Null for what nobody expected. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof PatchbayError)) return null
  const { message } = error
  const plain = { message, advice: null, retryAfterSeconds: null, callId: null }
  if (error instanceof ProviderCallError) {
    const { errorClass: code, advice, retryAfterMs, callId } = error
    const retryAfterSeconds = retryAfterMs === null ? null : Math.max(1, Math.ceil(retryAfterMs / 1000))
    return { ...plain, status: statusOf(error), code, advice, retryAfterSeconds, callId }
  }
  if (error instanceof RateLimitedError)
    return { ...plain, status: 429, code: error.code, retryAfterSeconds: error.retryAfterSeconds }
  const status =
    error instanceof UnauthenticatedError
      ? 401
      : error instanceof ForbiddenError
        ? 403
        : error instanceof NotFoundError
          ? 404
          : error instanceof InvalidInputError
            ? 400
            : 409
  return { ...plain, status, code: error.code }
}

function statusOf(error: ProviderCallError): number {
  if (error instanceof RequestTooLarge) return 413
  if (error instanceof RequestBrokenOff) return 408
  return statuses[error.errorClass] ?? 502
}

/** Answers with JSON, marked as the hub's own by `x-patchbay-error`. What has begun to go out is cut instead. */
export function answerRefusal(
  response: ServerResponse,
  refusal: Refusal,
  { correlationId, isLast }: { readonly correlationId: string; readonly isLast: boolean },
): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  const { status, code, message, advice, retryAfterSeconds, callId } = refusal
  const text = JSON.stringify({ error: { code, message, advice, correlationId, callId } })
  const head = ['content-type', 'application/json; charset=utf-8', 'cache-control', 'no-store']
  head.push(
    'content-length',
    String(Buffer.byteLength(text)),
    'x-correlation-id',
    correlationId,
    'x-patchbay-error',
    code,
  )
  if (callId !== null) head.push('x-patchbay-call', callId)
  if (retryAfterSeconds !== null) head.push('retry-after', String(retryAfterSeconds))
  if (status === 401) head.push('www-authenticate', 'Bearer')
  if (isLast) head.push('connection', 'close')
  response.writeHead(status, head)
  response.end(text)
}
