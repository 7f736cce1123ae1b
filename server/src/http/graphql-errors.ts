import { PatchbayError } from '@patchbay/schema/errors.ts'
import { GraphQLError, type GraphQLErrorOptions } from 'graphql'

/** Told about a failure nobody expected, exactly once. */
export type OnFault = (error: unknown, path: readonly (string | number)[] | undefined) => void

/** A refusal of an operation, before any resolver ran. `status` is for clients that take application/graphql-response+json. */
export const refusal = (
  code: string,
  message: string,
  more: Record<string, unknown> = {},
  status = 400,
): GraphQLError => new GraphQLError(message, { extensions: { ...more, code, http: { spec: true, status } } })

/** The refusal of whoever asks too often. Its status tells, whatever the client takes: clients wait for a 429. */
export const tooMany = (seconds: number): GraphQLError =>
  new GraphQLError(`Too many requests. Try again in ${seconds} s.`, {
    extensions: {
      retryAfterSeconds: seconds,
      code: 'RATE_LIMITED',
      http: { status: 429, headers: { 'retry-after': String(seconds) } },
    },
  })

/** The error as it goes over a WebSocket: what it says about HTTP is for Yoga, which leaves it out by itself. */
export function withoutHttp(error: GraphQLError): GraphQLError {
  const { http: _http, ...extensions } = error.extensions
  return new GraphQLError(error.message, { ...placeOf(error), extensions })
}

/** The same error under a code, unless it has one. */
export const coded = (error: GraphQLError, code: string, message = error.message): GraphQLError =>
  new GraphQLError(message, { ...placeOf(error), extensions: { code, ...error.extensions } })

/**
 * What a client may see of an error. Errors of the GraphQL layer (a misspelt field, a variable of the wrong type) pass;
 * expected failures pass with their data; everything else is masked, told to `onFault`, and named by its correlation id.
 */
export function presentable(error: unknown, correlationId: string, onFault: OnFault): GraphQLError {
  const at = error instanceof GraphQLError ? error : undefined
  const cause = rootOf(error)
  if (cause instanceof PatchbayError) {
    // Own properties are the data that explains the failure.
    const data = Object.fromEntries(Object.entries(cause).filter(([name]) => name !== 'cause'))
    return new GraphQLError(cause.message, { ...placeOf(at), extensions: { ...data, code: cause.code } })
  }
  if (cause instanceof GraphQLError) return coded(at ?? cause, 'BAD_REQUEST')
  onFault(cause, at?.path)
  return new GraphQLError('Something went wrong here. The correlation id finds it in the log.', {
    ...placeOf(at),
    extensions: { code: 'INTERNAL', correlationId },
  })
}

const placeOf = (error: GraphQLError | undefined): GraphQLErrorOptions => ({
  nodes: error?.nodes ?? null,
  path: error?.path ?? null,
})

function rootOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError != null ? rootOf(error.originalError) : error
}
