import type { Role } from '#lib/state/session.svelte.ts'

const byPower: readonly Role[] = ['VIEWER', 'OPERATOR', 'ADMIN', 'OWNER']

/** Roles a person of `own` role may give: nobody grants more than they have. The hub decides again. */
export const grantable = (own: Role): readonly Role[] => byPower.slice(0, byPower.indexOf(own) + 1)
