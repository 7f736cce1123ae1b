import { z } from 'zod'
import type { Call, CallAnswer } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'

/** One request to the GraphQL Admin API. */
export const ask = (
  call: Call,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<CallAnswer> =>
  call({ method: 'POST', path: '/graphql.json', json: { query, variables }, safe: !/^\s*mutation\b/.test(query) })

/** An answer's `data`. */
export const dataOf = <Shape extends z.ZodType>(shape: Shape) => z.object({ data: shape })

const scopeList = dataOf(
  z.object({ currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }) }),
)

/** What the token may do. */
export async function grantedScopes(call: Call): Promise<string[]> {
  const answer = await ask(call, '{ currentAppInstallation { accessScopes { handle } } }')
  return readAnswer('Shopify', answer, scopeList, ({ data }) =>
    data.currentAppInstallation.accessScopes.map((scope) => scope.handle),
  )
}
