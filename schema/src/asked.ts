import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from './context.ts'

/** Where the rows are: at the end of a path below the field, and of which noun when the field's type does not tell. */
export interface Below {
  readonly path?: string[]
  readonly typeName?: string
}

/** Rows of a page. */
export const rowsOfPage: Below = { path: ['edges', 'node'] }

/**
 * What the query asks of rows below a field, for a Prisma call: `always` and whatever the Prisma plugin finds the asked
 * fields to need. Typed as `always`, since nothing but the fields themselves may rely on the rest.
 */
export function asked<const S extends Record<string, true>>(
  context: Context,
  info: GraphQLResolveInfo,
  always: S,
  below: Below = {},
): { select: S } {
  const { select } = queryFromInfo({ context, info, ...below, select: always })
  return { select: { ...select, ...always } }
}
