import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** What people call a kind of alert; a kind a newer hub brings keeps its own name. */
export const kindName = (kind: string): string => i18n.t.alerts.kinds[kind] ?? kind
