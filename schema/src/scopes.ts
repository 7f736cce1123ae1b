/** What each permission allows, and which role holds it. A scope is `noun:action`; an API key may hold fewer than its role. */
export const scopes = {
  'provider:read': 'Browse the marketplace.',
  'connection:read': 'See connections, their health and masked credential hints.',
  'connection:write': 'Create, change, pause, resume and delete connections.',
  'connection:test': 'Test and probe connections.',
  'credential:write': 'Set credentials and connect by OAuth. Nothing can read them.',
  'call:read': 'See logged calls.',
  'incident:read': 'See incidents.',
  'incident:write': 'Add notes to incidents.',
  'member:read': 'See members and invitations.',
  'member:write': 'Invite, change and remove members.',
  'organization:read': 'See the organization and its settings.',
  'organization:write': 'Change the organization.',
  'audit:read': 'See audit entries and verify their chain.',
  'vault:write': 'Start and roll back master-key rotation.',
  'lab:write': 'Control the provider lab (demo only).',
} as const

export type Scope = keyof typeof scopes
export type Role = 'OWNER' | 'ADMIN' | 'OPERATOR' | 'VIEWER'

const viewer: Scope[] = [
  'provider:read',
  'connection:read',
  'call:read',
  'incident:read',
  'member:read',
  'organization:read',
]
const operator: Scope[] = [...viewer, 'connection:test', 'connection:write', 'incident:write', 'lab:write']
const admin: Scope[] = [...operator, 'credential:write', 'member:write', 'audit:read', 'organization:write']
const owner: Scope[] = [...admin, 'vault:write']

/** Scopes each role holds. */
export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  VIEWER: viewer,
  OPERATOR: operator,
  ADMIN: admin,
  OWNER: owner,
}

/** Whether the holder of `role`, narrowed to `granted` (`*` = all the role has), may act in `scope`. */
export function allows(role: Role, granted: readonly string[], scope: Scope): boolean {
  return roleScopes[role].includes(scope) && (granted.includes('*') || granted.includes(scope))
}
