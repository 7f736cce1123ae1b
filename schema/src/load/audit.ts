import type { Where } from './where.ts'

/** Which audit entries to show, as the API's input has it. */
export interface AuditFilter {
  readonly action?: readonly string[] | null | undefined
  readonly subjectType?: readonly string[] | null | undefined
  readonly subjectId?: string | null | undefined
  readonly actorId?: string | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

/** The filter of schema/src/audit.ts in SQL, for reads that are no pages. */
export function auditConditions(where: Where, filter: AuditFilter): Where {
  const { subjectId, actorId, since, until } = filter
  where.oneOf('"action"', filter.action).oneOf('"subjectType"', filter.subjectType)
  if (subjectId != null) where.and(`"subjectId" = ${where.param(subjectId)}`)
  if (actorId != null) where.and(`"actorId" = ${where.param(actorId)}`)
  if (since != null) where.and(`"at" >= ${where.param(since)}::timestamptz`)
  if (until != null) where.and(`"at" < ${where.param(until)}::timestamptz`)
  return where
}
