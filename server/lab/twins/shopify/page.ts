import { GraphQLError } from 'graphql'

export interface PageArgs {
  readonly first?: number
  readonly after?: string | null
  readonly query?: string
  readonly reverse?: boolean
}

export function page<Item extends { readonly id: string }>(items: readonly Item[], args: PageArgs) {
  if (args.first === undefined)
    throw new GraphQLError('you must provide one of first or last', { extensions: { code: 'BAD_REQUEST' } })
  if (args.first < 1 || args.first > 250)
    throw new GraphQLError('first must be between 1 and 250', { extensions: { code: 'BAD_REQUEST' } })
  const before = items.findIndex((item) => Buffer.from(item.id).toString('base64url') === args.after)
  if (typeof args.after === 'string' && before < 0)
    throw new GraphQLError('Invalid cursor for current pagination sort.', { extensions: { code: 'BAD_REQUEST' } })
  const start = before + 1
  const nodes = items.slice(start, start + args.first)
  const last = nodes.at(-1)
  return {
    nodes,
    pageInfo: {
      hasNextPage: start + args.first < items.length,
      endCursor: last === undefined ? null : Buffer.from(last.id).toString('base64url'),
    },
  }
}

/** What a search for `updated_at:>=…` leaves. */
export function changedSince<Item extends { readonly updatedAt: string }>(items: readonly Item[], { query }: PageArgs) {
  const since = /updated_at:>=?'?([^'\s]+)'?/.exec(query ?? '')?.[1]
  return items.filter((item) => since === undefined || Date.parse(item.updatedAt) >= Date.parse(since))
}

export const connectionOf =
  <Item extends { readonly id: string }>(items: readonly Item[]) =>
  (args: PageArgs) =>
    page(items, args)
