import Ban from '@lucide/svelte/icons/ban'
import CircleCheck from '@lucide/svelte/icons/circle-check'
import Hourglass from '@lucide/svelte/icons/hourglass'
import RotateCw from '@lucide/svelte/icons/rotate-cw'
import TimerOff from '@lucide/svelte/icons/timer-off'
import type { Look } from '#lib/components/ui/health-look.ts'
import type { ApiKeyLineFragment, ApiKeyState } from '#lib/graphql/generated/graphql.ts'
import { format } from '#lib/i18n/format.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** Colour and sign of what a key is right now. */
export const keyLook: Readonly<Record<ApiKeyState, Look>> = {
  ACTIVE: { tone: 'ok', icon: CircleCheck, fill: 'var(--ok-fill)' },
  DUE: { tone: 'warn', icon: RotateCw, fill: 'var(--warn-fill)' },
  EXPIRING: { tone: 'warn', icon: Hourglass, fill: 'var(--warn-fill)' },
  REVOKED: { tone: 'bad', icon: Ban, fill: 'var(--bad-fill)' },
  EXPIRED: { tone: 'idle', icon: TimerOff, fill: 'var(--idle-fill)' },
}

/** It still opens doors. */
export const works = ({ state }: { readonly state: ApiKeyState }): boolean =>
  state === 'ACTIVE' || state === 'DUE' || state === 'EXPIRING'

type Dates = Pick<ApiKeyLineFragment, 'state' | 'expiresAt' | 'rotateAt' | 'revokedAt'>

/** What happens to a key next, or what has: the sooner of its end and its rotation. */
export function nextOf({ state, expiresAt, rotateAt, revokedAt }: Dates, now: number): string {
  const words = i18n.t.keys
  if (state === 'REVOKED' && revokedAt) return words.ended(format.relative(revokedAt, now))
  if (state === 'EXPIRED' && expiresAt) return words.ended(format.relative(expiresAt, now))
  if (expiresAt && (!rotateAt || expiresAt <= rotateAt)) return words.ends(format.relative(expiresAt, now))
  if (!rotateAt) return words.noEnd
  const when = format.relative(rotateAt, now)
  return new Date(rotateAt).getTime() < now ? words.overdue(when) : words.rotates(when)
}

/** What a key may, in a few words. */
export function mayOf({
  scopes,
  permissions,
  role,
}: Pick<ApiKeyLineFragment, 'scopes' | 'permissions' | 'role'>): string {
  if (scopes.includes('*')) return i18n.t.keys.everything(i18n.t.state.role[role])
  return i18n.t.keys.permissions(permissions.length)
}
