import type { Provider } from '@patchbay/server/providers/provider.ts'
import { factsOf, type TwinConnection } from '../twin-call.ts'

/** One exchange with a twin, as it went over the wire. */
export interface Exchange {
  readonly method: string
  /** Path below the vendor's host, as the provider wrote it. */
  readonly path: string
  /** The vendor's own address, had it been the vendor. */
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly status: number
  /** Media type with its parameters; empty for none. */
  readonly answerType: string
  readonly answer: string
}

/** A fetch that writes down what a provider says to its twin, and hears. */
export function recorder(connection: TwinConnection): { readonly seen: Exchange[]; readonly fetch: typeof fetch } {
  const seen: Exchange[] = []
  return {
    seen,
    fetch: async (input, init = {}) => {
      const response = await fetch(input, init)
      const asked = new URL(String(input))
      const path = `/${asked.pathname.split('/').slice(3).join('/')}`
      seen.push({
        method: init.method ?? 'GET',
        path,
        url: new URL(baseOf(connection, asked) + path + asked.search),
        headers: Object.fromEntries(new Headers(init.headers)),
        body: typeof init.body === 'string' ? init.body : '',
        status: response.status,
        answerType: response.headers.get('content-type') ?? '',
        answer: await response.clone().text(),
      })
      return response
    },
  }
}

function baseOf(connection: TwinConnection, asked: URL): string {
  const provider: Provider = connection.provider
  const host = asked.pathname.split('/')[2] ?? ''
  const base = provider.hosts(factsOf(connection))[host]
  if (base === undefined) throw new Error(`${provider.entry.slug} has no host ${host}`)
  return base
}

/** `POST /v1/payments 200`, as lists of exchanges name them. */
export const nameOf = ({ method, path, status }: Exchange): string => `${method} ${path} ${status}`

/** A judge that knows a vendor's own description of its API. */
export interface Judge {
  /** Null when the description does not speak of such a request. */
  readonly judge: (exchange: Exchange) => Verdict | null
}

export interface Verdict {
  /** The operation as the description names it, `POST /v1/payments/{id}`. */
  readonly operation: string
  /** What the description objects to. */
  readonly faults: readonly string[]
  /** Members of the answer the description does not name. */
  readonly surplus: readonly string[]
}
