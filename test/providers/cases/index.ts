import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { loadFolder } from '../load-folder.ts'
import type { Made, ProviderCase } from './case.ts'

/** What the table-driven tests know of each provider, by slug: a file of this folder for each. */
export const cases: Readonly<Record<string, ProviderCase>> = await loadFolder<ProviderCase>(
  new URL('.', import.meta.url),
)

/** Input of an operation, by its contract. @throws Error for an operation that no case exercises */
export function inputOf({ entry }: Provider, name: string, made: Made): object {
  const contract = capabilities[entry.category][name]
  if (contract === undefined) throw new Error(`${entry.category} has no operation ${name}`)
  const input = cases[entry.slug]?.inputs[name]
  if (input === undefined)
    throw new Error(`${entry.slug} ${name} is declared and not exercised: add it to cases/${entry.slug}.ts`)
  return contract.input.parse(typeof input === 'function' ? input(made) : input)
}

/** Operations of a provider in the order they are exercised: first by its case, then what its case forgot. */
export const inOrder = ({ entry, operations }: Provider): readonly string[] => {
  const wanted = Object.keys(cases[entry.slug]?.inputs ?? {})
  return [
    ...wanted.filter((name) => name in operations),
    ...Object.keys(operations).filter((name) => !wanted.includes(name)),
  ]
}

/** Carries out every operation in order; each output is held against its contract. */
export async function exercise(
  provider: Provider,
  run: (name: string, input: object) => Promise<unknown>,
): Promise<Made> {
  const made: Record<string, Record<string, unknown>> = {}
  for (const name of inOrder(provider))
    made[name] = capabilities[provider.entry.category][name]?.output.parse(
      await run(name, inputOf(provider, name, made)),
    ) as Record<string, unknown>
  return made
}
