import { ProviderCallError } from '@patchbay/schema/errors.ts'

/** The address is not one the hub may talk to. `reason` completes "…, which is …" in plain words. */
export class EgressDenied extends ProviderCallError {
  constructor(
    message: string,
    advice = 'Use the public https address of the provider. Private networks are reachable only when the operator of this hub allows them.',
  ) {
    super({ errorClass: 'EGRESS_DENIED', message, advice })
  }
}

/** The whole exchange took longer than allowed. */
export class CallTimedOut extends ProviderCallError {
  constructor(host: string, timeoutMs: number) {
    super({
      errorClass: 'TIMEOUT',
      message: `${host} did not finish answering within ${timeoutMs / 1000} s.`,
      advice:
        'The provider is slow or overloaded. Look at its status page; if it did the work anyway, a repeat could do it twice.',
    })
  }
}

/** The caller went away, so the exchange was cut. */
export class CallCancelled extends ProviderCallError {
  constructor(host: string) {
    super({
      errorClass: 'CANCELLED',
      message: `The call to ${host} was cancelled by its caller.`,
      advice: 'Nothing to repair. If the request was already on its way, the provider may have done part of the work.',
    })
  }
}

/** No connection, or it broke before the answer was complete. */
export class NetworkFailed extends ProviderCallError {
  constructor(message: string, advice: string, cause: unknown) {
    super({ errorClass: 'NETWORK', message, advice, cause })
  }
}

/** Bytes came back, and they are not an answer that can be used. */
export class MalformedAnswer extends ProviderCallError {
  constructor(message: string, cause?: unknown) {
    super({
      errorClass: 'MALFORMED_ANSWER',
      message,
      advice:
        'The provider, or something between it and the hub, sent something unusable. Check the base URL, then the provider’s status page.',
      cause,
    })
  }
}

/** The request cannot be sent as it is (a header or path with forbidden characters). */
export class UnsendableRequest extends ProviderCallError {
  constructor(message: string, cause?: unknown) {
    super({
      errorClass: 'INVALID_REQUEST',
      message,
      advice:
        'A header or the path holds characters HTTP does not allow. Check pasted values for line breaks and stray spaces.',
      cause,
    })
  }
}

const unreachable = 'Check the address and the network of this hub, then the provider’s status page.'

const networkWords: Readonly<Record<string, string>> = {
  ENOTFOUND: 'is a name nobody knows',
  EAI_AGAIN: 'could not be looked up: the name server did not answer',
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'cut the connection',
  EPIPE: 'cut the connection',
  UND_ERR_SOCKET: 'cut the connection',
  ETIMEDOUT: 'did not accept a connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection in time',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
}

/** Turns whatever the HTTP client threw into the class and words of a failed call. */
export function explain(error: unknown, host: string): ProviderCallError {
  const known = innermost(error)
  if (known) return known
  const code = codeOf(error)
  const words = networkWords[code]
  if (words !== undefined) return new NetworkFailed(`${host} ${words}.`, unreachable, error)
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_/.test(code))
    return new NetworkFailed(
      `The certificate of ${host} was not accepted (${code}).`,
      'The hub only talks to servers whose certificate is valid for their name. Check the base URL and the server’s certificate.',
      error,
    )
  if (/^(HPE_|Z_|ERR_(BROTLI|_ERROR))|UND_ERR_(HEADERS_OVERFLOW|RES_|RESPONSE|INFO)/.test(code))
    return new MalformedAnswer(`${host} answered with something that is not valid HTTP (${code}).`)
  if (/^(UND_ERR_INVALID_ARG|UND_ERR_REQ_CONTENT_LENGTH_MISMATCH|ERR_INVALID_CHAR|ERR_HTTP_)/.test(code))
    return new UnsendableRequest(
      `The request to ${host} cannot be sent: ${error instanceof Error ? error.message : code}.`,
      error,
    )
  return new NetworkFailed(`The exchange with ${host} broke${code ? ` (${code})` : ''}.`, unreachable, error)
}

/** A refusal raised inside the connector comes back wrapped; the refusal is what happened. */
function innermost(error: unknown): ProviderCallError | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof ProviderCallError) return at
    const inner = at instanceof AggregateError ? at.errors.find((each) => each instanceof ProviderCallError) : undefined
    if (inner instanceof ProviderCallError) return inner
  }
  return undefined
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  // undici's parser leaves the code undefined for answers that are not HTTP at all.
  if (error.name === 'HTTPParserError') return 'HPE_INVALID'
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return codeOf(error.cause)
}
