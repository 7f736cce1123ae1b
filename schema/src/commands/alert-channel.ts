import type { Actor } from '../context.ts'

type Changed = Promise<{ readonly id: string }>

export type ChannelKindName = 'EMAIL' | 'SLACK' | 'EVENT' | 'IN_APP'

export interface AlertChannelFields {
  /** 1 to 100 characters, unique in the organization. */
  readonly name: string
  readonly enabled?: boolean
  /** EMAIL: 1 to 20 addresses. */
  readonly recipients?: readonly string[]
  /** EMAIL: connection it goes through; null: the hub's own SMTP server. */
  readonly connectionId?: string | null
  /** SLACK: address of the incoming webhook, HTTPS. Sealed at once and never shown again. */
  readonly url?: string
}

/** What became of a test message. */
export interface ChannelTrial {
  readonly channelId: string
  readonly ok: boolean
  /** In words: what was sent and where, or what is wrong. */
  readonly message: string
}

/** Rules of alert channels. An API key narrowed to some connections has no say. */
export interface AlertChannelCommands {
  create(
    actor: Actor,
    input: AlertChannelFields & { readonly kind: ChannelKindName; readonly idempotencyKey?: string | null },
  ): Changed
  update(actor: Actor, input: { id: string; version?: number | null } & Partial<AlertChannelFields>): Changed
  /** ConflictError while a rule names it, and for the bell. */
  delete(actor: Actor, input: { id: string }): Changed
  /** Really sends a message. A failure is an answer, not an error. A repeat of the same key tells of the first. */
  test(actor: Actor, input: { id: string; idempotencyKey?: string | null }): Promise<ChannelTrial>
}
