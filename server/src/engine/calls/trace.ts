import { ProxyTracerProvider, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { ProviderCallError } from '@patchbay/schema/errors.ts'

/** Finds the SDK of the process whenever one is there. */
const tracer = trace.getTracer('patchbay')

/** No SDK has been registered so far: a span would be made, carried along and thrown away. */
export function nobodyListens(): boolean {
  const provider = trace.getTracerProvider()
  return provider instanceof ProxyTracerProvider && provider.getDelegateTracer('patchbay') === undefined
}

/** Runs a call inside an OpenTelemetry span; without an SDK in the process this does nothing. No address beyond the host, no body. */
export function traced<T>(
  facts: { provider: string; operation: string; method: string; host: string },
  work: () => Promise<T>,
): Promise<T> {
  const attributes = {
    'patchbay.provider': facts.provider,
    'patchbay.operation': facts.operation,
    'http.request.method': facts.method,
    'server.address': facts.host,
  }
  return tracer.startActiveSpan(
    `${facts.provider} ${facts.operation}`,
    { kind: SpanKind.CLIENT, attributes },
    async (span) => {
      try {
        return await work()
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR })
        if (error instanceof ProviderCallError) {
          span.setAttribute('error.type', error.errorClass)
          if (error.status !== null) span.setAttribute('http.response.status_code', error.status)
        }
        throw error
      } finally {
        span.end()
      }
    },
  )
}
