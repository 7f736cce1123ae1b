import { connectionPath } from '#lib/components/connection/path.ts'
import { endpointPath } from '#lib/components/endpoint/path.ts'
import { sourcePath } from '#lib/components/source/path.ts'
import type { AlertLineFragment } from '#lib/graphql/generated/graphql.ts'

/** Address of an alert: the list, with its details open. */
export const alertPath = (alert: { readonly uuid: string }): string => `/alerts?tab=all&alert=${alert.uuid}`

/** Where one acts on what an alert is about; null when there is no such page. */
export function subjectPath(alert: AlertLineFragment): string | null {
  const { endpoint, source, connection, subjectType, subjectUuid, kind } = alert
  if (endpoint) return endpoint.deletedAt ? null : endpointPath(endpoint)
  if (source) return sourcePath(source)
  if (kind === 'key.refused') return '/keys?list=refused'
  if (subjectType === 'ApiKey') return `/keys/${subjectUuid}`
  if (subjectType === 'AlertChannel') return '/alerts?tab=channels'
  if (connection) return `${connectionPath(connection)}${tabOf(kind)}`
  if (subjectType === 'AlertRule') return `/alerts?tab=rules&rule=${subjectUuid}`
  return null
}

/** The tab of a connection's page that shows what an alert is about. */
function tabOf(kind: string): string {
  if (/^(limit|breaker)\./.test(kind)) return '?tab=limits'
  if (kind.startsWith('budget.')) return '?tab=cost'
  if (kind.startsWith('calls.')) return '?tab=calls'
  return kind === 'credential.due' ? '?tab=settings' : ''
}
