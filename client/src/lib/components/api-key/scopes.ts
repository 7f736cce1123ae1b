import type { KeyScopesQuery, Role } from '#lib/graphql/generated/graphql.ts'

export type KeyScope = NonNullable<KeyScopesQuery['keyScopes']>[number]

const byPower: readonly Role[] = ['VIEWER', 'OPERATOR', 'ADMIN', 'OWNER']

/** The lowest role that has every one of the scopes; what nobody knows needs an owner. */
export function lowestRole(scopes: readonly string[], known: readonly KeyScope[]): Role {
  const ranks = scopes.map((scope) => byPower.indexOf(known.find((one) => one.scope === scope)?.role ?? 'OWNER'))
  return byPower[Math.max(0, ...ranks)] ?? 'OWNER'
}

/** Scopes of a noun together, in the order the hub names them. */
export function byNoun(scopes: readonly KeyScope[]): readonly { readonly noun: string; readonly of: KeyScope[] }[] {
  const groups = new Map<string, KeyScope[]>()
  for (const scope of scopes) groups.set(scope.noun, [...(groups.get(scope.noun) ?? []), scope])
  return [...groups].map(([noun, of]) => ({ noun, of }))
}

/** Beginnings that fit most programs. Each takes of its scopes what the viewer may give. */
export const presets = {
  /** Looks at everything, changes nothing. The keys themselves are left out: what a program need not know. */
  read: ({ action, noun }: KeyScope) => action === 'read' && noun !== 'key' && noun !== 'audit',
  /** Sends requests to providers and follows what became of them. */
  desk: ({ scope }: KeyScope) =>
    ['provider:read', 'connection:read', 'call:read', 'call:send', 'event:read', 'incident:read'].includes(scope),
  /** Follows events and sends again what it missed. */
  intake: ({ scope }: KeyScope) => ['event:read', 'inbound:read', 'endpoint:read', 'delivery:write'].includes(scope),
} as const satisfies Record<string, (scope: KeyScope) => boolean>
export type Preset = keyof typeof presets
