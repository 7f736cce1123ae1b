/** What each permission allows, and which role holds it. A scope is `noun:action`; an API key may hold fewer than its role. */
export const scopes = {
  'provider:read': 'Browse the marketplace.',
  'connection:read': 'See connections, their health and masked credential hints.',
  'connection:write': 'Create, change, pause, resume and delete connections.',
  'connection:test': 'Test and probe connections.',
  'credential:write': 'Set credentials and connect by OAuth. Nothing can read them.',
  'call:read': 'See logged calls.',
  'call:send': 'Send requests to providers through connections.',
  'operation:read': 'Read from providers by typed operations.',
  'operation:write': 'Carry out typed operations that have an effect.',
  'limit:write': 'Change limits and caching of connections, empty caches, close breakers.',
  'incident:read': 'See incidents.',
  'incident:write': 'Add notes to incidents.',
  'source:read': 'See sources, their registration and statistics.',
  'source:write': 'Open, change, rotate, register and remove sources.',
  'inbound:read': 'See inbound events, secrets removed.',
  'inbound:raw': 'See the exact bytes of inbound events.',
  'inbound:write': 'Assign, verify, replay and discard inbound events.',
  'event:read': 'See events and their types.',
  'endpoint:read': 'See endpoints, deliveries and attempts.',
  'endpoint:write': 'Create, change and remove endpoints and their keys.',
  'delivery:write': 'Replay and cancel deliveries, send test events.',
  'alert:read': 'See alerts, their rules, channels and silences.',
  'alert:write': 'Take and resolve alerts, mute, plan maintenance.',
  'rule:write': 'Change alert rules and channels.',
  'analytics:read': 'See figures, costs and budgets.',
  'cost:write': 'Change prices and budgets.',
  'key:read': 'See API keys and their use. Nothing can read the keys themselves.',
  'key:write': 'Create, change, rotate and revoke API keys.',
  'log:export': 'Export logs.',
  'erasure:write': 'Take a person’s data out of the logs.',
  'system:read': 'See what the hub itself did.',
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
  'source:read',
  'inbound:read',
  'event:read',
  'endpoint:read',
  'alert:read',
  'analytics:read',
  'member:read',
  'organization:read',
]
const operator: Scope[] = [
  ...viewer,
  'connection:test',
  'connection:write',
  'incident:write',
  'source:write',
  'inbound:write',
  'endpoint:write',
  'delivery:write',
  'call:send',
  'operation:read',
  'operation:write',
  'limit:write',
  'alert:write',
  'system:read',
  'lab:write',
]
const admin: Scope[] = [
  ...operator,
  'credential:write',
  'inbound:raw',
  'member:write',
  'audit:read',
  'organization:write',
  'rule:write',
  'cost:write',
  'key:read',
  'key:write',
  'log:export',
]
const owner: Scope[] = [...admin, 'vault:write', 'erasure:write']

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

/** The same for whoever is asking; nobody may do anything. */
export const holds = (
  viewer: { readonly role: Role; readonly scopes: readonly string[] } | null,
  scope: Scope,
): boolean => viewer !== null && allows(viewer.role, viewer.scopes, scope)
