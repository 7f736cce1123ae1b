import type { AuditEntryModel, InvitationModel, OrganizationModel } from '@patchbay/prisma/generated/models.ts'
import type { MemberRow } from '../loaders.ts'
import { byInstant, byPosition, readPage, type Page, type PageArgs } from '../page.ts'
import { inOrder, within, type Reach } from './reach.ts'
import { instantKeys, positionKeys, slicing, Where } from './where.ts'

type Row<T> = T & Record<string, unknown>
/** An invitation without the hash of its token. */
export type InvitationRow = Omit<InvitationModel, 'tokenHash'>

export async function organizationOf(reach: Reach): Promise<OrganizationModel | null> {
  const rows = await reach.tenant.sql.query<Row<OrganizationModel>>(
    'select * from "Organization" where "id" = $1::uuid',
    [reach.tenant.organizationId],
  )
  return rows[0] ?? null
}

const members = `select m."id", m."organizationId", m."userId", m."role"::text as "role", m."createdAt",
  json_build_object('id', u."id", 'name', u."name", 'email', u."email") as "user"
  from "Member" m join "User" u on u."id" = m."userId"`
const memberOrder = byInstant<MemberRow>((row) => row.createdAt)

/** Members, longest first. */
export function memberPage(reach: Reach, args: PageArgs, search?: string | null): Promise<Page<MemberRow>> {
  return readPage(args, memberOrder, (slice) => {
    const where = within(new Where(), reach, null).contains(['"user"->>\'name\'', '"user"->>\'email\''], search)
    const tail = slicing(where, slice, instantKeys('createdAt'), 'asc')
    return reach.tenant.sql.query<Row<MemberRow>>(
      `select * from (${members}) as members ${where} ${tail}`,
      where.params,
    )
  })
}

export async function membersById(reach: Reach, ids: readonly string[]): Promise<(MemberRow | null)[]> {
  const where = within(new Where(), reach, null).oneOf('"id"', ids, 'uuid')
  const rows = await reach.tenant.sql.query<Row<MemberRow>>(
    `select * from (${members}) as members ${where}`,
    where.params,
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row,
  )
}

/** Names of fellow members by user id. */
export async function userNames(reach: Reach, ids: readonly string[]): Promise<(string | null)[]> {
  const rows = await reach.tenant.sql.query<{ id: string; name: string }>(
    'select "id", "name" from "User" where "id" = any($1::text[])',
    [[...ids]],
  )
  return inOrder(
    ids,
    rows,
    (row) => row.id,
    (row) => row.name,
  )
}

const invitationColumns =
  '"id", "organizationId", "email", "role", "expiresAt", "acceptedAt", "invitedById", "createdAt"'
const invitationOrder = byInstant<InvitationRow>((row) => row.createdAt)

/** Invitations nobody accepted yet, latest first. */
export function invitationPage(reach: Reach, args: PageArgs): Promise<Page<InvitationRow>> {
  return readPage(args, invitationOrder, (slice) => {
    const where = within(new Where(), reach, null).and('"acceptedAt" is null')
    const tail = slicing(where, slice, instantKeys('createdAt'), 'desc')
    return reach.tenant.sql.query<Row<InvitationRow>>(
      `select ${invitationColumns} from "Invitation" ${where} ${tail}`,
      where.params,
    )
  })
}

export async function invitationById(reach: Reach, id: string): Promise<InvitationRow | null> {
  const where = within(new Where(), reach, null).oneOf('"id"', [id], 'uuid')
  const rows = await reach.tenant.sql.query<Row<InvitationRow>>(
    `select ${invitationColumns} from "Invitation" ${where}`,
    where.params,
  )
  return rows[0] ?? null
}

export interface AuditFilter {
  readonly action?: readonly string[] | null | undefined
  readonly subjectType?: readonly string[] | null | undefined
  readonly subjectId?: string | null | undefined
  readonly actorId?: string | null | undefined
  readonly since?: Date | null | undefined
  readonly until?: Date | null | undefined
}

const auditOrder = byPosition<AuditEntryModel>((row) => row.position)

/** Audit entries, latest first. */
export function auditPage(reach: Reach, args: PageArgs, filter: AuditFilter): Promise<Page<AuditEntryModel>> {
  return readPage(args, auditOrder, (slice) => {
    const where = within(new Where(), reach, null)
      .oneOf('"action"', filter.action)
      .oneOf('"subjectType"', filter.subjectType)
      .oneOf('"subjectId"', filter.subjectId == null ? null : [filter.subjectId])
      .oneOf('"actorId"', filter.actorId == null ? null : [filter.actorId])
    if (filter.since != null) where.and(`"at" >= ${where.param(filter.since)}::timestamptz`)
    if (filter.until != null) where.and(`"at" < ${where.param(filter.until)}::timestamptz`)
    const tail = slicing(where, slice, positionKeys('position', 'int4'), 'desc')
    return reach.tenant.sql.query<Row<AuditEntryModel>>(`select * from "AuditEntry" ${where} ${tail}`, where.params)
  })
}

export async function auditEntryById(reach: Reach, id: string): Promise<AuditEntryModel | null> {
  const where = within(new Where(), reach, null).oneOf('"id"', [id], 'uuid')
  const rows = await reach.tenant.sql.query<Row<AuditEntryModel>>(`select * from "AuditEntry" ${where}`, where.params)
  return rows[0] ?? null
}
