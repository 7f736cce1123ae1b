import type { Category } from '../../catalog.ts'
import { InvalidInputError } from '../../errors.ts'
import { within, type Reach } from '../reach.ts'
import { Where } from '../where.ts'
import type { Key, Scope } from './rows.ts'

export type GroupBy = 'NONE' | 'CONNECTION' | 'PROVIDER' | 'CATEGORY' | 'OPERATION' | 'API_KEY'

export interface AnalyticsFilter {
  /** Row ids. */
  readonly connectionIds?: readonly string[] | null | undefined
  /** Slugs. */
  readonly providers?: readonly string[] | null | undefined
  readonly categories?: readonly string[] | null | undefined
  readonly environment?: 'SANDBOX' | 'LIVE' | null | undefined
}

/** What grouping needs to know of a connection. */
export interface Grouped {
  readonly id: string
  readonly provider: string
  readonly category: Category
}

/** Connections figures are of, and how they are grouped. */
export interface Grouping {
  readonly scope: Scope
  /** Everything together: of the whole organization where nothing narrows it. */
  readonly whole: Scope
  /** Key of the series a row belongs to. */
  keyOf(row: Key): string
  /** Rows of some series, to read them alone. */
  only(keys: readonly string[], rows: readonly Key[]): Scope
}

/** Connections within reach that a filter leaves; null when it leaves all there ever were. */
async function filtered(reach: Reach, filter: AnalyticsFilter): Promise<readonly string[] | null> {
  const { connectionIds, providers, categories, environment } = filter
  if (providers == null && categories == null && environment == null) {
    if (connectionIds == null) return reach.connectionIds.length === 0 ? null : reach.connectionIds
    return reach.connectionIds.length === 0
      ? connectionIds
      : connectionIds.filter((id) => reach.connectionIds.includes(id))
  }
  const where = within(new Where(), reach, '"id"')
    .oneOf('"id"', connectionIds, 'uuid')
    .oneOf('"provider"', providers)
    .oneOf('"category"', categories)
    .oneOf('"environment"', environment == null ? null : [environment])
  const rows = await reach.tenant.sql.query<{ id: string }>(
    `select "id"::text from "Connection" ${where}`,
    where.params,
  )
  return rows.map(({ id }) => id)
}

/** Connections of the reader, by id. */
export async function connectionsById(reach: Reach): Promise<ReadonlyMap<string, Grouped>> {
  const where = within(new Where(), reach, '"id"')
  const rows = await reach.tenant.sql.query<Grouped & Record<string, unknown>>(
    `select "id"::text as "id", "provider", "category"::text as "category" from "Connection" ${where}`,
    where.params,
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/** Key of what is left of connections that were deleted, where a group needs to know them. */
export const goneKey = 'deleted'

/** Of the whole organization, providers have rows of their own. Their categories are those of the connections there are. */
function ofProviders(groupBy: GroupBy, whole: Scope, known: ReadonlyMap<string, Grouped>): Grouping {
  const categories = new Map([...known.values()].map(({ provider, category }) => [provider, category]))
  const keyOf = ({ name }: Key) => (groupBy === 'PROVIDER' ? name : (categories.get(name) ?? goneKey))
  const only = (keys: readonly string[], rows: readonly Key[]): Scope => ({
    dimension: 'PROVIDER',
    connectionIds: null,
    names: unique(rows.filter((row) => keys.includes(keyOf(row))).map(({ name }) => name)),
  })
  return { scope: { dimension: 'PROVIDER', connectionIds: null }, whole, keyOf, only }
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)]

/** Scope and keys of a grouping. Throws InvalidInputError in words where a filter or a reader's reach does not allow it. */
export async function groupingOf(reach: Reach, groupBy: GroupBy, filter: AnalyticsFilter): Promise<Grouping> {
  const connectionIds = await filtered(reach, filter)
  const whole: Scope = { dimension: connectionIds === null ? 'ALL' : 'CONNECTION', connectionIds }
  const byConnection: Scope = { dimension: 'CONNECTION', connectionIds }
  switch (groupBy) {
    case 'NONE':
      return { scope: whole, whole, keyOf: () => '', only: () => whole }
    case 'CONNECTION':
      return {
        scope: byConnection,
        whole,
        keyOf: ({ connectionId }) => connectionId,
        only: (keys) => ({ dimension: 'CONNECTION', connectionIds: keys }),
      }
    case 'PROVIDER':
    case 'CATEGORY': {
      const known = await connectionsById(reach)
      if (connectionIds === null) return ofProviders(groupBy, whole, known)
      const property = groupBy === 'PROVIDER' ? 'provider' : 'category'
      const keyOf = ({ connectionId }: Key) => known.get(connectionId)?.[property] ?? goneKey
      const only = (keys: readonly string[], rows: readonly Key[]): Scope => ({
        dimension: 'CONNECTION',
        connectionIds: unique(rows.filter((row) => keys.includes(keyOf(row))).map((row) => row.connectionId)),
      })
      return { scope: byConnection, whole, keyOf, only }
    }
    case 'OPERATION': {
      const keyOf = ({ connectionId, name }: Key) => `${connectionId}:${name}`
      const only = (keys: readonly string[], rows: readonly Key[]): Scope => {
        const chosen = rows.filter((row) => keys.includes(keyOf(row)))
        return {
          dimension: 'OPERATION',
          connectionIds: unique(chosen.map((row) => row.connectionId)),
          names: unique(chosen.map((row) => row.name)),
        }
      }
      return { scope: { dimension: 'OPERATION', connectionIds }, whole, keyOf, only }
    }
    case 'API_KEY':
      if (connectionIds !== null)
        throw new InvalidInputError([
          {
            path: 'groupBy',
            message:
              reach.connectionIds.length > 0
                ? 'This API key is narrowed to some connections; use of keys is counted over all of them.'
                : 'Use of API keys is counted over all connections. Leave the filter out.',
          },
        ])
      return {
        scope: { dimension: 'API_KEY', connectionIds: null },
        whole,
        keyOf: ({ name }) => name,
        only: (keys) => ({ dimension: 'API_KEY', connectionIds: null, names: keys }),
      }
  }
}
