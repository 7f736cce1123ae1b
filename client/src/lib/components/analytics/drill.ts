import type { AnalyticsGrain, AnalyticsGroupsQuery } from '#lib/graphql/generated/graphql.ts'
import { dayMs } from '#lib/i18n/day.ts'

export type Group = NonNullable<AnalyticsGroupsQuery['analytics']>['series'][number]

/** Which calls to look at. Connections by uuid, providers by slug. */
export interface Behind {
  readonly from?: string
  readonly to?: string
  readonly connection?: string | undefined
  readonly provider?: string | undefined
  readonly operation?: string | undefined
  readonly error?: string | undefined
  readonly outcome?: 'ok' | 'failed' | undefined
  /** Row id of a user or an API key. */
  readonly actor?: string | undefined
  /** Uuid of a call to open at once. */
  readonly call?: string | undefined
}

/** Address of the calls behind a figure. */
export function callsPath(behind: Behind): string {
  const query = new URLSearchParams({ mode: 'history' })
  for (const [name, value] of Object.entries(behind) as [string, string | undefined][])
    if (value !== undefined && value !== '') query.set(name, value)
  return `/logs?${query}`
}

const widths: Readonly<Record<AnalyticsGrain, number>> = {
  AUTO: dayMs,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: dayMs,
  WEEK: 7 * dayMs,
  MONTH: 31 * dayMs,
}

/** Beginning and end of the nth point: it ends where the next one begins, the last one with the span. */
export function spanOf(
  points: readonly { readonly at: string }[],
  index: number,
  { grain, until }: { readonly grain: AnalyticsGrain; readonly until: string },
): { readonly from: string; readonly to: string } {
  const from = points[index]?.at ?? until
  const next = points[index + 1]?.at
  const guess = new Date(new Date(from).getTime() + widths[grain]).toISOString()
  return { from, to: next ?? (guess < until ? guess : until) }
}

/** Whose calls a group counts; null for a group that logs cannot be asked for. */
export function behindGroup({ connection, provider, operation, apiKey, category }: Group): Behind | null {
  if (operation !== null) return { connection: connection?.uuid, operation }
  if (connection) return { connection: connection.uuid }
  if (provider) return { provider: provider.slug }
  if (apiKey) return { actor: apiKey.uuid }
  return category === null ? null : {}
}
