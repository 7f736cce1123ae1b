import type { Verification, VerifyFacts, WebhookRequest } from '../../webhook.ts'
import { headerOf, judge, malformed, missing, type VerifyAtOnce } from './proof.ts'

export interface SharedTokenOptions {
  readonly in:
    /** Lower-case header, for vendors that let one choose it a function of the facts. `prefix` such as `Bearer `. */
    | { readonly header: string | ((facts: VerifyFacts) => string); readonly prefix?: string }
    /** Parameter of the address. */
    | { readonly query: string }
    /** Member of the JSON body, every entry of a list (`*`) alike: `['value', '*', 'clientState']`. */
    | { readonly body: readonly string[] }
  /** Header with the vendor's id of the registration: when ids are known, it must be one of them. */
  readonly registrationHeader?: string
}

/** A secret in a header that the vendor repeats as it was told (Google Calendar, Network International, UPS). */
export function headerToken({
  registrationHeader,
  ...place
}: {
  /** Lower case; a function where the person chooses it. */
  readonly header: string | ((facts: VerifyFacts) => string)
  /** What stands before it, such as `Bearer `. */
  readonly prefix?: string
  /** Header with the vendor's id of the registration: when ids are known, it must be one of them. */
  readonly registrationHeader?: string
}): VerifyAtOnce {
  return sharedToken({ in: place, ...(registrationHeader !== undefined && { registrationHeader }) })
}

/** A secret the vendor repeats as it was told, anywhere in the request. It proves the sender, not the body. */
export function sharedToken(options: SharedTokenOptions): VerifyAtOnce {
  return (request, facts) => {
    const tokens = tokensOf(options, request, facts)
    if (tokens === null || tokens.includes('')) return missing('The token is not there.')
    // A list of entries is proven when every one of them is.
    for (const token of new Set(tokens)) {
      const { verdict } = judge({ shown: [Buffer.from(token)], expected: (secret) => [Buffer.from(secret)] }, facts)
      if (verdict === 'BAD_SIGNATURE') return { verdict, detail: 'The token is not this source’s.' }
      if (verdict !== 'VERIFIED') return { verdict }
    }
    return ofThisSource(options, request, facts)
  }
}

function ofThisSource(
  { registrationHeader }: SharedTokenOptions,
  request: WebhookRequest,
  facts: VerifyFacts,
): Verification {
  if (registrationHeader === undefined || facts.registrationIds.length === 0) return { verdict: 'VERIFIED' }
  const id = headerOf(request, registrationHeader)
  if (id === null) return malformed(`The header ${registrationHeader} is not there.`)
  return facts.registrationIds.includes(id)
    ? { verdict: 'VERIFIED' }
    : { verdict: 'WRONG_SOURCE', detail: 'It names a registration that this source does not have now.' }
}

function tokensOf(options: SharedTokenOptions, request: WebhookRequest, facts: VerifyFacts): readonly string[] | null {
  const place = options.in
  if ('query' in place) return request.query.has(place.query) ? request.query.getAll(place.query) : null
  if ('body' in place) {
    const tokens = textsAt(parsed(request.body), place.body)
    return tokens.length === 0 ? null : tokens
  }
  const value = headerOf(request, typeof place.header === 'string' ? place.header : place.header(facts).toLowerCase())
  if (value === null) return null
  const { prefix = '' } = place
  return [value.startsWith(prefix) ? value.slice(prefix.length) : '']
}

/** Texts at a path; an empty text stands for each entry that lacks one. */
function textsAt(value: unknown, [step, ...rest]: readonly string[]): readonly string[] {
  if (step === undefined) return [typeof value === 'string' ? value : '']
  if (step === '*') return Array.isArray(value) ? value.flatMap((entry) => textsAt(entry, rest)) : []
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return ['']
  return textsAt((value as Readonly<Record<string, unknown>>)[step], rest)
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString()) as unknown
  } catch {
    return undefined
  }
}
