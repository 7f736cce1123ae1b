import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { CallAnswer, CallRequest, Fields, Provider } from '@patchbay/server/providers/provider.ts'
import { cases } from './cases/index.ts'
import { connect, factsOf, twinCall } from './twin-call.ts'

/** Operations of one provider at its twin, as the hub runs them, with what was sent on the way. */
export interface AtTwin {
  readonly sent: readonly CallRequest[]
  readonly run: <Output = Readonly<Record<string, unknown>>>(name: string, input: object) => Promise<Output>
}

/**
 * Connects to the twin. `cut` sees every answer before the operation does: throwing there is a line that broke after the
 * vendor had done the work.
 */
export async function atTwin(
  provider: Provider,
  fields: Fields,
  origin: string,
  cut?: (request: CallRequest, answer: CallAnswer) => void,
): Promise<AtTwin> {
  const connection = await connect(provider, fields, origin)
  const call = twinCall(connection)
  const sent: CallRequest[] = []
  return {
    sent,
    run: async <Output>(name: string, input: object) => {
      const contract = capabilities[provider.entry.category][name]
      const operation = provider.operations[name]
      if (contract === undefined || operation === undefined) throw new Error(`No ${provider.entry.slug} ${name}`)
      const output: unknown = await operation(
        async (request) => {
          sent.push(request)
          const answer = await call(request)
          cut?.(request, answer)
          return answer
        },
        contract.input.parse(input) as never,
        factsOf(connection),
      )
      return contract.output.parse(output) as Output
    },
  }
}

export interface Done<Output> {
  readonly output: Output
  /** What left for the vendor, in order. */
  readonly sent: readonly CallRequest[]
}

/** Runs one operation against the provider's twin as the hub does: input by its contract, output held against it. */
export async function runAtTwin<Output>(
  origin: string,
  slug: string,
  name: string,
  input: object,
  fields: Readonly<Record<string, string>> = {},
): Promise<Done<Output>> {
  const provider = providers.get(slug)
  const operation = provider?.operations[name]
  const contract = provider && capabilities[provider.entry.category][name]
  if (provider === undefined || operation === undefined || contract === undefined) throw new Error(`No ${slug} ${name}`)
  const connection = await connect(provider, { ...cases[slug]?.good, ...fields }, origin)
  const call = twinCall(connection)
  const sent: CallRequest[] = []
  const spying = (request: CallRequest) => {
    sent.push(request)
    return call(request)
  }
  const output: unknown = await operation(spying, contract.input.parse(input) as never, factsOf(connection))
  return { output: contract.output.parse(output) as Output, sent }
}

interface Page {
  readonly items: readonly object[]
  readonly nextCursor: string | null
}

/** Every item of a list, page after page. @throws Error where a page is too long or the list does not end */
export async function allAtTwin<Item>(
  origin: string,
  slug: string,
  name: string,
  input: { readonly first: number } & Readonly<Record<string, unknown>>,
): Promise<readonly Item[]> {
  const items: object[] = []
  let after: string | null = null
  for (let pages = 0; pages < 100; pages += 1) {
    const { output }: Done<Page> = await runAtTwin<Page>(origin, slug, name, { ...input, after })
    if (output.items.length > input.first) throw new Error(`A page of ${input.first} has ${output.items.length} items`)
    items.push(...output.items)
    after = output.nextCursor
    if (after === null) return items as Item[]
  }
  throw new Error('The list does not end')
}
