import type { Context } from '../context.ts'
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

/**
 * What a key narrowed to some connections sees of the log, in Prisma's words: what was done to them, and what it did
 * itself. An entry tells all of what it is about, and most are about more than one connection's business.
 */
export function auditReach({ viewer }: Pick<Context, 'viewer'>): {
  OR?: { subjectId?: { in: string[] }; actorId?: string }[]
} {
  if (viewer === null || viewer.connectionIds.length === 0) return {}
  return { OR: [{ subjectId: { in: [...viewer.connectionIds] } }, { actorId: viewer.id }] }
}

/** The same in SQL. */
export function auditWithin(where: Where, { viewer }: Pick<Context, 'viewer'>): Where {
  if (viewer === null || viewer.connectionIds.length === 0) return where
  return where.and(
    `("subjectId" = any(${where.param([...viewer.connectionIds])}::text[]) or "actorId" = ${where.param(viewer.id)})`,
  )
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
