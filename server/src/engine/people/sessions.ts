import type { Database } from '@patchbay/prisma/database.ts'
import { UnauthenticatedError } from '@patchbay/schema/errors.ts'
import type { Role } from '@patchbay/schema/scopes.ts'
import type { Authenticated } from './contract.ts'

/** What better-auth says of a session. */
export interface SessionFacts {
  readonly session: { readonly id: string; readonly activeOrganizationId?: string | null | undefined }
  readonly user: { readonly id: string; readonly name: string; readonly superAdmin?: boolean | null | undefined }
}

/**
 * The viewer of a session: in the organization the session looks at, else in the one joined first. A super-admin acts as
 * owner everywhere. Throws UnauthenticatedError for a person without any organization.
 */
export async function viewerOfSession(database: Database, facts: SessionFacts): Promise<Authenticated> {
  const { user, session } = facts
  const superAdmin = user.superAdmin === true
  const memberships = await database.system.sql.query<{ organizationId: string; role: Role }>(
    `select "organizationId", role::text as role from "Member" where "userId" = $1 order by "createdAt", id`,
    [user.id],
  )
  const active = session.activeOrganizationId ?? null
  const membership =
    memberships.find((one) => one.organizationId === active) ?? (superAdmin && active ? undefined : memberships[0])
  const organizationId = membership?.organizationId ?? (superAdmin ? await existing(database, active) : undefined)
  if (organizationId === undefined)
    throw new UnauthenticatedError('This account belongs to no organization. Ask an owner or admin for an invitation.')
  return {
    kind: 'USER',
    id: user.id,
    name: user.name,
    organizationId,
    role: superAdmin ? 'OWNER' : (membership?.role ?? 'VIEWER'),
    scopes: ['*'],
    connectionIds: [],
    superAdmin,
    sessionId: session.id,
  }
}

/** The organization a super-admin looks at without being its member, or the oldest one. */
async function existing(database: Database, id: string | null): Promise<string | undefined> {
  const rows = await database.system.sql.query<{ id: string }>(
    `select id from "Organization" order by (id::text = $1) desc, "createdAt", id limit 1`,
    [id ?? ''],
  )
  return rows[0]?.id
}
