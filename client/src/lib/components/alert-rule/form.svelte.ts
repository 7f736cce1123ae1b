import type {
  AlertCondition,
  AlertRuleLineFragment,
  AlertSeverity,
  CreateAlertRuleInput,
  PreviewAlertRuleInput,
  UpdateAlertRuleInput,
} from '#lib/graphql/generated/graphql.ts'
import type { Refusal } from '#lib/graphql/refusal.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

export const conditions: readonly AlertCondition[] = ['RAISED', 'ERROR_RATE', 'LATENCY']
export const levels: readonly AlertSeverity[] = ['INFO', 'WARNING', 'CRITICAL']
/** The longest quiet time and escalation: a week. */
const longestMinutes = 10_080

/** A number as typed, if it is one within the bounds; else null. */
function within(text: string, least: number, most: number, whole = true): number | null {
  const value = Number(text)
  if (text.trim() === '' || !(value >= least && value <= most)) return null
  return whole && !Number.isInteger(value) ? null : value
}

/** Fields of a rule while somebody fills them in. */
export class AlertRuleForm {
  name = $state('')
  condition = $state<AlertCondition>('RAISED')
  kinds = $state<string[]>([])
  severity = $state<AlertSeverity>('WARNING')
  /** As typed, each condition with its own: percent or milliseconds. */
  thresholds = $state({ ERROR_RATE: '10', LATENCY: '2000' })
  window = $state('5')
  least = $state('20')
  everything = $state(true)
  connections = $state<string[]>([])
  channels = $state<string[]>([])
  quiet = $state('60')
  escalates = $state(false)
  after = $state('15')
  others = $state<string[]>([])
  #tried = $state(false)
  #refusal = $state.raw<Refusal | null>(null)

  constructor(stored: AlertRuleLineFragment | null = null) {
    if (!stored) return
    this.name = stored.name
    this.condition = stored.condition
    this.kinds = [...stored.kinds]
    this.severity = stored.leastSeverity
    if (stored.condition !== 'RAISED') this.thresholds[stored.condition] = String(stored.threshold ?? '')
    this.window = String(stored.windowMinutes)
    this.least = String(stored.leastCalls)
    this.everything = stored.everything
    this.connections = stored.connections.map(({ id }) => id)
    this.channels = stored.channels.map(({ id }) => id)
    this.quiet = String(stored.quietMinutes)
    this.escalates = stored.escalateAfterMinutes !== null && stored.escalateAfterMinutes !== undefined
    this.after = String(stored.escalateAfterMinutes ?? 15)
    this.others = stored.escalateChannels.map(({ id }) => id)
  }

  get nameError(): string | null {
    return this.#said('name') ?? this.#when(this.name.trim() === '', this.#words.nameMissing)
  }
  get kindsError(): string | null {
    return this.#said('kinds') ?? this.#when(this.#noKind, this.#words.kindsMissing)
  }
  get thresholdError(): string | null {
    if (this.condition === 'RAISED') return null
    return this.#said('threshold') ?? (this.#threshold === null ? this.#words.thresholdWrong[this.condition] : null)
  }
  get windowError(): string | null {
    return this.#said('windowMinutes') ?? (this.#window === null ? this.#words.windowWrong : null)
  }
  get leastError(): string | null {
    return this.#said('leastCalls') ?? (this.#least === null ? this.#words.leastWrong : null)
  }
  get connectionsError(): string | null {
    return this.#said('connectionIds') ?? this.#when(this.#noConnection, this.#words.connectionsMissing)
  }
  get channelsError(): string | null {
    return this.#said('channelIds') ?? this.#when(this.channels.length === 0, this.#words.channelsMissing)
  }
  get quietError(): string | null {
    return this.#said('quietMinutes') ?? (this.#quiet === null ? this.#words.quietWrong : null)
  }
  get afterError(): string | null {
    return this.#said('escalateAfterMinutes') ?? (this.#after === null ? this.#words.afterWrong : null)
  }
  get othersError(): string | null {
    return (
      this.#said('escalateChannelIds') ??
      this.#when(this.escalates && this.others.length === 0, this.#words.channelsMissing)
    )
  }

  check(): boolean {
    this.#tried = true
    this.#refusal = null
    const escalation = !this.escalates || (this.#after !== null && this.others.length > 0)
    return (
      this.name.trim() !== '' && this.channels.length > 0 && this.#quiet !== null && escalation && this.#acts !== null
    )
  }
  refuse(refusal: Refusal): void {
    this.#refusal = refusal
  }

  /** What can be tried on the last days; null while it is not complete. */
  get preview(): PreviewAlertRuleInput | null {
    return this.#acts
  }
  toCreate(): CreateAlertRuleInput {
    return { ...this.#acts, ...this.#tells }
  }
  toUpdate({ id, version }: { readonly id: string; readonly version: number }): UpdateAlertRuleInput {
    return { id, version, ...this.#acts, ...this.#tells }
  }

  /** What makes it act. */
  get #acts(): PreviewAlertRuleInput | null {
    const { condition, severity: leastSeverity } = this
    if (this.#noConnection) return null
    const reach = { condition, leastSeverity, connectionIds: this.everything ? [] : [...this.connections] }
    if (condition === 'RAISED') return this.#noKind ? null : { ...reach, kinds: [...this.kinds] }
    const [threshold, windowMinutes, leastCalls] = [this.#threshold, this.#window, this.#least]
    if (threshold === null || windowMinutes === null || leastCalls === null) return null
    return { ...reach, threshold, windowMinutes, leastCalls }
  }
  /** Whom it tells. */
  get #tells() {
    return {
      name: this.name.trim(),
      channelIds: [...this.channels],
      quietMinutes: this.#quiet ?? 60,
      escalateAfterMinutes: this.escalates ? this.#after : null,
      escalateChannelIds: this.escalates ? [...this.others] : [],
    }
  }
  get #noKind(): boolean {
    return this.condition === 'RAISED' && this.kinds.length === 0
  }
  get #noConnection(): boolean {
    return !this.everything && this.connections.length === 0
  }
  get #threshold(): number | null {
    if (this.condition === 'RAISED') return null
    const text = this.thresholds[this.condition]
    return this.condition === 'LATENCY' ? within(text, 1, 600_000, false) : within(text, Number.MIN_VALUE, 100, false)
  }
  get #window(): number | null {
    return within(this.window, 1, 60)
  }
  get #least(): number | null {
    return within(this.least, 1, 1_000_000)
  }
  get #quiet(): number | null {
    return within(this.quiet, 0, longestMinutes)
  }
  get #after(): number | null {
    return within(this.after, 1, longestMinutes)
  }
  get #words() {
    return i18n.t.alertSetup.rules.form
  }
  /** What is missing is said once somebody tried to save. */
  #when(missing: boolean, words: string): string | null {
    return this.#tried && missing ? words : null
  }
  #said(field: string): string | null {
    return this.#refusal?.faults.find(({ path }) => path.split('.').some((part) => part === field))?.message ?? null
  }
}
