import type { Call, CallRequest } from '../provider.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Method = (typeof methods)[number]

function methodOf(value: string | undefined): Method {
  const method = methods.find((candidate) => candidate === (value ?? 'GET').toUpperCase())
  if (method === undefined) throw new TypeError(`A call cannot be a ${value}`)
  return method
}

function bodyOf(text: string, contentType: string): Pick<CallRequest, 'form' | 'json' | 'text'> {
  if (text === '') return {}
  if (contentType.startsWith('application/json')) return { json: JSON.parse(text) as unknown }
  if (!contentType.startsWith('application/x-www-form-urlencoded')) return { text }
  const pairs = new URLSearchParams(text)
  // A repeated name would be lost in a record; such a body travels as it is.
  return new Set(pairs.keys()).size === pairs.size ? { form: Object.fromEntries(pairs) } : { text }
}

/**
 * A `fetch` for a vendor's own SDK whose requests go through `call`. The SDK's credentials, telemetry and length headers are
 * dropped (the pipeline adds what is true), `keepHeaders` and the content type stay. A refused call throws ProviderCallError.
 */
export function fetchFromCall(
  call: Call,
  options: { readonly host?: string; readonly keepHeaders?: readonly string[] } = {},
): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : String(input))
    const headers = new Headers(init.headers)
    const kept = ['accept', ...(options.keepHeaders ?? [])].flatMap((name) => {
      const value = headers.get(name)
      return value === null ? [] : [[name, value] as const]
    })
    const body = bodyOf(typeof init.body === 'string' ? init.body : '', headers.get('content-type') ?? '')
    const contentType =
      body.text === undefined ? [] : [['content-type', headers.get('content-type') ?? 'text/plain'] as const]
    const idempotencyKey = headers.get('idempotency-key')
    if (new Set(url.searchParams.keys()).size !== url.searchParams.size)
      throw new TypeError('A call cannot repeat a query parameter')
    const answer = await call({
      method: methodOf(init.method),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries([...kept, ...contentType]),
      ...body,
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(idempotencyKey === null ? {} : { idempotencyKey }),
    })
    const empty = answer.status === 204 || answer.status === 304
    return new Response(empty ? null : answer.text, { status: answer.status, headers: answer.headers })
  }
}

/** The error a call threw, found again inside the one an SDK wrapped around it; anything else comes back unchanged. */
export function unwrap<Wanted extends Error>(error: unknown, kind: abstract new (...args: never[]) => Wanted): unknown {
  for (let here = error, depth = 0; depth < 5 && here instanceof Error; depth += 1) {
    if (here instanceof kind) return here
    here = here.cause ?? (here as { readonly detail?: unknown }).detail
  }
  return error
}
