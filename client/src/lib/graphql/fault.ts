import type { CombinedError } from '@urql/core'

/** Why something did not work, ready for words. */
export interface Fault {
  readonly kind: 'network' | 'unauthenticated' | 'forbidden' | 'unexpected' | 'refused'
  /** The hub's own words, where it sent any for people. */
  readonly message: string | null
  /** Finds the log lines of this failure. */
  readonly correlationId: string | null
}

/** Reads a transport or execution failure. */
export function faultOf(error: CombinedError): Fault {
  if (error.networkError && error.graphQLErrors.length === 0)
    return { kind: 'network', message: null, correlationId: null }
  const first = error.graphQLErrors[0]
  const code = first?.extensions['code']
  const id = first?.extensions['correlationId']
  const correlationId = typeof id === 'string' ? id : null
  if (code === 'UNAUTHENTICATED') return { kind: 'unauthenticated', message: null, correlationId }
  if (code === 'FORBIDDEN') return { kind: 'forbidden', message: first?.message ?? null, correlationId }
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR')
    return { kind: 'refused', message: withoutPath(first?.message ?? null), correlationId }
  return { kind: 'unexpected', message: null, correlationId }
}

/** A refused argument is named before the reason ("range.since: …"): a name of the API, which says nothing on a page. */
const withoutPath = (message: string | null): string | null => message?.replace(/^[a-z]\w*(\.\w+)*: /, '') ?? null
