import Activity from '@lucide/svelte/icons/activity'
import BellRing from '@lucide/svelte/icons/bell-ring'
import ChartColumn from '@lucide/svelte/icons/chart-column'
import FlaskConical from '@lucide/svelte/icons/flask-conical'
import KeyRound from '@lucide/svelte/icons/key-round'
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard'
import Plug from '@lucide/svelte/icons/plug'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import Settings from '@lucide/svelte/icons/settings'
import Store from '@lucide/svelte/icons/store'
import SendHorizontal from '@lucide/svelte/icons/send-horizontal'
import SquareTerminal from '@lucide/svelte/icons/square-terminal'
import Users from '@lucide/svelte/icons/users'
import Webhook from '@lucide/svelte/icons/webhook'
import type { Component } from 'svelte'
import type { Catalogue } from '#lib/i18n/i18n.svelte.ts'
import { may, type Session } from '#lib/state/session.svelte.ts'

export interface NavItem {
  readonly key: keyof Catalogue['shell']['nav']
  readonly href: string
  readonly icon: Component<{ class?: string; 'aria-hidden'?: 'true' }>
  /** Stands in the bottom bar of phones; the rest is behind "More". */
  readonly main: boolean
  /** The permission it takes; whoever lacks it would find a refusal there. */
  readonly scope?: string
  /** Leaves the admin. */
  readonly external?: boolean
}

const items: readonly NavItem[] = [
  { key: 'dashboard', href: '/', icon: LayoutDashboard, main: true },
  { key: 'connections', href: '/connections', icon: Plug, main: true },
  { key: 'logs', href: '/logs', icon: ScrollText, main: true },
  { key: 'incidents', href: '/incidents', icon: Activity, main: true },
  { key: 'alerts', href: '/alerts', icon: BellRing, main: false, scope: 'alert:read' },
  { key: 'analytics', href: '/analytics', icon: ChartColumn, main: false, scope: 'analytics:read' },
  { key: 'webhooks', href: '/webhooks', icon: Webhook, main: false },
  { key: 'console', href: '/console', icon: SendHorizontal, main: false, scope: 'call:send' },
  { key: 'marketplace', href: '/marketplace', icon: Store, main: false },
  { key: 'keys', href: '/keys', icon: KeyRound, main: false, scope: 'key:read' },
  { key: 'members', href: '/members', icon: Users, main: false },
  { key: 'settings', href: '/settings', icon: Settings, main: false },
]
const lab: NavItem = { key: 'lab', href: '/lab', icon: FlaskConical, main: false }
const explorer: NavItem = { key: 'explorer', href: '/graphql', icon: SquareTerminal, main: false, external: true }

/** Places to go, in order: those the viewer may see. The lab exists in demo mode only. */
export const navigation = (session: Session): readonly NavItem[] =>
  [...items, ...(session.hub.demo ? [lab] : []), explorer].filter(
    ({ scope }) => scope === undefined || may(session, scope),
  )

/** Whether `href` is the place `path` belongs to. */
export const isCurrent = (href: string, path: string): boolean =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`)
