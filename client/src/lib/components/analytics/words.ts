import type { CallErrorClass } from '#lib/graphql/generated/graphql.ts'
import { format } from '#lib/i18n/format.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import type { Group } from './drill.ts'

/** What a group is called: categories in the language of the page, the rest as the hub names it. */
export function groupName({ category, key, label, operation, connection }: Group): string {
  if (category !== null) return i18n.t.state.category[category]
  if (key === 'deleted' || label === 'deleted') return i18n.t.analytics.deleted
  if (operation !== null) return connection ? `${connection.name}: ${label}` : label
  return label
}

export const errorName = (errorClass: CallErrorClass | null): string =>
  errorClass === null ? i18n.t.analytics.errors.other : i18n.t.state.errorClass[errorClass]

/** Share, span and count as figures are written; a dash for what nobody knows. */
export const shareOf = (share: number | null): string => (share === null ? i18n.t.common.dash : format.percent(share))
export const timeOf = (ms: number | null): string =>
  ms === null ? i18n.t.common.dash : format.duration(Math.round(ms))
