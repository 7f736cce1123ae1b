import type { Actor } from '../context.ts'

type Changed = Promise<{ readonly id: string }>

export type AlertConditionName = 'RAISED' | 'ERROR_RATE' | 'LATENCY'
export type SeverityName = 'INFO' | 'WARNING' | 'CRITICAL'

export interface AlertRuleFields {
  /** 1 to 100 characters, unique in the organization. */
  readonly name: string
  readonly enabled?: boolean
  readonly condition?: AlertConditionName
  /** RAISED: kinds or patterns, 1 to 50. */
  readonly kinds?: readonly string[]
  /** Of RAISED: what is less urgent is left alone. Of the others: how urgent the alert is that they raise. Default WARNING. */
  readonly leastSeverity?: SeverityName
  /** Empty: every connection. */
  readonly connectionIds?: readonly string[]
  /** ERROR_RATE in percent, 0 to 100; LATENCY in milliseconds, 1 to 600,000. */
  readonly threshold?: number | null
  /** 1 to 60. Default 5. */
  readonly windowMinutes?: number
  /** Fewer calls in the window say nothing. 1 to 1,000,000. Default 20. */
  readonly leastCalls?: number
  /** At least one. */
  readonly channelIds: readonly string[]
  /** The same alert is not sent again within this time: 0 to 10,080. Default 60. */
  readonly quietMinutes?: number
  /** 1 to 10,080; null: nobody else is told. */
  readonly escalateAfterMinutes?: number | null
  readonly escalateChannelIds?: readonly string[]
}

/** Rules of alert rules. An API key narrowed to some connections has no say. */
export interface AlertRuleCommands {
  create(actor: Actor, input: AlertRuleFields & { readonly idempotencyKey?: string | null }): Changed
  update(actor: Actor, input: { id: string; version?: number | null } & Partial<AlertRuleFields>): Changed
  delete(actor: Actor, input: { id: string }): Changed
}
