import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { CallAnswer, Failure } from '../provider.ts'

/** What a vendor's error body says, as far as it says it. */
export type Words = Partial<Failure>

const classes: Readonly<Record<number, CallErrorClass>> = {
  401: 'AUTHENTICATION',
  403: 'PERMISSION',
  404: 'NOT_FOUND',
  408: 'UNAVAILABLE',
  409: 'CONFLICT',
  410: 'NOT_FOUND',
  412: 'CONFLICT',
  425: 'RATE_LIMITED',
  429: 'RATE_LIMITED',
}

/** The class a status stands for when the vendor says nothing more exact; null for success. A redirect is never followed. */
export function classOfStatus(status: number): CallErrorClass | null {
  if (status >= 200 && status < 300) return null
  if (status < 400) return 'MALFORMED_ANSWER'
  return classes[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'INVALID_REQUEST')
}

/** Parsed body of an answer, or undefined when it is no JSON: an error page of a proxy in between is HTML. */
export function jsonOf(answer: CallAnswer): unknown {
  try {
    return JSON.parse(answer.text)
  } catch {
    return undefined
  }
}

/** A step into unknown JSON: the object's field, or undefined. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here: unknown = value
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined
    here = (here as Readonly<Record<string | number, unknown>>)[key]
  }
  return here
}

/** Text at a path of unknown JSON, in one line of at most 300 characters. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path)
  if (typeof found !== 'string' && typeof found !== 'number') return undefined
  return String(found).replace(/\s+/g, ' ').trim().slice(0, 300)
}

/** Milliseconds a Retry-After asks for: seconds (with decimals at Shopify) or a date, counted from the answer's own clock. */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['retry-after']
  if (value === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000)
  const wait = Date.parse(value) - Date.parse(headers['date'] ?? '')
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

function plainWords(answer: CallAnswer, body: unknown): string {
  if (body === undefined && /^\s*</.test(answer.text))
    return `answered ${answer.status} with a web page instead of data`
  // Gateways before a vendor's API say what they have to say in plain text.
  const said = /^text\/plain\b/i.test(answer.headers['content-type'] ?? '') ? textAt([answer.text], 0) : undefined
  if (body === undefined && said !== undefined && said !== '') return `answered ${answer.status}: ${said}`
  return `answered ${answer.status}`
}

/**
 * Judges an answer by its status, bettered by what `read` finds in the error body. `read` also sees successes, for vendors
 * that put an error into a 200; it returns null where there is none.
 */
export function judgeWith(
  read: (body: unknown, answer: CallAnswer) => Words | null,
): (answer: CallAnswer) => Failure | null {
  return (answer) => {
    const body = jsonOf(answer)
    const words = read(body, answer)
    const errorClass = words?.errorClass ?? classOfStatus(answer.status)
    if (errorClass === null) return null
    const wait = words?.retryAfterMs ?? retryAfterMs(answer.headers)
    return {
      ...words,
      errorClass,
      message: words?.message || plainWords(answer, body),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    }
  }
}

/** The vendor answered with success and not with what its documentation promises. */
export function malformed(vendor: string, what: string, cause?: unknown): ProviderCallError {
  return new ProviderCallError({
    errorClass: 'MALFORMED_ANSWER',
    message: `${vendor} answered, but ${what}.`,
    advice: `Look at ${vendor}'s status page; if it is well, check that nothing between the hub and ${vendor} rewrites answers.`,
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The input cannot be sent to this vendor; nothing was sent. */
export function cannotSend(message: string, advice: string, field?: string): ProviderCallError {
  return new ProviderCallError({
    errorClass: 'INVALID_REQUEST',
    message,
    advice,
    ...(field === undefined ? {} : { field }),
  })
}

/** For lists of a vendor that knows no filter by change: all of them would pass for what changed. */
export function cannotTellChanges(vendor: string, things: string, updatedSince: string | undefined): void {
  if (updatedSince !== undefined)
    throw cannotSend(
      `${vendor} does not tell which ${things} changed.`,
      'Leave `updatedSince` out: all of them come.',
      'updatedSince',
    )
}

/**
 * Reads a success: checks the vendor's shape, then maps it. What does not fit, and amounts that are no amounts, throw
 * ProviderCallError MALFORMED_ANSWER, never a bug's error.
 */
export function readAnswer<Shape extends z.ZodType, Output>(
  vendor: string,
  answer: CallAnswer,
  shape: Shape,
  map: (value: z.output<Shape>) => Output,
): Output {
  const body: unknown = answer.json()
  try {
    return map(shape.parse(body))
  } catch (error) {
    if (error instanceof z.ZodError) {
      const first = error.issues[0]
      throw malformed(
        vendor,
        `its answer is not in the documented shape (${first?.path.join('.') || 'body'}: ${first?.message})`,
        error,
      )
    }
    if (error instanceof RangeError)
      throw malformed(vendor, `a value in its answer cannot be read (${error.message})`, error)
    throw error
  }
}
