import type { Catalogue } from '#lib/i18n/i18n.svelte.ts'

type Area = keyof Catalogue['outbound']['area']['pages']

/** Pages of the webhooks area: what comes in, what it becomes, where it goes. */
export const areas: readonly { readonly key: Area; readonly href: string }[] = [
  { key: 'overview', href: '/webhooks' },
  { key: 'sources', href: '/webhooks/sources' },
  { key: 'inbox', href: '/webhooks/inbox' },
  { key: 'events', href: '/webhooks/events' },
  { key: 'endpoints', href: '/webhooks/endpoints' },
  { key: 'deliveries', href: '/webhooks/deliveries' },
  { key: 'deadLetters', href: '/webhooks/dead-letters' },
  { key: 'guide', href: '/webhooks/guide' },
]

/** Whether `href` is the page `path` belongs to. The overview is only itself. */
export const isHere = (href: string, path: string): boolean =>
  path === href || (href !== '/webhooks' && path.startsWith(`${href}/`))
