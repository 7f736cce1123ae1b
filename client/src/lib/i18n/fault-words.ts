import type { Fault } from '#lib/graphql/fault.ts'
import { i18n } from './i18n.svelte.ts'

/** What to tell a person about a failure: the hub's own words where it has any, else ours for its kind. */
export function faultWords(fault: Fault): string {
  const words = i18n.t.common.errors
  if (fault.kind === 'network') return words.network
  if (fault.kind === 'forbidden') return fault.message ?? words.forbidden
  return fault.message ?? words.unexpected
}
