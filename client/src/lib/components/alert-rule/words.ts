import { kindName } from '#lib/components/alert/words.ts'
import type { AlertRuleLineFragment } from '#lib/graphql/generated/graphql.ts'
import { format } from '#lib/i18n/format.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

const names = (of: readonly { readonly name: string }[]) => format.list(of.map(({ name }) => name))

/** What makes a rule act, in one line. */
export function whenOf(rule: AlertRuleLineFragment): string {
  const words = i18n.t.alertSetup.rules
  const reach = rule.everything ? words.ofEverything : words.of(names(rule.connections))
  if (rule.condition === 'ERROR_RATE')
    return `${words.errorRate(format.number(rule.threshold ?? 0), format.number(rule.windowMinutes))} ${reach}`
  if (rule.condition === 'LATENCY')
    return `${words.latency(format.number(rule.threshold ?? 0), format.number(rule.windowMinutes))} ${reach}`
  const kinds = rule.kinds.includes('*') ? words.anything : format.list(rule.kinds.map(kindName))
  return `${kinds}, ${words.atLeast(i18n.t.alerts.severity[rule.leastSeverity])}, ${reach}`
}

/** What follows the first telling; empty where nothing does. */
export function thenOf(rule: AlertRuleLineFragment): string[] {
  const words = i18n.t.alertSetup.rules
  const after = rule.escalateAfterMinutes
  return [
    ...(rule.quietMinutes > 0 ? [words.quiet(format.number(rule.quietMinutes))] : []),
    ...(typeof after === 'number' ? [words.escalate(format.number(after), names(rule.escalateChannels))] : []),
  ]
}
