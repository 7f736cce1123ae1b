import { format } from '#lib/i18n/format.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** The way of a connection into being, in order. */
export const steps = ['provider', 'details', 'credentials', 'test'] as const
export type Step = (typeof steps)[number]

/** "Step 2 of 4: Name". */
export function placeOf(step: Step): string {
  const { wizard } = i18n.t
  return `${wizard.step(format.number(steps.indexOf(step) + 1), format.number(steps.length))}: ${wizard.steps[step]}`
}
