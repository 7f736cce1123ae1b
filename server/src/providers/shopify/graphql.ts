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

/** A page of 25 with 20 lines each stays below the 1,000 points one query may cost. */
export const pageSize = (wanted: number) => Math.min(wanted, 25)
export const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })
export const nextOf = (page: z.output<typeof pageInfo>) => (page.hasNextPage ? page.endCursor : null)

/** A search for what changed; undefined for all. */
export const changedSince = (updatedSince: string | undefined) =>
  updatedSince === undefined ? undefined : `updated_at:>='${new Date(updatedSince).toISOString()}'`

/** Shopify's global id; the bare number of a page's address or of a webhook will do as well. */
export const gidOf = (noun: string, id: string) => (/^\d+$/.test(id) ? `gid://shopify/${noun}/${id}` : id)

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
