import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import type { CallAnswer, CallRequest, Fields, Provider } from '@patchbay/server/providers/provider.ts'
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
